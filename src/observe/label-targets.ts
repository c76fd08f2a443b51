/**
 * From Prometheus labels to Kubernetes objects.
 *
 * Labels mix two things: what the alert is about, and which exporter told it. `namespace: monitoring` beside
 * `node: worker-3` is the exporter's. The most specific label about an object wins; the exporter's own pod, service
 * and namespace count only where nothing else is named.
 */

import type { Subject } from '../model/kube-object.ts'

export type LabelSet = Readonly<Record<string, string>>

/** Labels that name an object outright; exporters carry none of these about themselves. */
const NAMED: readonly (readonly [label: string, kind: string])[] = [
  ['deployment', 'Deployment'], ['statefulset', 'StatefulSet'], ['daemonset', 'DaemonSet'], ['job_name', 'Job'], ['cronjob', 'CronJob'], ['replicaset', 'ReplicaSet'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'], ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'], ['hpa', 'HorizontalPodAutoscaler'],
  ['poddisruptionbudget', 'PodDisruptionBudget'], ['resourcequota', 'ResourceQuota'], ['ingress', 'Ingress'],
]
const CLUSTER_NAMED: readonly (readonly [label: string, kind: string])[] = [['persistentvolume', 'PersistentVolume']]

/** What the labels point at, most specific first. Empty when they name nothing of Kubernetes. */
export function targetsOf(labels: LabelSet): Subject[] {
  const namespace = labels['exported_namespace'] ?? labels['namespace'] ?? labels['kubernetes_namespace'] ?? labels['kube_namespace']
  const named = namespace === undefined ? [] : [...namedTargets(labels, namespace), ...ownerTargets(labels, namespace)]
  if (named.length > 0) return named
  const pod = namespace === undefined ? undefined : podTarget(labels, namespace)
  if (pod !== undefined) return [pod]
  const node = labels['node'] ?? labels['exported_node'] ?? labels['kubernetes_node'] ?? labels['nodename']
  if (node !== undefined) return [{ kind: 'Node', name: node }]
  const volume = CLUSTER_NAMED.flatMap(([label, kind]) => (labels[label] === undefined ? [] : [{ kind, name: labels[label] }]))
  if (volume.length > 0) return volume
  return fallback(labels, namespace)
}

function namedTargets(labels: LabelSet, namespace: string): Subject[] {
  return NAMED.flatMap(([label, kind]) => {
    const name = labels[`exported_${label}`] ?? labels[label]
    return name === undefined || name === '' ? [] : [{ kind, namespace, name }]
  }).slice(0, 1)
}

/** The recording rules of the usual mixins name owners in two labels. */
function ownerTargets(labels: LabelSet, namespace: string): Subject[] {
  const kind = { deployment: 'Deployment', statefulset: 'StatefulSet', daemonset: 'DaemonSet', job: 'Job', cronjob: 'CronJob', replicaset: 'ReplicaSet' }[labels['workload_type']?.toLowerCase() ?? '']
  const name = labels['workload']
  return kind === undefined || name === undefined ? [] : [{ kind, namespace, name }]
}

/** A pod beside a node is the exporter's when it is what was scraped: its job or its container carries the pod's name. */
function podTarget(labels: LabelSet, namespace: string): Subject | undefined {
  if (labels['exported_pod'] !== undefined) return { kind: 'Pod', namespace, name: labels['exported_pod'] }
  const name = labels['pod'] ?? labels['pod_name'] ?? labels['kubernetes_pod_name']
  if (name === undefined || name === '') return undefined
  const node = labels['node'] ?? labels['nodename']
  return node !== undefined && isScraped(labels, name) ? undefined : { kind: 'Pod', namespace, name }
}

function isScraped(labels: LabelSet, pod: string): boolean {
  const job = labels['job']?.split('/').at(-1)
  return job !== undefined && job !== '' && (pod.startsWith(job) || labels['container'] === job || pod.includes(job))
}

function fallback(labels: LabelSet, namespace: string | undefined): Subject[] {
  const service = labels['exported_service'] ?? labels['service'] ?? labels['destination_service_name']
  const aboutExporter = labels['job'] === 'kube-state-metrics' || labels['job']?.endsWith('/kube-state-metrics') === true
  if (service !== undefined && namespace !== undefined && !aboutExporter) return [{ kind: 'Service', namespace, name: service }]
  const host = hostOf(labels['instance'])
  if (host !== undefined && namespace === undefined) return [{ kind: 'Node', name: host }]
  return namespace === undefined ? [] : [{ kind: 'Namespace', name: namespace }]
}

/** `10.0.0.7:9100` → `10.0.0.7`; a URL is what a prober looked at, not a node. */
function hostOf(instance: string | undefined): string | undefined {
  return instance === undefined || instance.includes('/') ? undefined : (/^\[?([^\]]+?)\]?(?::\d+)?$/.exec(instance)?.[1] ?? undefined)
}
