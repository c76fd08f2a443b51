/** Horizontal autoscalers (`pkg/apis/autoscaling/validation`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import type { Metric, Reference, Source, Target } from './autoscaler-metrics.ts'
import { forbiddenField, invalidField, invalidFields, namedErrors, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems, labelNameProblems, pathSegmentProblems } from './object-names.ts'

type SourcePlace = Exclude<keyof Metric, 'type'>

interface Rules {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: string
  readonly policies?: readonly { readonly type?: string; readonly value?: number; readonly periodSeconds?: number }[]
  readonly tolerance?: string
}

interface AutoscalerSpec {
  readonly minReplicas?: number
  readonly maxReplicas?: number
  readonly scaleTargetRef?: Reference
  readonly metrics?: readonly Metric[]
  readonly behavior?: { readonly scaleUp?: Rules; readonly scaleDown?: Rules }
}

const LEAST = 1

/** The version of a target that did not change is not looked at again; only those of the core group may leave the group out. */
export function autoscalerErrors(autoscaler: KubeObject, before?: KubeObject): FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {}, metrics = [], behavior = {} } = (autoscaler['spec'] ?? {}) as AutoscalerSpec
  const { scaleTargetRef: old } = (before?.['spec'] ?? {}) as AutoscalerSpec
  const isKnown = old !== undefined && old.apiVersion === scaleTargetRef.apiVersion && old.kind === scaleTargetRef.kind
  return [
    ...(minReplicas !== undefined && minReplicas < LEAST ? [invalidField('spec.minReplicas', minReplicas, `must be greater than or equal to ${LEAST}`)] : []),
    ...maximumErrors(maxReplicas),
    ...(minReplicas !== undefined && maxReplicas < minReplicas ? [invalidField('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`')] : []),
    ...referenceErrors(scaleTargetRef, 'spec.scaleTargetRef', isKnown ? 'any version' : scaleTargetRef.kind === 'ReplicationController' ? 'any group' : 'with group'),
    ...metrics.flatMap((metric, index) => metricErrors(metric, `spec.metrics[${index}]`)),
    ...(minReplicas === 0 && !metrics.some(({ type = '' }) => type === 'Object' || type === 'External') ? [forbiddenField('spec.metrics', 'must specify at least one Object or External metric to support scaling to zero replicas')] : []),
    ...rulesErrors(behavior.scaleUp, 'spec.behavior.scaleUp'),
    ...rulesErrors(behavior.scaleDown, 'spec.behavior.scaleDown'),
  ]
}

function maximumErrors(maximum: number): FieldError[] {
  if (maximum === 0) return [requiredField('spec.maxReplicas', 'must be set and greater than 0')]
  return maximum < 0 ? [invalidField('spec.maxReplicas', maximum, 'must be greater than or equal to 1')] : []
}

function referenceErrors({ apiVersion = '', kind = '', name = '' }: Reference, at: string, rule: 'any version' | 'any group' | 'with group'): FieldError[] {
  const problem = rule === 'any version' ? undefined : versionProblem(apiVersion, rule === 'with group')
  return [
    ...namedErrors(`${at}.kind`, kind, pathSegmentProblems),
    ...namedErrors(`${at}.name`, name, pathSegmentProblems),
    ...(problem === undefined ? [] : [invalidField(`${at}.apiVersion`, apiVersion, problem)]),
  ]
}

