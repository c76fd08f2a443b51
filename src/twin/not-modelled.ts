/**
 * What a cluster has that the twin does not play. A rehearsal that touches one of these cannot be called safe, so it
 * is worth more to say it than to guess. Only what exists in the snapshot is named.
 */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { controllerOf, groupOf, subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { matchesSelector } from '../model/kube/selector.ts'
import { containersOf, isPod, podTemplateOf } from '../model/kube/workload.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { bindingSpec, flawOfPolicy } from './policies/policy.ts'
import { isFinished } from './controllers/cron-job.ts'
import { isManagedElsewhere, moreOf } from './controllers/job/job-pods.ts'
import { loadsSeen } from './observed/loads.ts'
import { isVersionModelled, profileFor } from './profile.ts'
import { SCHEDULER_NAME } from './scheduler/scheduler.ts'

/** Owners that a controller of the twin plays, or that own without managing. */
const PLAYED_OWNERS = new Set(['apps/ReplicaSet', '/ReplicationController', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/Deployment', 'batch/Job', 'batch/CronJob', '/Node'])
/** Programs that add and remove nodes by themselves, known by their images. */
const AUTOSCALERS = /(?:^|\/)(cluster-autoscaler|karpenter)(?:[/:@]|$)|\/karpenter\//
const NAMED_MAX = 5

type Detector = (snapshot: Snapshot) => readonly string[]

export function notModelledIn(snapshot: Snapshot): string[] {
  return DETECTORS.flatMap((detect) => detect(snapshot))
}

const DETECTORS: readonly Detector[] = [
  version,
  foreignSchedulers,
  schedulerSettings,
  runtimeClasses,
  resourceClaims,
  webhooks,
  admissionPolicies,
  podSecurity,
  foreignOwners,
  unknownLoads,
  verticalAutoscalers,
  nodeAutoscalers,
  managedJobs,
  commandProbes,
  restartOfAll,
]

function version({ clusterVersion }: Snapshot): string[] {
  if (isVersionModelled(clusterVersion)) return []
  return [`Kubernetes ${clusterVersion.gitVersion} is outside the versions the twin knows; it plays ${profileFor(clusterVersion).name}.`]
}

function foreignSchedulers({ objects }: Snapshot): string[] {
  const found = podMakers(objects).filter(({ spec }) => (spec.schedulerName ?? SCHEDULER_NAME) !== SCHEDULER_NAME)
  return sentence(found.map(({ object }) => object), (names) => `${names} ask for a scheduler of their own; the twin leaves their pods Pending.`)
}

/** A configuration of the scheduler itself: profiles, weights, extenders. The file may lie on a machine; then its flag shows. */
function schedulerSettings({ objects }: Snapshot): string[] {
  const isConfiguration = (object: KubeObject): boolean => object.kind === 'ConfigMap' && Object.values((object['data'] ?? {}) as Readonly<Record<string, unknown>>).some((text) => typeof text === 'string' && /^\s*"?kind"?:\s*"?KubeSchedulerConfiguration/m.test(text))
  const isStarted = (object: KubeObject): boolean => containersOf(podTemplateOf(object)).some(({ command = [], args = [] }) => [...command, ...args].some((word) => /(?:^|\/)kube-scheduler$/.test(word)) && [...command, ...args].some((word) => word.startsWith('--config')))
  const found = objects.filter((object) => isConfiguration(object) || (isPod(object) && isStarted(object)))
  return sentence(found, (names) => `${names} configure the scheduler; the twin plays the default profile.`)
}

/** Classes add to what a pod asks for, and say where it may run; of one that nobody collected neither is known. */
function runtimeClasses({ objects }: Snapshot): string[] {
  const known = new Set(objects.filter(({ kind }) => kind === 'RuntimeClass').map(({ metadata }) => metadata.name))
  const found = podMakers(objects).filter(({ spec }) => spec.runtimeClassName !== undefined && !known.has(spec.runtimeClassName))
  return sentence(found.map(({ object }) => object), (names) => `${names} name a RuntimeClass that was not collected: where it lets new pods run is not known.`)
}

function resourceClaims({ objects }: Snapshot): string[] {
  const found = podMakers(objects).filter(({ spec }) => ((spec as { resourceClaims?: readonly object[] }).resourceClaims ?? []).length > 0)
  return sentence(found.map(({ object }) => object), (names) => `${names} claim devices (dynamic resource allocation), which the twin does not allocate.`)
}

/** Those that see pods or workloads of this cluster: others cannot change a rehearsal. */
function webhooks({ objects }: Snapshot): string[] {
  const kinds = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'])
  const found = objects.filter((object) => kinds.has(object.kind) && hooksOf(object).some((hook) => (hook.rules ?? []).some(touchesWorkloads) && seesSome(hook, objects)))
  return sentence(found, (names) => `${names} may change or refuse what a plan creates; the twin does not call webhooks.`)
}

interface Rule {
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
}

interface Webhook {
  readonly rules?: readonly Rule[]
  readonly namespaceSelector?: LabelSelector
  readonly objectSelector?: LabelSelector
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

const WORKLOAD_RESOURCES = /^(\*|\*\/\*|pods|pods\/.*|deployments|replicasets|statefulsets|daemonsets|jobs|cronjobs|nodes)(\/\*)?$/

function touchesWorkloads({ apiGroups = [], resources = [] }: Rule): boolean {
  return apiGroups.some((group) => ['', '*', 'apps', 'batch'].includes(group)) && resources.some((resource) => WORKLOAD_RESOURCES.test(resource))
}

function admissionPolicies({ objects }: Snapshot): string[] {
  const flawed = new Set(objects.filter((object) => object.kind === 'ValidatingAdmissionPolicy' && flawOfPolicy(object) !== undefined).map(({ metadata }) => metadata.name))
  const isUnread = (object: KubeObject): boolean => object.kind === 'ValidatingAdmissionPolicyBinding' && flawed.has(bindingSpec(object).policyName)
  const found = objects.filter((object) => object.kind === 'MutatingAdmissionPolicyBinding' || isUnread(object))
  return sentence(found, (names) => `${names} bind admission policies, which the twin does not evaluate.`)
}

const ENFORCED = 'pod-security.kubernetes.io/enforce'

/** Everything that ran was let in; what a plan writes anew may be refused. */
function podSecurity({ objects }: Snapshot): string[] {
  const found = objects.filter(({ kind, metadata }) => kind === 'Namespace' && !['', 'privileged'].includes(metadata.labels?.[ENFORCED] ?? ''))
  return sentence(found, (names) => `${names} enforce a pod security level, which the twin does not evaluate: a changed pod template may be refused.`)
}

/** A custom controller answers changes in ways nobody can know from its objects. */
function foreignOwners({ objects }: Snapshot): string[] {
  const owners = new Map<string, number>()
  for (const object of objects) {
    const owner = controllerOf(object)
    if (owner === undefined || podTemplateOf(object) === undefined) continue
    const kind = `${groupOf(owner.apiVersion)}/${owner.kind}`
    if (!PLAYED_OWNERS.has(kind)) owners.set(kind, (owners.get(kind) ?? 0) + 1)
  }
  return [...owners].map(([kind, count]) => `${count} ${count === 1 ? 'object is' : 'objects are'} managed by ${kind.replace(/^\//, '')}: how its controller reacts is not played.`)
}

/** Played, from the load that was seen; without it, nobody knows what they would do. */
function unknownLoads({ objects }: Snapshot): string[] {
  return loadsSeen(objects).unknown.map(({ autoscaler, target, metrics }) => `Not known: load of ${target} (${metrics.join(', ')} of ${subjectText(subjectOf(autoscaler))} was not observed); while a metric cannot be read, its autoscaler does not shrink it, and grows it only for another.`)
}

function verticalAutoscalers({ objects }: Snapshot): string[] {
  const found = objects.filter(({ kind, apiVersion }) => kind === 'VerticalPodAutoscaler' || groupOf(apiVersion) === 'keda.sh')
  return sentence(found, (names) => `${names} may change requests or replicas; the twin does not autoscale.`)
}

function nodeAutoscalers(snapshot: Snapshot): string[] {
  return sentence(nodeAutoscalersIn(snapshot), (names) => `${names} add and remove nodes; the twin replaces deleted nodes of a pool and nothing else.`)
}

/** Workloads of node autoscalers, and pools that one looks after. */
export function nodeAutoscalersIn({ objects }: Snapshot): readonly KubeObject[] {
  const isAutoscaler = (container: Container): boolean => AUTOSCALERS.test(container.image ?? '')
  const found = objects.filter((object) => !isPod(object) && object.kind !== 'ReplicaSet' && containersOf(podTemplateOf(object)).some(isAutoscaler))
  const pools = objects.filter(({ apiVersion }) => groupOf(apiVersion) === 'karpenter.sh')
  return [...found, ...pools]
}

function managedJobs({ objects }: Snapshot): string[] {
  const isElsewhere = (object: KubeObject): boolean => object.kind === 'Job' ? isManagedElsewhere(moreOf(object)) && !isFinished(object) : object.kind === 'CronJob' && isManagedElsewhere((object['spec'] as { jobTemplate?: { spec?: { managedBy?: string } } } | undefined)?.jobTemplate?.spec ?? {})
  return sentence(objects.filter(isElsewhere), (names) => `${names} leave their Jobs to another controller (managedBy), which the twin does not play.`)
}

function commandProbes({ objects }: Snapshot): string[] {
  const asks = (container: Container): boolean => [container.livenessProbe, container.readinessProbe, container.startupProbe].some((probe) => probe !== undefined && probe.httpGet === undefined && probe.tcpSocket === undefined)
  const found = objects.filter((object) => !isPod(object) && object.kind !== 'ReplicaSet' && containersOf(podTemplateOf(object)).some(asks))
  return sentence(found, (names) => `${names} are probed by a command or gRPC: it is taken to succeed once the process has started, unless it was seen to fail.`)
}

function restartOfAll({ objects }: Snapshot): string[] {
  const restartsAll = (container: Container): boolean => ((container as { readonly restartPolicyRules?: readonly { readonly action?: string }[] }).restartPolicyRules ?? []).some(({ action }) => action === 'RestartAllContainers')
  const found = podMakers(objects).filter(({ spec }) => [...(spec.initContainers ?? []), ...spec.containers].some(restartsAll))
  return sentence(found.map(({ object }) => object), (names) => `${names} restart all containers of a pod when one exits; the twin restarts that one.`)
}

interface PodMaker {
  readonly object: KubeObject
  readonly spec: PodSpec
}

/** Several detectors ask for them, and a large cluster has ten pods to each. */
const makersOf = new WeakMap<readonly KubeObject[], readonly PodMaker[]>()

function podMakers(objects: readonly KubeObject[]): readonly PodMaker[] {
  const known = makersOf.get(objects)
  if (known !== undefined) return known
  const makers = objects.flatMap((object): PodMaker[] => {
    if (object.kind === 'ReplicaSet' || (isPod(object) && controllerOf(object) !== undefined)) return []
    const spec = podTemplateOf(object)?.spec
    return spec === undefined ? [] : [{ object, spec }]
  })
  makersOf.set(objects, makers)
  return makers
}

function sentence(objects: readonly KubeObject[], text: (names: string) => string): string[] {
  if (objects.length === 0) return []
  const names = objects.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object)))
  const more = objects.length - names.length
  return [text(more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`)]
}
