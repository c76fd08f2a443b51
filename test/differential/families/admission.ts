/**
 * What the API server makes of what it is sent: defaults, admission, generations, finalizers, field managers, and every
 * word of its refusals. No pod is ever scheduled here: the schedulers do not answer to the name that the pods ask for.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Script, Step } from '../script.ts'
import { BASES, MENUS, type Kind } from './admission-menus.ts'
import { mutated, type Mutation } from './mutation.ts'

const KINDS = Object.keys(BASES) as readonly Kind[]

const draft: Arbitrary<{ readonly kind: Kind; readonly object: KubeObject; readonly change: readonly Mutation[] }> = fc.constantFrom(...KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    object: mutated(BASES[kind], MENUS[kind]),
    change: fc.array(fc.constantFrom(...MENUS[kind]), { maxLength: 1 }),
  }),
)

export const admissionScripts: Arbitrary<Script> = fc.array(draft, { minLength: 4, maxLength: 8 }).map((drafts) => ({ name: 'admission', steps: drafts.flatMap(stepsOf) }))

function stepsOf({ object, change }: { readonly object: KubeObject; readonly change: readonly Mutation[] }, index: number): Step[] {
  const name = object.metadata.name === 'NAMED' ? `${object.kind.toLowerCase()}-${index}` : object.metadata.name
  const created = { ...object, metadata: { ...object.metadata, ...(name === undefined ? {} : { name }) } }
  const target = { apiVersion: object.apiVersion, kind: object.kind, name: name ?? '' }
  return [{ do: 'create', object: created }, ...(name === undefined ? [] : change.map((mutation): Step => ({ do: 'patch', target, patch: { type: 'merge', body: nested(mutation) } })))]
}

/** A merge patch that puts a value at a path; lists are replaced whole, as merge patches do. */
function nested([path, value]: Mutation): never {
  const keys = path.split('.')
  return keys.reduceRight<unknown>((inner, key) => (/^\d+$/.test(key) ? [inner] : { [key]: inner }), value === undefined ? null : value) as never
}
