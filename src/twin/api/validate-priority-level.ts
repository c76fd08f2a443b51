/** Priority levels (`pkg/apis/flowcontrol/validation`): how many requests of a level are served at once, and what becomes of the others. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { VersionProfile } from '../profile.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { MANDATORY_FLOW_OBJECTS } from './flow-bootstrap.ts'

interface Spec {
  readonly type?: string
  readonly exempt?: Shares
  readonly limited?: Shares & { readonly borrowingLimitPercent?: number; readonly limitResponse?: LimitResponse }
}

interface Shares {
  readonly nominalConcurrencyShares?: number
  readonly lendablePercent?: number
}

interface LimitResponse {
  readonly type?: string
  readonly queuing?: Queuing
}

interface Queuing {
  readonly queues?: number
  readonly handSize?: number
  readonly queueLengthLimit?: number
}

/** An old version's way to say zero; in this version it means nothing and may not be there. */
const ZERO_KEPT = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'
const QUEUES_MAX = 10_000_000
/** `apiserver/pkg/util/shufflesharding`: the bits of a hash that a hand is dealt from. */
const HASH_BITS_MAX = 60

export function priorityLevelErrors(level: KubeObject, profile: VersionProfile): FieldError[] {
  const marked = level.metadata.annotations?.[ZERO_KEPT] === undefined ? [] : [forbiddenField('metadata.annotations', `annotation '${ZERO_KEPT}' is forbidden`)]
  return [...marked, ...specErrors(level, profile), ...fixedErrors(level)]
}

function specErrors(level: KubeObject, profile: VersionProfile): FieldError[] {
  const spec = (level['spec'] ?? {}) as Spec
  const { type = '' } = spec
  const isMisnamed = (level.metadata.name === 'exempt') !== (type === 'Exempt')
  return [...(isMisnamed ? [invalidField('spec.type', type, "must be 'Exempt' if and only if `name` is 'exempt'")] : []), ...typedErrors(spec, profile)]
}

function typedErrors({ type = '', exempt, limited }: Spec, profile: VersionProfile): FieldError[] {
  if (type === 'Exempt') return [...(limited === undefined ? [] : [forbiddenField('spec.limited', 'must be nil if the type is not Limited')]), ...shareErrors(exempt?.nominalConcurrencyShares, 'spec.exempt'), ...lendableErrors(exempt?.lendablePercent, 'spec.exempt')]
  if (type !== 'Limited') return untypedErrors('spec.type', type, ['Exempt', 'Limited'], profile)
  const stray = exempt === undefined ? [] : [forbiddenField('spec.exempt', 'must be nil if the type is Limited')]
  return [...stray, ...(limited === undefined ? [requiredField('spec.limited', 'must not be empty when type is Limited')] : limitedErrors(limited, profile))]
}

/** Nothing is missing since 1.36; before, it was a value like others. */
function untypedErrors(field: string, type: string, known: readonly string[], { minor }: VersionProfile): FieldError[] {
  return [type === '' && minor >= 36 ? requiredField(field) : unsupportedField(field, type, known)]
}

function limitedErrors({ nominalConcurrencyShares: shares, lendablePercent: lendable, borrowingLimitPercent: borrowing = 0, limitResponse = {} }: NonNullable<Spec['limited']>, profile: VersionProfile): FieldError[] {
  return [
    ...shareErrors(shares, 'spec.limited'),
    ...responseErrors(limitResponse, profile),
    ...lendableErrors(lendable, 'spec.limited'),
    ...(borrowing < 0 ? [invalidField('spec.limited.borrowingLimitPercent', borrowing, 'if specified, must be a non-negative integer')] : []),
  ]
}

function shareErrors(shares: number | undefined, at: string): FieldError[] {
  return shares !== undefined && shares < 0 ? [invalidField(`${at}.nominalConcurrencyShares`, shares, 'must be a non-negative integer')] : []
}

function lendableErrors(lendable: number | undefined, at: string): FieldError[] {
  return lendable !== undefined && (lendable < 0 || lendable > 100) ? [invalidField(`${at}.lendablePercent`, lendable, 'must be between 0 and 100, inclusive')] : []
}

function responseErrors({ type = '', queuing }: LimitResponse, profile: VersionProfile): FieldError[] {
  const at = 'spec.limited.limitResponse'
  if (type === 'Reject') return queuing === undefined ? [] : [forbiddenField(`${at}.queuing`, 'must be nil if limited.limitResponse.type is not Limited')]
  if (type !== 'Queue') return untypedErrors(`${at}.type`, type, ['Queue', 'Reject'], profile)
  return queuing === undefined ? [requiredField(`${at}.queuing`, 'must not be empty if limited.limitResponse.type is Limited')] : queuingErrors(queuing, `${at}.queuing`)
}

function queuingErrors({ queues = 0, handSize = 0, queueLengthLimit = 0 }: Queuing, at: string): FieldError[] {
  const hand = handProblem(queues, handSize)
  return [
    ...(queueLengthLimit <= 0 ? [invalidField(`${at}.queueLengthLimit`, queueLengthLimit, 'must be positive')] : []),
    ...(queues <= 0 ? [invalidField(`${at}.queues`, queues, 'must be positive')] : []),
    ...(queues > QUEUES_MAX ? [invalidField(`${at}.queues`, queues, `must not be greater than ${QUEUES_MAX}`)] : []),
    ...(hand === undefined ? [] : [invalidField(`${at}.handSize`, handSize, hand)]),
  ]
}

function handProblem(queues: number, handSize: number): string | undefined {
  if (handSize <= 0) return 'must be positive'
  if (handSize > queues) return `should not be greater than queues (${queues})`
  const bits = Math.ceil(Math.log2(queues) * handSize)
  return bits > HASH_BITS_MAX ? `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS_MAX}` : undefined
}

/** Of the exempt level its shares may change. Upstream shows the whole spec as a Go struct, which is no part of the API. */
function fixedErrors(level: KubeObject): FieldError[] {
  const { name } = level.metadata
  const fixed = MANDATORY_FLOW_OBJECTS.find((other) => other.kind === level.kind && other.metadata.name === name)?.['spec'] as Spec | undefined
  if (fixed === undefined) return []
  const spec = (level['spec'] ?? {}) as Spec
  if (name !== 'exempt') return jsonEqual(fixed, spec) ? [] : [invalidField('spec', spec, `spec of '${name}' must equal the fixed value`)]
  return jsonEqual(fixed, { ...spec, exempt: fixed.exempt }) ? [] : [invalidField('spec', spec, `spec of '${name}' except the 'spec.exempt' field must equal the fixed value`)]
}