function versionProblem(apiVersion: string, demandsGroup: boolean): string | undefined {
  const parts = apiVersion.split('/')
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`
  return demandsGroup && (parts.length === 1 || parts[0] === '') ? 'apiVersion must specify API group' : undefined
}

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const PLACES: readonly SourcePlace[] = ['object', 'external', 'pods', 'resource', 'containerResource']
const ONLY = 'must populate the given metric source only'

function metricErrors(metric: Metric, at: string): FieldError[] {
  const { type = '' } = metric
  const present = PLACES.filter((place) => metric[place] !== undefined)
  const [first] = present
  const expected = TYPES.includes(type) ? (`${type[0]?.toLowerCase()}${type.slice(1)}` as SourcePlace) : undefined
  const unknown = unsupportedField(`${at}.type`, type, TYPES)
  return [
    ...(type === '' ? [requiredField(`${at}.type`, 'must specify a metric source type')] : []),
    ...(expected === undefined ? [unknown] : []),
    ...(first === undefined ? [] : sourceErrors(metric[first] ?? {}, first, `${at}.${first}`)),
    ...(expected === undefined ? [unknown] : metric[expected] === undefined ? [requiredField(`${at}.${expected}`, 'must populate information for the given metric source')] : []),
    ...(present.length === 1 ? [] : present.filter((place) => place !== expected).map((place) => forbiddenField(`${at}.${place}`, ONLY))),
  ]
}

function sourceErrors({ name = '', container = '', describedObject = {}, metric = {}, target = {} }: Source, place: SourcePlace, at: string): FieldError[] {
  const told = [...(place === 'object' ? referenceErrors(describedObject, `${at}.describedObject`, 'any group') : []), ...identityErrors({ name, container, metric }, place, at), ...targetErrors(target, `${at}.target`)]
  return [...told, ...amountErrors(target, place, `${at}.target`)]
}

function identityErrors({ name, container, metric }: { readonly name: string; readonly container: string; readonly metric: { readonly name?: string } }, place: SourcePlace, at: string): FieldError[] {
  if (place !== 'resource' && place !== 'containerResource') return (metric.name ?? '') === '' ? [requiredField(`${at}.metric.name`, 'must specify a metric name')] : invalidFields(`${at}.metric.name`, metric.name, pathSegmentProblems(metric.name ?? ''))
  const unnamed = name === '' ? [requiredField(`${at}.name`, 'must specify a resource name')] : []
  if (place === 'resource') return unnamed
  return [...unnamed, ...(name === '' ? [] : invalidFields(`${at}.name`, name, labelKeyProblems(name))), ...(container === '' ? [requiredField(`${at}.container`, 'must specify a container')] : invalidFields(`${at}.container`, container, labelNameProblems(container)))]
}

const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue']

function targetErrors({ type = '', value, averageValue, averageUtilization }: Target, at: string): FieldError[] {
  const isPositive = (quantity: string | undefined): boolean => quantity === undefined || (parseMilli(quantity) ?? 0) > 0
  return [
    ...(type === '' ? [requiredField(`${at}.type`, 'must specify a metric target type')] : []),
    ...(TARGET_TYPES.includes(type) ? [] : [invalidField(`${at}.type`, type, 'must be either Utilization, Value, or AverageValue')]),
    ...(isPositive(value) ? [] : [invalidField(`${at}.value`, value, 'must be positive')]),
    ...(isPositive(averageValue) ? [] : [invalidField(`${at}.averageValue`, averageValue, 'must be positive')]),
    ...(averageUtilization !== undefined && averageUtilization < 1 ? [invalidField(`${at}.averageUtilization`, averageUtilization, 'must be greater than 0')] : []),
  ]
}

function amountErrors({ value, averageValue, averageUtilization }: Target, place: SourcePlace, at: string): FieldError[] {
  if (place === 'pods') return averageValue === undefined ? [requiredField(`${at}.averageValue`, 'must specify a positive target averageValue')] : []
  if (place === 'object') return value === undefined && averageValue === undefined ? [requiredField(`${at}.averageValue`, 'must set either a target value or averageValue')] : []
  if (place === 'external') {
    if (value === undefined && averageValue === undefined) return [requiredField(`${at}.averageValue`, 'must set either a target value for metric or a per-pod target')]
    return value !== undefined && averageValue !== undefined ? [forbiddenField(`${at}.value`, 'may not set both a target value for metric and a per-pod target')] : []
  }
  if (averageUtilization === undefined && averageValue === undefined) return [requiredField(`${at}.averageUtilization`, 'must set either a target raw value or a target utilization')]
  return averageUtilization !== undefined && averageValue !== undefined ? [forbiddenField(`${at}.averageValue`, 'may not set both a target raw value and a target utilization')] : []
}

const WINDOW_SECONDS_MAX = 3_600
const PERIOD_SECONDS_MAX = 1_800
const SELECTIONS = ['Disabled', 'Max', 'Min']
const POLICY_TYPES = ['Percent', 'Pods']

function rulesErrors(rules: Rules | undefined, at: string): FieldError[] {
  if (rules === undefined) return []
  const { stabilizationWindowSeconds: windowSeconds = 0, selectPolicy, policies = [], tolerance } = rules
  return [
    ...(windowSeconds < 0 ? [invalidField(`${at}.stabilizationWindowSeconds`, windowSeconds, 'must be greater than or equal to zero')] : []),
    ...(windowSeconds > WINDOW_SECONDS_MAX ? [invalidField(`${at}.stabilizationWindowSeconds`, windowSeconds, `must be less than or equal to ${WINDOW_SECONDS_MAX}`)] : []),
    ...(selectPolicy === undefined || SELECTIONS.includes(selectPolicy) ? [] : [unsupportedField(`${at}.selectPolicy`, selectPolicy, SELECTIONS)]),
    ...(policies.length === 0 ? [requiredField(`${at}.policies`, 'must specify at least one Policy')] : []),
    ...policies.flatMap((policy, index) => policyErrors(policy, `${at}.policies[${index}]`)),
    ...(tolerance !== undefined && (parseMilli(tolerance) ?? 0) < 0 ? [invalidField(`${at}.tolerance`, tolerance, 'must be greater than or equal to 0')] : []),
  ]
}

function policyErrors({ type = '', value = 0, periodSeconds = 0 }: { readonly type?: string; readonly value?: number; readonly periodSeconds?: number }, at: string): FieldError[] {
  return [
    ...(POLICY_TYPES.includes(type) ? [] : [unsupportedField(`${at}.type`, type, POLICY_TYPES)]),
    ...(value <= 0 ? [invalidField(`${at}.value`, value, 'must be greater than zero')] : []),
    ...(periodSeconds <= 0 ? [invalidField(`${at}.periodSeconds`, periodSeconds, 'must be greater than zero')] : []),
    ...(periodSeconds > PERIOD_SECONDS_MAX ? [invalidField(`${at}.periodSeconds`, periodSeconds, `must be less than or equal to ${PERIOD_SECONDS_MAX}`)] : []),
  ]
}
