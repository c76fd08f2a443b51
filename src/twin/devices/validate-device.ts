/** One device of a slice: what it is, how much of it there is, who may not have it, and when it is ready to be bound. */

import { jsonEqual } from '../../kernel/json.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, type FieldError } from '../api/field-error.ts'
import { labelKeyProblems } from '../api/object-names.ts'
import { nodeSelectorErrors } from '../api/validate-affinity.ts'
import { listErrors, mapErrors, setErrors, tooLong } from './bounded-lists.ts'
import { labelErrors, qualifiedErrors } from './device-names.ts'
import { chosenNodes, type NodeChoice } from './node-choice.ts'
import { requestPolicyErrors, type RequestPolicy } from './validate-request-policy.ts'
import { taintErrors, type Toleration } from './validate-parts.ts'
import { countersErrors } from './validate-counters.ts'

export interface Device extends NodeChoice {
  readonly name?: string
  readonly attributes?: Readonly<Record<string, Attribute>>
  readonly capacity?: Readonly<Record<string, Capacity>>
  readonly taints?: readonly Toleration[]
  readonly consumesCounters?: readonly { readonly counterSet?: string; readonly counters?: Readonly<Record<string, object>> }[]
  readonly allowMultipleAllocations?: boolean
  readonly bindingConditions?: readonly string[]
  readonly bindingFailureConditions?: readonly string[]
}

interface Attribute {
  readonly bool?: boolean
  readonly int?: number
  readonly string?: string
  readonly version?: string
}

interface Capacity {
  readonly value?: string
  readonly requestPolicy?: RequestPolicy
}

const PROPERTIES_MAX = 32
const TAINTS_MAX = 16
const CONSUMPTIONS_MAX = 2
const VALUE_MAX = 64
/** A domain, a slash and a name. */
const KEY_MAX = 63 + 1 + 32
const CHOSEN_BY_DEVICE = 'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
const CHOSEN_BY_SLICE = '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec'
/** semver.org 2.0.0. */
const VERSION = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/

export function deviceErrors(device: Device, at: string, { isChosenByDevice, old }: { readonly isChosenByDevice: boolean; readonly old?: Device | undefined }): readonly FieldError[] {
  const { name = '', attributes = {}, capacity = {}, taints = [], consumesCounters = [], allowMultipleAllocations = false } = device
  const count = Object.keys(attributes).length + Object.keys(capacity).length
  return [
    ...labelErrors(name, `${at}.name`),
    ...(count > PROPERTIES_MAX ? [invalidField(at, count, `the total number of attributes and capacities must not exceed ${PROPERTIES_MAX}`)] : []),
    ...mapErrors(attributes, { at: `${at}.attributes`, keyErrors: qualifiedErrors, check: attributeErrors, shownKeyMax: KEY_MAX }),
    ...mapErrors(capacity, { at: `${at}.capacity`, keyErrors: qualifiedErrors, check: (one, place) => capacityErrors(one, place, allowMultipleAllocations), shownKeyMax: KEY_MAX }),
    ...(old !== undefined && jsonEqual(old.taints ?? [], taints) ? [] : listErrors(taints, { at: `${at}.taints`, max: TAINTS_MAX, check: taintErrors })),
    ...setErrors(consumesCounters, { at: `${at}.consumesCounters`, max: CONSUMPTIONS_MAX, key: ({ counterSet = '' }) => counterSet, check: consumptionErrors }),
    ...nodeErrors(device, at, isChosenByDevice),
    ...bindingErrors(device, at),
  ]
}

function consumptionErrors({ counterSet = '', counters = {} }: NonNullable<Device['consumesCounters']>[number], at: string): readonly FieldError[] {
  return [...(counterSet === '' ? [requiredField(`${at}.counterSet`)] : labelErrors(counterSet, `${at}.counterSet`)), ...countersErrors(counters, `${at}.counters`)]
}

