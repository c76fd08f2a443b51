/** Whoever sees what is created and changed, and may change or refuse it: webhooks and policies. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { profileFor } from '../profile.ts'
import { bindingSpec, flawOfPolicy, policySpec } from '../policies/policy.ts'
import { gapOf, type Affected, type Gap, type Written } from './gap.ts'

interface Rule {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
}

interface Webhook {
  readonly rules?: readonly Rule[]
  readonly namespaceSelector?: LabelSelector
  readonly objectSelector?: LabelSelector
}

/** Those that see pods or workloads of this cluster: others cannot change a rehearsal. */
export function webhooks({ objects }: Snapshot): Gap[] {
  const kinds = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'])
  const found = objects.filter((object) => kinds.has(object.kind) && hooksOf(object).some((hook) => (hook.rules ?? []).some(touchesWorkloads) && seesSome(hook, objects)))
  const namespaces = new Map(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => [metadata.name ?? '', metadata.labels ?? {}]))
  const sees = (object: KubeObject, { written }: Affected): boolean => hooksOf(object).some((hook) => written.some((one) => isSeen(hook, one, namespaces)))
  return gapOf(found, (names) => `${names} may change or refuse what a plan creates; the twin does not call webhooks.`, sees)
}

function hooksOf(configuration: KubeObject): readonly Webhook[] {
  return (configuration['webhooks'] ?? []) as readonly Webhook[]
}

/** A selector that chooses nothing of what runs here is of no concern; labels of a namespace that was not collected may be any. */
function seesSome({ rules = [], namespaceSelector = {}, objectSelector = {} }: Webhook, objects: readonly KubeObject[]): boolean {
  const isOpen = [namespaceSelector, objectSelector].every((selector) => Object.keys(selector).length === 0)
  if (isOpen || rules.some(({ resources = [] }) => resources.some((resource) => resource.startsWith('nodes')))) return true
  const collected = objects.filter(({ kind }) => kind === 'Namespace')
  const unseen = new Set(collected.filter(({ metadata }) => !matchesSelector(namespaceSelector, metadata.labels ?? {})).map(({ metadata }) => metadata.name))
  return objects.some((object) => {
    const template = podTemplateOf(object)
    if (template === undefined || unseen.has(object.metadata.namespace)) return false
    return [object.metadata.labels, template.metadata?.labels].some((labels) => matchesSelector(objectSelector, labels ?? {}))
  })
}

/** Does it see this very request? What its conditions in CEL say is not asked. */
function isSeen({ rules = [], namespaceSelector = {}, objectSelector = {} }: Webhook, written: Written, namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>): boolean {
  if (!rules.some((rule) => isOfRule(rule, written))) return false
  const labels = written.namespace === undefined ? undefined : namespaces.get(written.namespace)
  return (labels === undefined || matchesSelector(namespaceSelector, labels)) && matchesSelector(objectSelector, written.labels)
}

/** A pod that is told to go is asked of `pods/eviction` or deleted: both count. */
function isOfRule({ operations = ['*'], apiGroups = [], resources = [] }: Rule, { operation, group, resource }: Written): boolean {
  const isOf = (wanted: string): boolean => operations.includes('*') || operations.includes(wanted)
  const names = [resource, `${resource}/*`, '*', '*/*']
  const isWhole = apiGroups.some((one) => one === '*' || one === group) && resources.some((one) => names.includes(one)) && isOf(operation)
  const isEvicted = operation === 'DELETE' && resource === 'pods' && resources.includes('pods/eviction') && isOf('CREATE')
  return isWhole || isEvicted
}

const WORKLOAD_RESOURCES = /^(\*|\*\/\*|pods|pods\/.*|deployments|replicasets|statefulsets|daemonsets|jobs|cronjobs|nodes)(\/\*)?$/

function touchesWorkloads({ apiGroups = [], resources = [] }: Rule): boolean {
  return apiGroups.some((group) => ['', '*', 'apps', 'batch'].includes(group)) && resources.some((resource) => WORKLOAD_RESOURCES.test(resource))
}

/** Off before 1.36, unless the cluster was asked for them: then it runs what the twin does not. */
export function mutatingPolicies({ objects, clusterVersion }: Snapshot): Gap[] {
  const { name, mutatingAdmissionPolicies } = profileFor(clusterVersion)
  if (mutatingAdmissionPolicies) return []
  const found = objects.filter(({ kind, apiVersion }) => kind === 'MutatingAdmissionPolicyBinding' && groupOf(apiVersion) === 'admissionregistration.k8s.io')
  return gapOf(found, (names) => `${names} bind mutating admission policies, which ${name} has off by default; the twin does not run them there.`, (_, { written }) => written.length > 0)
}

const POLICY = /^(Validating|Mutating)AdmissionPolicy$/

/** Those whose expressions do not compile here, and those that take parameters of which none was collected. */
export function admissionPolicies({ objects, clusterVersion }: Snapshot): Gap[] {
  const { mutatingAdmissionPolicies } = profileFor(clusterVersion)
  const kinds = new Set(objects.map(({ kind }) => kind))
  const isUnread = (policy: KubeObject): boolean => flawOfPolicy(policy) !== undefined || !kinds.has(policySpec(policy).paramKind?.kind ?? policy.kind)
  const unread = new Set(objects.filter((object) => POLICY.test(object.kind) && (mutatingAdmissionPolicies || !object.kind.startsWith('Mutating')) && isUnread(object)).map(({ kind, metadata }) => `${kind}Binding/${metadata.name}`))
  const found = objects.filter((object) => unread.has(`${object.kind}/${bindingSpec(object).policyName}`))
  return gapOf(found, (names) => `${names} bind admission policies that the twin cannot evaluate, or whose parameters were not collected.`, (_, { written }) => written.length > 0)
}
