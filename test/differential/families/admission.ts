/**
 * What the API server makes of what it is sent: defaults, admission, generations, finalizers, field managers, and every
 * word of its refusals. No pod is ever scheduled here: the schedulers do not answer to the name that the pods ask for.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step } from '../script.ts'
import * as objects from './admission-menus.ts'
import { ACCESS_MENUS } from './access-menus.ts'
import { CERTIFICATE_BASES, CERTIFICATE_MENUS } from './certificate-menus.ts'
import { customScripts } from './custom-objects.ts'
import { DEFINITION_BASES, DEFINITION_MENUS } from './definition-menus.ts'
import { DEVICE_BASES, DEVICE_MENUS } from './device-menus.ts'
import { FLOW_BASES, FLOW_MENUS } from './flow-menus.ts'
import { GUARD_BASES, GUARD_MENUS } from './guard-menus.ts'
import { LIMIT_MENUS } from './limit-menus.ts'
import { NETWORK_MENUS } from './network-menus.ts'
import { SETTING_BASES, type SettingKind } from './setting-bases.ts'
import { STORAGE_MENUS } from './storage-menus.ts'
import { mutated, nested, type Mutation } from './mutation.ts'

const BASES: Readonly<Record<string, KubeObject>> = { ...objects.BASES, ...SETTING_BASES, ...GUARD_BASES, ...DEFINITION_BASES, ...FLOW_BASES, ...CERTIFICATE_BASES, ...DEVICE_BASES }
const SETTING_MENUS: Readonly<Record<SettingKind, readonly Mutation[]>> = { ...ACCESS_MENUS, ...LIMIT_MENUS, ...NETWORK_MENUS, ...STORAGE_MENUS }
const MENUS: Readonly<Record<string, readonly Mutation[]>> = { ...objects.MENUS, ...SETTING_MENUS, ...GUARD_MENUS, ...DEFINITION_MENUS, ...FLOW_MENUS, ...CERTIFICATE_MENUS, ...DEVICE_MENUS }

/** What limits others takes effect some time after it was made: it comes last. */
const LATE = new Set(['LimitRange', 'ResourceQuota'])

/** Controllers write to these at once: what a second answer shows depends on who was first. */
const CONTROLLED = new Set(['Node'])

/** Fixed once the definition is established, which is a moment after it was made. */
const SOON_FIXED = new Set(['spec.scope', 'spec.names.kind'])

interface Draft {
  readonly object: KubeObject
  readonly change: readonly Mutation[]
}

const drafts: Arbitrary<Draft> = fc.constantFrom(...Object.keys(BASES)).chain((kind) => {
  const menu = MENUS[kind] ?? []
  return fc.record({ object: mutated(BASES[kind] as KubeObject, menu), change: fc.array(fc.constantFrom(...menu), { maxLength: 1 }) })
})

const builtInScripts: Arbitrary<Script> = fc.array(drafts, { minLength: 4, maxLength: 8 }).map((drawn) => ({ name: 'admission', steps: inOrder(drawn).flatMap(stepsOf) }))

export const admissionScripts: Arbitrary<Script> = fc.oneof({ weight: 9, arbitrary: builtInScripts }, { weight: 1, arbitrary: customScripts })

function inOrder(drawn: readonly Draft[]): readonly Draft[] {
  return [...drawn.filter(({ object }) => !LATE.has(object.kind)), ...drawn.filter(({ object }) => LATE.has(object.kind))]
}

function stepsOf({ object, change }: Draft, index: number): Step[] {
  const created = JSON.parse(JSON.stringify(object).replaceAll('NAMED', `${object.kind.toLowerCase()}-${index}`)) as KubeObject
  const { name } = created.metadata
  const target = { apiVersion: object.apiVersion, kind: object.kind, name: name ?? '' }
  return [{ do: 'create', object: created }, ...(name === undefined || CONTROLLED.has(object.kind) ? [] : change.filter(([path]) => !SOON_FIXED.has(path)).map((mutation): Step => ({ do: 'patch', target, patch: { type: 'merge', body: nested(mutation) } })))]
}