function attributeErrors(attribute: Attribute, at: string): readonly FieldError[] {
  const { bool, int, string, version } = attribute
  const given = [bool, int, string, version].filter((value) => value !== undefined).length
  return [
    ...(string === undefined || string.length <= VALUE_MAX ? [] : [tooLong(`${at}.string`, VALUE_MAX)]),
    ...(version === undefined || VERSION.test(version) ? [] : [invalidField(`${at}.version`, version, 'must be a string compatible with semver.org spec 2.0.0')]),
    ...(version === undefined || version.length <= VALUE_MAX ? [] : [tooLong(`${at}.version`, VALUE_MAX)]),
    ...(given === 1 ? [] : [invalidField(at, given === 0 ? '' : insideOf(attribute), 'exactly one value must be specified')]),
  ]
}

/** The server's own type has no names for JSON. */
function insideOf({ bool = undefined, int = undefined, string = undefined, version = undefined }: Attribute): object {
  return { IntValue: int ?? null, BoolValue: bool ?? null, StringValue: string ?? null, VersionValue: version ?? null, IntValues: null, BoolValues: null, StringValues: null, VersionValues: null }
}

function capacityErrors({ value = '0', requestPolicy }: Capacity, at: string, isShared: boolean): readonly FieldError[] {
  if (requestPolicy === undefined) return []
  return isShared ? requestPolicyErrors(value, requestPolicy, `${at}.requestPolicy`) : [forbiddenField(`${at}.requestPolicy`, 'allowMultipleAllocations must be true')]
}

function nodeErrors(device: Device, at: string, isChosenByDevice: boolean): readonly FieldError[] {
  const { nodeName, nodeSelector, allNodes } = device
  if (!isChosenByDevice) return nodeName === undefined && nodeSelector === undefined && allNodes === undefined ? [] : [invalidField(at, null, CHOSEN_BY_SLICE)]
  const { chosen, errors } = chosenNodes(device, at, 'must not be empty')
  return [
    ...errors.ofName,
    ...(nodeSelector === undefined ? [] : nodeSelectorErrors(nodeSelector, `${at}.nodeSelector`)),
    ...errors.ofAll,
    ...(chosen.length === 0 ? [requiredField(at, CHOSEN_BY_DEVICE)] : chosen.length === 1 ? [] : [invalidField(at, `{${chosen.join(', ')}}`, CHOSEN_BY_DEVICE)]),
  ]
}

const CONDITIONS_MAX = 4

/** Also of a device that was given to a claim. */
export function bindingErrors({ bindingConditions: ready, bindingFailureConditions: failed }: Pick<Device, 'bindingConditions' | 'bindingFailureConditions'>, at: string): readonly FieldError[] {
  const [conditions, failures] = [ready ?? [], failed ?? []]
  const [atReady, atFailed] = [`${at}.bindingConditions`, `${at}.bindingFailureConditions`]
  const check = (name: string, place: string): readonly FieldError[] => invalidFields(place, name, labelKeyProblems(name))
  const twice = (list: readonly string[], place: string, index: number): FieldError[] => (list.indexOf(list[index] ?? '') < index ? [duplicateField(`${place}[${index}]`, list[index])] : [])
  return [
    ...listErrors(conditions, { at: atReady, max: CONDITIONS_MAX, check }),
    ...listErrors(failures, { at: atFailed, max: CONDITIONS_MAX, check }),
    ...conditions.flatMap((_name, index) => twice(conditions, atReady, index)),
    ...failures.flatMap((name, index) => [...twice(failures, atFailed, index), ...(conditions.includes(name) ? [invalidField(`${atFailed}[${index}]`, name, 'bindingFailureConditions must not overlap with bindingConditions')] : [])]),
    ...(conditions.length === 0 && failures.length > 0 ? [invalidField(atReady, ready ?? null, 'bindingConditions are required to use bindingFailureConditions')] : []),
    ...(failures.length === 0 && conditions.length > 0 ? [invalidField(atFailed, failed ?? null, 'bindingFailureConditions are required to use bindingConditions')] : []),
  ]
}
