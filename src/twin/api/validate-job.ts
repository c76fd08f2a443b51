/** What a Job says of its course, in the order of `validateJobSpec` (`pkg/apis/batch/validation`). */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { VersionProfile } from '../profile.ts'
import { invalidField, requiredField, tooLongErrors, unsupportedField, type FieldError } from './field-error.ts'
import { failurePolicyErrors, type FailurePolicy } from './validate-failure-policy.ts'
import { prefixedPathErrors } from './validate-ingress.ts'
import { podTemplateErrors } from './validate-pod-template.ts'
import { countErrors } from './validate-share.ts'
import { successPolicyErrors, type SuccessPolicy } from './validate-success-policy.ts'

export interface JobSpec {
  readonly parallelism?: number
  readonly completions?: number
  readonly activeDeadlineSeconds?: number
  readonly backoffLimit?: number
  readonly ttlSecondsAfterFinished?: number
  readonly backoffLimitPerIndex?: number
  readonly maxFailedIndexes?: number
  readonly managedBy?: string
  readonly completionMode?: string
  readonly podFailurePolicy?: FailurePolicy
  readonly successPolicy?: SuccessPolicy
  readonly podReplacementPolicy?: string
  readonly template?: PodTemplateSpec
}

const COUNTS = ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished', 'backoffLimitPerIndex', 'maxFailedIndexes'] as const
const MODES = ['NonIndexed', 'Indexed']
const REPLACEMENTS = ['Failed', 'TerminatingOrFailed']
const RESTARTS = ['OnFailure', 'Never']
const MANAGER_BYTES_MAX = 63
const INDEXED_MAX = 100_000
/** With more completions than `INDEXED_MAX`, by index. */
const MANY_MAX = 10_000

export function jobSpecErrors(spec: JobSpec, field: string, profile: VersionProfile): FieldError[] {
  const { completionMode: mode = 'NonIndexed', template, successPolicy } = spec
  return [
    ...COUNTS.flatMap((name) => countErrors(spec[name], `${field}.${name}`)),
    ...(spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined ? [requiredField(`${field}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')] : []),
    ...(spec.managedBy === undefined ? [] : [...prefixedPathErrors(spec.managedBy, `${field}.managedBy`), ...tooLongErrors(`${field}.managedBy`, spec.managedBy, MANAGER_BYTES_MAX)]),
    ...(MODES.includes(mode) ? [] : [unsupportedField(`${field}.completionMode`, mode, MODES)]),
    ...(mode === 'Indexed' ? indexedErrors(spec, field) : []),
    ...(mode === 'NonIndexed' ? withoutIndexErrors(spec, field) : []),
    ...(spec.podFailurePolicy === undefined ? [] : failurePolicyErrors(spec.podFailurePolicy, { names: containerNames(template), countsByIndex: spec.backoffLimitPerIndex !== undefined }, `${field}.podFailurePolicy`)),
    ...(successPolicy === undefined ? [] : successPolicyErrors(successPolicy, { isIndexed: mode === 'Indexed', completions: spec.completions ?? 0 }, `${field}.successPolicy`)),
    ...replacementErrors(spec, `${field}.podReplacementPolicy`),
    ...podTemplateErrors(template, `${field}.template`, profile),
    ...restartErrors(template?.spec?.restartPolicy ?? 'Always', spec.podFailurePolicy !== undefined, `${field}.template.spec.restartPolicy`),
  ]
}

function indexedErrors(spec: JobSpec, field: string): FieldError[] {
  const { completions, parallelism = 0, maxFailedIndexes: failed } = spec
  const atMost = (name: 'parallelism' | 'maxFailedIndexes', max: number, when = ''): FieldError[] => ((spec[name] ?? 0) > max ? [invalidField(`${field}.${name}`, spec[name], `must be less than or equal to ${max}${when}`)] : [])
  const isMany = completions !== undefined && completions > INDEXED_MAX && spec.backoffLimitPerIndex !== undefined
  const ofMany = ` when completions are above ${INDEXED_MAX} and used with backoff limit per index`
  return [
    ...(completions === undefined ? [requiredField(`${field}.completions`, 'when completion mode is Indexed')] : []),
    ...(parallelism > INDEXED_MAX ? atMost('parallelism', INDEXED_MAX, ' when completion mode is Indexed') : []),
    ...(completions !== undefined && failed !== undefined && failed > completions ? [invalidField(`${field}.maxFailedIndexes`, failed, 'must be less than or equal to completions')] : []),
    ...atMost('maxFailedIndexes', INDEXED_MAX),
    ...(isMany && failed === undefined ? [requiredField(`${field}.maxFailedIndexes`, `must be specified when completions is above ${INDEXED_MAX}`)] : []),
    ...(isMany ? [...atMost('parallelism', MANY_MAX, ofMany), ...atMost('maxFailedIndexes', MANY_MAX, ofMany)] : []),
  ]
}

function withoutIndexErrors({ backoffLimitPerIndex: perIndex, maxFailedIndexes: failed }: JobSpec, field: string): FieldError[] {
  return [
    ...(perIndex === undefined ? [] : [invalidField(`${field}.backoffLimitPerIndex`, perIndex, 'requires indexed completion mode')]),
    ...(failed === undefined ? [] : [invalidField(`${field}.maxFailedIndexes`, failed, 'requires indexed completion mode')]),
  ]
}

function replacementErrors({ podReplacementPolicy: policy, podFailurePolicy }: JobSpec, field: string): FieldError[] {
  const known = podFailurePolicy === undefined ? REPLACEMENTS : ['Failed']
  return policy === undefined || known.includes(policy) ? [] : [unsupportedField(field, policy, known)]
}

/** Always is also what nobody wrote. */
function restartErrors(restart: string, hasFailurePolicy: boolean, field: string): FieldError[] {
  if (restart === 'Always') return [requiredField(field, 'valid values: "OnFailure", "Never"')]
  if (!RESTARTS.includes(restart)) return [unsupportedField(field, restart, RESTARTS)]
  return hasFailurePolicy && restart !== 'Never' ? [invalidField(field, restart, 'only "Never" is supported when podFailurePolicy is specified')] : []
}

function containerNames(template: PodTemplateSpec | undefined): (string | undefined)[] {
  return [...(template?.spec?.containers ?? []), ...(template?.spec?.initContainers ?? [])].map(({ name }) => name)
}
