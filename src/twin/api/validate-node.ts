/** Nodes, new and changed: `ValidateNode`, `ValidateNodeUpdate`. Upstream looks for taints below `metadata`, and so are they named. */

import type { KubeObject } from '../../model/kube-object.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems, labelValueProblems } from './object-names.ts'
import { readNetwork, withoutLeadingZeros } from './read-address.ts'
import { quantityErrors } from './validate-resources.ts'

interface Taint {
  readonly key?: string
  readonly value?: string
  readonly effect?: string
  readonly timeAdded?: string
}

interface NodeSpec {
  readonly taints?: readonly Taint[]
  readonly podCIDR?: string
  readonly podCIDRs?: readonly string[]
  readonly providerID?: string
  readonly externalID?: string
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function nodeErrors(node: KubeObject): FieldError[] {
  const { capacity = {}, allocatable = {} } = (node['status'] ?? {}) as { capacity?: Quantities; allocatable?: Quantities }
  return [...taintErrors(specOf(node).taints ?? []), ...amountErrors(capacity, 'status.capacity'), ...amountErrors(allocatable, 'status.allocatable'), ...podRangeErrors(rangesOf(specOf(node)))]
}

type Quantities = Readonly<Record<string, string>>

function amountErrors(quantities: Quantities, field: string): FieldError[] {
  return Object.entries(quantities).flatMap(([name, value]) => quantityErrors({ [name]: value }, '').map((error) => ({ ...error, field: `${field}.${name}` })))
}

function podRangeErrors(ranges: readonly string[]): FieldError[] {
  const unreadable = ranges.flatMap((range, index) => (readNetwork(withoutLeadingZeros(range)) !== undefined ? [] : [invalidField(`spec.podCIDRs[${index}]`, range, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]))
  const isPair = ranges.length === 2 && new Set(ranges.map((range) => range.includes(':'))).size === 2
  return [...unreadable, ...(ranges.length > 1 && !isPair ? [invalidField('spec.podCIDRs', ranges, 'may specify no more than one CIDR for each IP family')] : [])]
}

export function nodeChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const [old, spec] = [specOf(before), specOf(next)]
  const isMoved = (old.providerID ?? '') !== '' && old.providerID !== spec.providerID
  return [
    ...rangeErrors(rangesOf(old), rangesOf(spec)),
    ...(isMoved ? [forbiddenField('spec.providerID', 'node updates may not change providerID except from "" to valid')] : []),
    ...taintErrors(spec.taints ?? []),
    ...((old.externalID ?? '') === (spec.externalID ?? '') ? [] : [forbiddenField('spec.externalID', 'may not be updated')]),
  ]
}

function specOf(node: KubeObject): NodeSpec {
  return (node['spec'] ?? {}) as NodeSpec
}

/** The older of the two fields wins where they disagree. */
function rangesOf({ podCIDR = '', podCIDRs = [] }: NodeSpec): readonly string[] {
  return podCIDR !== '' && podCIDRs[0] !== podCIDR ? [podCIDR] : podCIDRs
}

function rangeErrors(old: readonly string[], ranges: readonly string[]): FieldError[] {
  if (old.length === 0) return []
  const wrong = old.length === ranges.length ? old.filter((range, index) => range !== ranges[index]) : ['']
  return wrong.map(() => forbiddenField('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
}

function taintErrors(taints: readonly Taint[]): FieldError[] {
  return taints.flatMap(({ key = '', value = '', effect = '', timeAdded }: Taint, index) => {
    const at = `metadata.taints[${index}]`
    const isTwice = taints.slice(0, index).some((other) => other.key === key && other.effect === effect)
    const problems = labelValueProblems(value)
    return [
      ...invalidFields(`${at}.key`, key, labelKeyProblems(key)),
      ...(problems.length === 0 ? [] : invalidFields(`${at}.value`, value, [problems.join(';')])),
      ...effectErrors(effect, `${at}.effect`),
      ...(isTwice ? [twice({ Key: key, Value: value, Effect: effect, TimeAdded: timeAdded ?? null }, at)] : []),
    ]
  })
}

function effectErrors(effect: string, field: string): FieldError[] {
  if (effect === '') return [requiredField(field)]
  return EFFECTS.includes(effect) ? [] : [unsupportedField(field, effect, EFFECTS)]
}

function twice(taint: object, field: string): FieldError {
  const error = duplicateField(field, taint)
  return { ...error, message: `${error.message}: taints must be unique by key and effect pair` }
}
