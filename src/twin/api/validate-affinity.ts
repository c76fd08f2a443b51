/** Where a pod wants to be: node selectors, affinity, topology spread, tolerations. */

import type { Affinity, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm, PodSpec, Toleration, TopologySpreadConstraint } from 'kubernetes-types/core/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems, labelNameProblems, labelValueProblems } from './object-names.ts'
import type { VersionProfile } from '../profile.ts'
import { selectorErrors } from './validate-metadata.ts'

export function affinityErrors(affinity: Affinity | undefined, field: string): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {}
  const required = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const preferred = nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return [
    ...(required === undefined ? [] : nodeSelectorErrors(required, `${field}.nodeAffinity.${REQUIRED}`)),
    ...preferred.flatMap(({ weight = 0, preference }, index) => {
      const at = `${field}.nodeAffinity.${PREFERRED}[${index}]`
      return [...weightErrors(weight, at), ...nodeTermErrors(preference ?? {}, `${at}.preference`, { checksValues: false })]
    }),
    ...podSideErrors(podAffinity, `${field}.podAffinity`),
    ...podSideErrors(podAntiAffinity, `${field}.podAntiAffinity`),
  ]
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

function weightErrors(weight: number, at: string): FieldError[] {
  return weight > 0 && weight <= 100 ? [] : [invalidField(`${at}.weight`, weight, 'must be in the range 1-100')]
}

/** `ValidateNodeSelector`. */
export function nodeSelectorErrors({ nodeSelectorTerms: terms = [] }: { readonly nodeSelectorTerms?: readonly NodeSelectorTerm[] }, field: string): FieldError[] {
  if (terms.length === 0) return [requiredField(`${field}.nodeSelectorTerms`, 'must have at least one node selector term')]
  return terms.flatMap((term, index) => nodeTermErrors(term, `${field}.nodeSelectorTerms[${index}]`, { checksValues: true }))
}

function nodeTermErrors(term: NodeSelectorTerm, field: string, options: { readonly checksValues: boolean }): FieldError[] {
  return (term.matchExpressions ?? []).flatMap((requirement, index) => requirementErrors(requirement, `${field}.matchExpressions[${index}]`, options))
}

function requirementErrors({ key = '', operator, values = [] }: NodeSelectorRequirement, at: string, { checksValues }: { readonly checksValues: boolean }): FieldError[] {
  return [
    ...nodeOperatorErrors(operator, values.length, at),
    ...invalidFields(`${at}.key`, key, labelKeyProblems(key)),
    ...(checksValues ? values.flatMap((value, position) => invalidFields(`${at}.values[${position}]`, value, labelValueProblems(value))) : []),
  ]
}

