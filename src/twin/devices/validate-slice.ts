/** Slices of what drivers offer on nodes (`pkg/apis/resource/validation`): the pool, whose nodes, and which devices or counters. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, requiredField, type FieldError } from '../api/field-error.ts'
import { nodeSelectorErrors } from '../api/validate-affinity.ts'
import type { VersionProfile } from '../profile.ts'
import { setErrors } from './bounded-lists.ts'
import { driverErrors, labelErrors, poolErrors } from './device-names.ts'
import { countersErrors } from './validate-counters.ts'
import { chosenNodes, type NodeChoice } from './node-choice.ts'
import { deviceErrors, type Device } from './validate-device.ts'

interface SliceSpec extends NodeChoice {
  readonly driver?: string
  readonly pool?: { readonly name?: string; readonly generation?: number; readonly resourceSliceCount?: number }
  readonly perDeviceNodeSelection?: boolean
  readonly devices?: readonly Device[]
  readonly sharedCounters?: readonly CounterSet[]
}

interface CounterSet {
  readonly name?: string
  readonly counters?: Readonly<Record<string, object>>
}

const DEVICES_MAX = 128
/** Of devices with taints or counters. */
const HEAVY_DEVICES_MAX = 64
const COUNTER_SETS_MAX = 8
const ONE_OF = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

export function resourceSliceErrors(slice: KubeObject, profile: VersionProfile, before?: KubeObject): readonly FieldError[] {
  const spec = (slice['spec'] ?? {}) as SliceSpec
  const old = before === undefined ? undefined : ((before['spec'] ?? {}) as SliceSpec)
  return [
    ...driverErrors(spec.driver ?? '', 'spec.driver'),
    ...poolSpecErrors(spec.pool ?? {}),
    ...(old === undefined ? [] : fixedErrors(spec, old)),
    ...nodeErrors(spec),
    ...(spec.sharedCounters !== undefined && spec.devices !== undefined && profile.minor >= 35 ? [invalidField('spec', '', 'only one of `sharedCounters` or `devices` is allowed')] : []),
    ...setErrors(spec.devices ?? [], { at: 'spec.devices', max: devicesMax(spec, profile), key: ({ name = '' }) => name, check: (device, at) => deviceErrors(device, at, { isChosenByDevice: spec.perDeviceNodeSelection === true, old: old?.devices?.find(({ name }) => name === device.name) }), ...keyPlace(profile) }),
    ...setErrors(spec.sharedCounters ?? [], { at: 'spec.sharedCounters', max: COUNTER_SETS_MAX, key: ({ name = '' }) => name, check: counterSetErrors, ...keyPlace(profile) }),
  ]
}

function keyPlace({ minor }: Pick<VersionProfile, 'minor'>): { readonly keyField?: string } {
  return minor <= 34 ? { keyField: 'name' } : {}
}

function devicesMax({ devices = [] }: SliceSpec, { minor }: VersionProfile): number {
  return minor >= 35 && devices.some(({ taints = [], consumesCounters = [] }) => taints.length + consumesCounters.length > 0) ? HEAVY_DEVICES_MAX : DEVICES_MAX
}

function poolSpecErrors({ name = '', generation = 0, resourceSliceCount: count = 0 }: NonNullable<SliceSpec['pool']>): readonly FieldError[] {
  return [
    ...poolErrors(name, 'spec.pool.name'),
    ...(count <= 0 ? [invalidField('spec.pool.resourceSliceCount', count, 'must be greater than zero')] : []),
    ...(generation < 0 ? [invalidField('spec.pool.generation', generation, 'must be greater than or equal to zero')] : []),
  ]
}

function fixedErrors(spec: SliceSpec, old: SliceSpec): readonly FieldError[] {
  const fixed = (at: string, is: unknown, was: unknown): FieldError[] => (jsonEqual(is, was) ? [] : [invalidField(at, is ?? null, 'field is immutable')])
  return [...fixed('spec.pool.name', spec.pool?.name ?? '', old.pool?.name ?? ''), ...fixed('spec.driver', spec.driver ?? '', old.driver ?? ''), ...fixed('spec.nodeName', spec.nodeName, old.nodeName)]
}

function nodeErrors(spec: SliceSpec): readonly FieldError[] {
  const { chosen, errors } = chosenNodes(spec, 'spec', 'must be either unset or set to a non-empty string')
  const terms = spec.nodeSelector?.nodeSelectorTerms ?? []
  const byDevice = spec.perDeviceNodeSelection
  const all = [...chosen, ...(byDevice === true ? ['`perDeviceNodeSelection`'] : [])]
  return [
    ...errors.ofName,
    ...(spec.nodeSelector === undefined ? [] : [...nodeSelectorErrors(spec.nodeSelector, 'spec.nodeSelector'), ...(terms.length === 1 ? [] : [invalidField('spec.nodeSelector.nodeSelectorTerms', terms.map(insideOf), 'must have exactly one node selector term')])]),
    ...errors.ofAll,
    ...(byDevice === false ? [invalidField('spec.perDeviceNodeSelection', false, 'must be either unset or set to true')] : []),
    ...(all.length === 0 ? [requiredField('spec', ONE_OF)] : all.length === 1 ? [] : [invalidField('spec', `{${all.join(', ')}}`, `${ONE_OF}, but multiple fields are set`)]),
  ]
}

type Term = NonNullable<NonNullable<NodeChoice['nodeSelector']>['nodeSelectorTerms']>[number]

/** The server's own types have no names for JSON. */
function insideOf({ matchExpressions, matchFields }: Term): object {
  const shown = (list: Term['matchFields']): unknown => list?.map(({ key, operator, values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ?? null
  return { MatchExpressions: shown(matchExpressions), MatchFields: shown(matchFields) }
}

function counterSetErrors({ name = '', counters = {} }: CounterSet, at: string): readonly FieldError[] {
  return [...(name === '' ? [requiredField(`${at}.name`)] : labelErrors(name, `${at}.name`)), ...countersErrors(counters, `${at}.counters`)]
}
