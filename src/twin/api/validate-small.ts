/** Kinds with a handful of rules each: classes of runtimes and priorities, leases, namespaces, revisions, events. */

import { isRecord, jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelKeyProblems, labelNameProblems, subdomainProblems } from './object-names.ts'
import type { VersionProfile } from '../profile.ts'
import { tolerationErrors } from './validate-affinity.ts'
import { bareFinalizerErrors, labelErrors } from './validate-metadata.ts'
import { resourceErrors } from './validate-resources.ts'

interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

export function runtimeClassErrors(runtimeClass: KubeObject, profile: VersionProfile): FieldError[] {
  const { handler = '', overhead, scheduling } = runtimeClass as KubeObject & { handler?: string; overhead?: { podFixed?: object }; scheduling?: { nodeSelector?: Readonly<Record<string, string>>; tolerations?: readonly Toleration[] } }
  const tolerations = scheduling?.tolerations ?? []
  return [
    ...(handler === '' ? [requiredField('handler')] : invalidFields('handler', handler, labelNameProblems(handler))),
    ...(overhead === undefined ? [] : resourceErrors({ limits: overhead.podFixed ?? {} }, 'overhead')),
    ...labelErrors(scheduling?.nodeSelector, 'scheduling.nodeSelector'),
    ...tolerations.flatMap((toleration, index) => tolerationErrors(toleration as never, `scheduling.tolerations[${index}]`, profile)),
    ...tolerations.flatMap((toleration, index) => (tolerations.slice(0, index).some((other) => jsonEqual(other as object, toleration as object)) ? [duplicateField(`scheduling.tolerations[${index}]`, shownToleration(toleration))] : [])),
  ]
}

function shownToleration({ key = '', operator = '', value = '', effect = '' }: Toleration): object {
  return { Key: key, Operator: operator, Value: value, Effect: effect, TolerationSeconds: null }
}

export function runtimeClassChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return before['handler'] === next['handler'] ? [] : [invalidField('handler', next['handler'] ?? '', 'field is immutable')]
}

/** Strategy and preferred holder belong to coordinated election, which is off: they are not stored. */
export function leaseErrors(lease: KubeObject): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions = 0 } = (lease['spec'] ?? {}) as { readonly leaseDurationSeconds?: number; readonly leaseTransitions?: number }
  return [
    ...(seconds !== undefined && seconds <= 0 ? [invalidField('spec.leaseDurationSeconds', seconds, 'must be greater than 0')] : []),
    ...(transitions < 0 ? [invalidField('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')] : []),
  ]
}

const USER_PRIORITY_MAX = 1_000_000_000
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = { 'system-node-critical': 2_000_001_000, 'system-cluster-critical': 2_000_000_000 }
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never']

export function priorityClassErrors(priority: KubeObject): FieldError[] {
  const { value = 0, globalDefault = false, preemptionPolicy: policy } = priority as KubeObject & { value?: number; globalDefault?: boolean; preemptionPolicy?: string }
  const { name = '' } = priority.metadata
  const problem = name.startsWith('system-') ? systemProblem(name, value, globalDefault) : undefined
  return [
    ...(problem === undefined ? [] : [forbiddenField('metadata.name', `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`)]),
    ...(!name.startsWith('system-') && value > USER_PRIORITY_MAX ? [forbiddenField('value', `maximum allowed value of a user defined priority is ${USER_PRIORITY_MAX}`)] : []),
    ...(policy === undefined || PREEMPTION_POLICIES.includes(policy) ? [] : [unsupportedField('preemptionPolicy', policy, PREEMPTION_POLICIES)]),
  ]
}

function systemProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const wanted = SYSTEM_PRIORITIES[name]
  if (wanted === undefined) return `${name} is not a known system priority class`
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined
}

export function priorityClassChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return [
    ...((before['value'] ?? 0) === (next['value'] ?? 0) ? [] : [forbiddenField('value', 'may not be changed in an update.')]),
    ...(before['preemptionPolicy'] === next['preemptionPolicy'] ? [] : [invalidField('preemptionPolicy', next['preemptionPolicy'] ?? null, 'field is immutable')]),
  ]
}

export function namespaceErrors(namespace: KubeObject): FieldError[] {
  const { finalizers = [] } = (namespace['spec'] ?? {}) as { finalizers?: readonly string[] }
  return finalizers.flatMap((name) => [...invalidFields('spec.finalizers', name, labelKeyProblems(name)), ...bareFinalizerErrors(name, 'spec.finalizers')])
}

export function revisionErrors(object: KubeObject, before?: KubeObject): FieldError[] {
  const { revision = 0, data } = object as KubeObject & { revision?: number; data?: unknown }
  const negative = revision < 0 ? [invalidField('revision', revision, 'must be greater than or equal to 0')] : []
  if (before !== undefined) return negative
  return [...negative, ...(data === undefined || data === null ? [requiredField('data', 'data is mandatory')] : isRecord(data) ? [] : [requiredField('data', 'data must be a valid JSON object')])]
}

export function revisionChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  return jsonEqual(before['data'], next['data']) ? [] : [invalidField('data', next['data'] ?? null, 'field is immutable')]
}

const TEXT_LENGTHS_MAX = { reportingInstance: 128, action: 128, reason: 128, message: 1024 }
const MISPLACED = 'does not match event.namespace'

/** What even the oldest clients have to keep to (`legacyValidateEvent`). */
export function eventErrors(event: KubeObject): FieldError[] {
  const { involvedObject, eventTime } = event as KubeObject & { involvedObject?: { namespace?: string }; eventTime?: string }
  const { namespace = '' } = event.metadata
  const subject = involvedObject?.namespace ?? ''
  const misplaced = invalidField('involvedObject.namespace', subject, MISPLACED)
  const isHome = subject === '' ? namespace === 'default' || (eventTime !== undefined && namespace === 'kube-system') : eventTime !== undefined || subject === namespace
  return [...(isHome ? [] : [misplaced]), ...(eventTime === undefined ? [] : newEventErrors(event)), ...invalidFields('namespace', namespace, subdomainProblems(namespace))]
}

function newEventErrors(event: KubeObject): FieldError[] {
  const text = (name: string): string => String(event[name] ?? '')
  const controller = text('reportingComponent')
  const length = (name: keyof typeof TEXT_LENGTHS_MAX): FieldError[] => (text(name).length > TEXT_LENGTHS_MAX[name] ? [invalidField(name, '', `can have at most ${TEXT_LENGTHS_MAX[name]} characters`)] : [])
  const needed = (name: keyof typeof TEXT_LENGTHS_MAX): FieldError[] => [...(text(name) === '' ? [requiredField(name)] : []), ...length(name)]
  return [...(controller === '' ? [requiredField('reportingComponent')] : []), ...invalidFields('reportingComponent', controller, labelKeyProblems(controller)), ...needed('reportingInstance'), ...needed('action'), ...needed('reason'), ...length('message')]
}