function nodeOperatorErrors(operator: string, count: number, at: string): FieldError[] {
  if (['In', 'NotIn'].includes(operator)) return count > 0 ? [] : [requiredField(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
  if (['Exists', 'DoesNotExist'].includes(operator)) return count === 0 ? [] : [forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
  if (['Gt', 'Lt'].includes(operator)) return count === 1 ? [] : [requiredField(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
  return [invalidField(`${at}.operator`, operator ?? '', 'not a valid selector operator')]
}

function podSideErrors(side: Affinity['podAffinity'], field: string): FieldError[] {
  return [
    ...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []).flatMap((term, index) => podTermErrors(term, `${field}.${REQUIRED}[${index}]`)),
    ...(side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).flatMap(({ weight = 0, podAffinityTerm }, index) => {
      const at = `${field}.${PREFERRED}[${index}]`
      return [...weightErrors(weight, at), ...podTermErrors(podAffinityTerm ?? {}, `${at}.podAffinityTerm`)]
    }),
  ]
}

type LabelKeys = { readonly matchLabelKeys?: readonly string[]; readonly mismatchLabelKeys?: readonly string[]; readonly labelSelector?: LabelSelector }

function podTermErrors(term: Partial<PodAffinityTerm>, field: string): FieldError[] {
  const { topologyKey = '', namespaces = [], labelSelector, namespaceSelector } = term
  return [
    ...selectorErrors(labelSelector, `${field}.labelSelector`),
    ...selectorErrors(namespaceSelector, `${field}.namespaceSelector`),
    ...namespaces.flatMap((name) => invalidFields(`${field}.namespace`, name, labelNameProblems(name))),
    ...labelKeysErrors(term as LabelKeys, field),
    ...(topologyKey === '' ? [requiredField(`${field}.topologyKey`, 'can not be empty')] : []),
    ...invalidFields(`${field}.topologyKey`, topologyKey, labelKeyProblems(topologyKey)),
  ]
}

/** `ValidateMatchLabelKeysAndMismatchLabelKeys`. */
function labelKeysErrors({ matchLabelKeys = [], mismatchLabelKeys = [], labelSelector }: LabelKeys, field: string): FieldError[] {
  const listed = (keys: readonly string[], at: string): FieldError[] => {
    if (keys.length === 0) return []
    if (labelSelector === undefined) return [forbiddenField(at, 'must not be specified when labelSelector is not set')]
    return keys.flatMap((key, index) => invalidFields(`${at}[${index}]`, key, labelKeyProblems(key)))
  }
  return [
    ...listed(matchLabelKeys, `${field}.matchLabelKeys`),
    ...listed(mismatchLabelKeys, `${field}.mismatchLabelKeys`),
    ...matchLabelKeys.flatMap((key, index) => (mismatchLabelKeys.includes(key) ? [invalidField(`${field}.matchLabelKeys[${index}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys')] : [])),
  ]
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']
const POLICIES = ['Honor', 'Ignore']

export function spreadErrors(spec: PodSpec, field: string): FieldError[] {
  const constraints = spec.topologySpreadConstraints ?? []
  return constraints.flatMap((constraint, index) => {
    const at = `${field}[${index}]`
    const isRepeated = constraints.slice(index + 1).some((other) => other.topologyKey === constraint.topologyKey && other.whenUnsatisfiable === constraint.whenUnsatisfiable)
    return [
      ...positiveErrors(constraint.maxSkew ?? 0, `${at}.maxSkew`),
      ...((constraint.topologyKey ?? '') === '' ? [requiredField(`${at}.topologyKey`, 'can not be empty')] : []),
      ...(ACTIONS.includes(constraint.whenUnsatisfiable) ? [] : [unsupportedField(`${at}.whenUnsatisfiable`, constraint.whenUnsatisfiable ?? '', ACTIONS)]),
      ...(isRepeated ? [duplicateField(`${at}.{topologyKey, whenUnsatisfiable}`, `{${constraint.topologyKey}, ${constraint.whenUnsatisfiable}}`)] : []),
      ...minDomainsErrors(constraint, `${at}.minDomains`),
      ...(['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const).flatMap((name) => policyErrors((constraint as unknown as Record<string, string | undefined>)[name], `${at}.${name}`)),
      ...labelKeysErrors(constraint as LabelKeys, at),
      ...selectorErrors(constraint.labelSelector, `${at}.labelSelector`),
    ]
  })
}

function positiveErrors(value: number, field: string): FieldError[] {
  return value > 0 ? [] : [invalidField(field, value, 'must be greater than zero')]
}

function minDomainsErrors({ minDomains, whenUnsatisfiable }: TopologySpreadConstraint, field: string): FieldError[] {
  if (minDomains === undefined) return []
  const isUseless = whenUnsatisfiable !== 'DoNotSchedule'
  return [...positiveErrors(minDomains, field), ...(isUseless ? [invalidField(field, minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`)] : [])]
}

function policyErrors(policy: string | undefined, field: string): FieldError[] {
  return policy === undefined || POLICIES.includes(policy) ? [] : [unsupportedField(field, policy, POLICIES)]
}

const OPERATORS = ['Equal', 'Exists']
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

export function tolerationErrors(toleration: Toleration, field: string, { minor }: Pick<VersionProfile, 'minor'>): FieldError[] {
  const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = toleration
  return [
    ...(key === '' ? [] : invalidFields(`${field}.key`, key, labelKeyProblems(key))),
    ...(key === '' && operator !== 'Exists' ? [invalidField(`${field}.operator`, operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"')] : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute' ? [invalidField(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")] : []),
    ...tolerationValueErrors(operator, value, { field, minor }),
    ...(effect === '' || EFFECTS.includes(effect) ? [] : [unsupportedField(`${field}.effect`, effect, EFFECTS)]),
  ]
}

/** Since 1.35 two more operators are known by name, though not let in. */
function tolerationValueErrors(operator: string, value: string, { field, minor }: { readonly field: string; readonly minor: number }): FieldError[] {
  if (operator === 'Exists') return value === '' ? [] : [invalidField(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'")]
  if (operator !== '' && operator !== 'Equal') {
    const isComparing = minor >= 35 && ['Lt', 'Gt'].includes(operator)
    return [unsupportedField(`${field}.operator`, operator, isComparing ? [...OPERATORS, 'Lt', 'Gt'] : OPERATORS)]
  }
  const problems = labelValueProblems(value)
  return problems.length === 0 ? [] : [invalidField(`${field}.operator`, value, problems.join(';'))]
}
