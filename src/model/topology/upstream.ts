/**
 * What an object needs in order to work: the edges along which trouble travels.
 *
 * A pod is looked at as its workload. A workload needs its nodes, its claims and the Services it calls; a Service
 * needs the workloads behind it; an Ingress and a webhook their Services; an autoscaler and a budget the workload they speak of.
 */

import { groupOf, type KubeObject } from '../kube-object.ts'
import { matchesSelector } from '../kube/selector.ts'
import { isPod, podTemplateOf } from '../kube/workload.ts'
import { perView } from '../per-view.ts'
import type { View } from '../view.ts'
import { objectOf } from './find-object.ts'
import { dependenciesOf } from './host-references.ts'
import { keyOf, livePodsOf, workloadOf, workloadsIn } from './ownership.ts'
import { podsBehind, type ServiceObject } from './services.ts'

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'ReplicationController', 'Pod'])

/** The unit that trouble is attributed to: a pod's workload, else the object itself. */
export function unitOf(view: View, object: KubeObject): KubeObject {
  return WORKLOADS.has(object.kind) ? workloadOf(view, object) : object
}

function makesPods(unit: KubeObject): boolean {
  return WORKLOADS.has(unit.kind) || podTemplateOf(unit)?.spec?.containers !== undefined
}

/** What this unit needs directly. */
export function needsOf(view: View, unit: KubeObject): KubeObject[] {
  if (makesPods(unit)) return workloadNeeds(view, unit)
  switch (unit.kind) {
    case 'Service':
      return podsBehind(view, unit as ServiceObject).map((pod) => unitOf(view, pod)).concat(namesakes(view, unit as ServiceObject))
    case 'Ingress':
      return ingressBackends(unit).flatMap((name) => named(view, { apiVersion: 'v1', kind: 'Service', name }, unit))
    case 'HorizontalPodAutoscaler':
      return scaleTarget(view, unit)
    case 'PodDisruptionBudget':
      return guarded(view, unit)
    case 'APIService':
      return servedBy(view, (unit['spec'] as { service?: ServiceRef } | undefined)?.service)
    case 'Namespace':
      return [...workloadsIn(view, unit.metadata.name), ...namespaced(view, unit.metadata.name ?? '')]
    case 'ValidatingWebhookConfiguration':
    case 'MutatingWebhookConfiguration':
      return webhookServices(view, unit)
    case 'PersistentVolumeClaim':
      return named(view, { apiVersion: 'v1', kind: 'PersistentVolume', name: (unit['spec'] as { volumeName?: string } | undefined)?.volumeName ?? '' })
    case 'Application':
    case 'Kustomization':
      return [...deliveredBy(view, unit), ...view.ownedBy(unit).map((child) => unitOf(view, child))]
    default:
      return unit.kind === 'Node' ? [] : view.ownedBy(unit).map((child) => unitOf(view, child)).filter((child) => child !== unit)
  }
}

function workloadNeeds(view: View, workload: KubeObject): KubeObject[] {
  const pods = livePodsOf(view, workload)
  const nodes = new Set(pods.map((pod) => pod.spec?.nodeName).filter((name) => name !== undefined))
  const volumes = [podTemplateOf(workload)?.spec, ...pods.map((pod) => pod.spec)].flatMap((spec) => spec?.volumes ?? [])
  const claims = new Set(volumes.map((volume) => volume.persistentVolumeClaim?.claimName).filter((name) => name !== undefined))
  return [
    ...[...nodes].flatMap((name) => named(view, { apiVersion: 'v1', kind: 'Node', name })),
    ...[...claims].flatMap((name) => named(view, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name }, workload)),
    ...dependenciesOf(view, workload),
  ]
}

function named(view: View, ref: { readonly apiVersion: string; readonly kind: string; readonly name: string }, beside?: KubeObject): KubeObject[] {
  const namespace = beside?.metadata.namespace
  const found = view.get({ ...ref, ...(namespace === undefined ? {} : { namespace }) })
  return found === undefined ? [] : [found]
}

/** A Service that selects nothing still belongs to the workload whose labels it nearly names, or that has its name. */
function namesakes(view: View, service: ServiceObject): KubeObject[] {
  if (podsBehind(view, service).length > 0) return []
  const selector = service.spec?.selector
  return workloadsIn(view, service.metadata.namespace).filter(
    (workload) =>
      selector !== undefined &&
      (matchesSelector({ matchLabels: selector }, podTemplateOf(workload)?.metadata?.labels) || workload.metadata.name === service.metadata.name),
  )
}

interface ServiceRef {
  readonly namespace?: string
  readonly name?: string
}

