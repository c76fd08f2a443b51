/** What may become of a claim: `ValidatePersistentVolumeClaimUpdate`. What is bound stays bound; its size may grow, and shrink to what it has. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { forbiddenField, invalidField, type FieldError } from './field-error.ts'

interface ClaimSpec {
  readonly volumeName?: string
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly volumeAttributesClassName?: string
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> }
}

interface ClaimStatus {
  readonly phase?: string
  readonly capacity?: Readonly<Record<string, string>>
  readonly currentVolumeAttributesClassName?: string
}

const FIXED = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

export function claimChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const [old, spec] = [before['spec'], next['spec']].map((value) => (value ?? {}) as ClaimSpec) as [ClaimSpec, ClaimSpec]
  const status = (before['status'] ?? {}) as ClaimStatus
  return [
    ...(jsonEqual(comparable(asAllowed(spec, old, status)), comparable(old)) ? [] : [forbiddenField('spec', FIXED)]),
    ...sizeErrors(old, spec, status),
    ...(spec.volumeMode === old.volumeMode ? [] : [invalidField('volumeMode', spec.volumeMode ?? null, 'field is immutable')]),
    ...attributesErrors(old, spec, status),
  ]
}

/** With everything that may change as it was. */
function asAllowed(spec: ClaimSpec, old: ClaimSpec, { phase }: ClaimStatus): ClaimSpec {
  const isBound = phase === 'Bound'
  const requests = spec.resources?.requests
  return {
    ...spec,
    ...((old.volumeName ?? '') === '' ? { volumeName: old.volumeName as string } : {}),
    ...(old.storageClassName === undefined ? { storageClassName: old.storageClassName as unknown as string } : {}),
    ...(isBound ? { volumeAttributesClassName: old.volumeAttributesClassName as string } : {}),
    ...(isBound && requests !== undefined ? { resources: { ...spec.resources, requests: { ...requests, storage: old.resources?.requests?.['storage'] as string } } } : {}),
  }
}

/** Quantities are equal in any writing. */
function comparable({ resources, ...spec }: ClaimSpec): object {
  const amounts = (list: Readonly<Record<string, string>> = {}): object => Object.fromEntries(Object.entries(list).map(([name, value]) => [name, parseMilli(value) ?? value]))
  return { ...spec, requests: amounts(resources?.requests), limits: amounts(resources?.limits) }
}

function sizeErrors(old: ClaimSpec, spec: ClaimSpec, { capacity }: ClaimStatus): FieldError[] {
  const [was, is, has] = [old.resources?.requests, spec.resources?.requests, capacity].map((list) => parseMilli(list?.['storage']) ?? 0) as [number, number, number]
  return is < was && is <= has ? [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')] : []
}

function attributesErrors(old: ClaimSpec, spec: ClaimSpec, { currentVolumeAttributesClassName: current }: ClaimStatus): FieldError[] {
  const next = spec.volumeAttributesClassName
  if (next === old.volumeAttributesClassName || current === undefined || (next ?? '') !== '') return []
  const what = next === undefined ? 'nil' : 'empty string'
  return [forbiddenField('spec.volumeAttributesClassName', `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`)]
}