/** What a GitOps tool says that it brought about: Argo CD's `status.resources`, Flux's inventory (`namespace_name_group_kind`). */
function deliveredBy(view: View, unit: KubeObject): KubeObject[] {
  const { resources = [], inventory } = (unit['status'] ?? {}) as { resources?: readonly { kind?: string; namespace?: string; name?: string }[]; inventory?: { entries?: readonly { id?: string }[] } }
  const listed = (inventory?.entries ?? []).map(({ id = '' }) => {
    const [namespace = '', name = '', , kind = ''] = id.split('_')
    return { kind, name, namespace }
  })
  return [...resources, ...listed].flatMap(({ kind = '', namespace = '', name = '' }) => {
    const found = objectOf(view, { kind, name, ...(namespace === '' ? {} : { namespace }) })
    return found === undefined ? [] : [unitOf(view, found)]
  })
}

function servedBy(view: View, ref: ServiceRef | undefined): KubeObject[] {
  const found = ref === undefined ? undefined : view.get({ apiVersion: 'v1', kind: 'Service', namespace: ref.namespace ?? 'default', name: ref.name ?? '' })
  return found === undefined ? [] : [found]
}

interface BackendRef {
  readonly service?: { readonly name?: string }
}

/** Names of the Services an Ingress sends traffic to. */
export function ingressBackends(ingress: KubeObject): string[] {
  const spec = ingress['spec'] as { defaultBackend?: BackendRef; rules?: readonly { http?: { paths?: readonly { backend?: BackendRef }[] } }[] } | undefined
  const backends = [spec?.defaultBackend, ...(spec?.rules ?? []).flatMap((rule) => (rule.http?.paths ?? []).map((path) => path.backend))]
  return [...new Set(backends.map((backend) => backend?.service?.name).filter((name) => name !== undefined))]
}

interface WebhookClient {
  readonly clientConfig?: { readonly service?: { readonly namespace?: string; readonly name?: string } }
}

/** The Services that answer for the webhooks of a configuration. */
export function webhookServices(view: View, configuration: KubeObject): KubeObject[] {
  const backing = ((configuration['webhooks'] ?? []) as readonly WebhookClient[]).map((webhook) => webhook.clientConfig?.service).filter((service) => service !== undefined)
  return backing.flatMap(({ namespace = 'default', name = '' }) => {
    const found = view.get({ apiVersion: 'v1', kind: 'Service', namespace, name })
    return found === undefined ? [] : [found]
  })
}

function scaleTarget(view: View, scaler: KubeObject): KubeObject[] {
  const target = (scaler['spec'] as { scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } } | undefined)?.scaleTargetRef
  return target?.kind === undefined ? [] : named(view, { apiVersion: target.apiVersion ?? 'apps/v1', kind: target.kind, name: target.name ?? '' }, scaler)
}

function guarded(view: View, budget: KubeObject): KubeObject[] {
  const selector = (budget['spec'] as { selector?: Parameters<typeof matchesSelector>[0] } | undefined)?.selector
  const pods = view.list('', 'Pod', budget.metadata.namespace).filter(isPod).filter((pod) => matchesSelector(selector, pod.metadata.labels))
  return pods.map((pod) => unitOf(view, pod))
}

const NAMESPACED_TROUBLE = [['', 'Service'], ['', 'PersistentVolumeClaim'], ['', 'ResourceQuota'], ['networking.k8s.io', 'Ingress'], ['autoscaling', 'HorizontalPodAutoscaler'], ['policy', 'PodDisruptionBudget'], ['networking.k8s.io', 'NetworkPolicy']] as const

const BUILT_IN = /^$|^(apps|batch|autoscaling|policy|extensions)$|(^|\.)k8s\.io$/

/** Of custom resources nobody knows which trouble they can be in. */
function namespaced(view: View, namespace: string): KubeObject[] {
  const custom = view.snapshot.objects.filter((object) => object.metadata.namespace === namespace && !BUILT_IN.test(groupOf(object.apiVersion)))
  return [...NAMESPACED_TROUBLE.flatMap(([group, kind]) => view.list(group, kind, namespace)), ...custom]
}

/** A call chain longer than this is no longer evidence. */
const DISTANCE_MAX = 6

const knownUpstream = perView(() => new WeakMap<KubeObject, ReadonlyMap<string, number>>())

/** Everything the units need, directly or not, with the number of steps to it; the units themselves at 0. */
export function upstreamOf(view: View, units: readonly KubeObject[]): ReadonlyMap<string, number> {
  const [only] = units
  if (only === undefined || units.length > 1) return walkUp(view, units)
  const known = knownUpstream(view)
  const walked = known.get(only) ?? walkUp(view, units)
  known.set(only, walked)
  return walked
}

function walkUp(view: View, units: readonly KubeObject[]): ReadonlyMap<string, number> {
  const distances = new Map<string, number>()
  let frontier = units
  for (let distance = 0; distance <= DISTANCE_MAX && frontier.length > 0; distance += 1) {
    const fresh = new Map(frontier.map((unit) => [keyOf(unit), unit] as const).filter(([key]) => !distances.has(key)))
    for (const key of fresh.keys()) distances.set(key, distance)
    frontier = [...fresh.values()].flatMap((unit) => needsOf(view, unit))
  }
  return distances
}

