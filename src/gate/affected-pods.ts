/**
 * The pods that feel a step, by name: moved, restarted, added, or behind what is changed. Where it cannot be told
 * which, all that could are counted: an unknown kind in a namespace touches the namespace, one of the cluster all of it.
 */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { isRecord } from '../kernel/json.ts'
import { groupKind, type KubeObject } from '../model/kube-object.ts'
import { staysOnDrain } from '../model/kube/drained-pods.ts'
import { matchesSelector } from '../model/kube/selector.ts'
import { isPod, isTerminal, podTemplateOf, replicasOf, type PodObject } from '../model/kube/workload.ts'
import type { Action } from '../model/plan.ts'
import type { View } from '../model/view.ts'

/** `namespace/name` of each. Replicas that do not exist yet are `namespace/name+n`. */
export function affectedPods(action: Action, object: KubeObject, view: View): string[] {
  switch (action.verb) {
    case 'wait':
    case 'cordon':
    case 'uncordon':
      return []
    case 'drain':
    case 'delete-node':
      return names(view.podsOn(object.metadata.name ?? '').filter((pod) => !staysOnDrain(pod)))
    case 'scale':
      return changedReplicas(object, action, view)
    case 'evict':
    case 'delete-pod':
      return isPod(object) ? [nameOf(object)] : []
    case 'restart':
    case 'roll-back':
      return podsOfWorkload(object, view)
    case 'patch':
      return podsBehind(object, view)
  }
}

function changedReplicas(object: KubeObject, action: { readonly fromReplicas: number; readonly toReplicas: number }, view: View): string[] {
  const more = action.toReplicas - replicasOf(object)
  if (more >= 0) return Array.from({ length: more }, (_, index) => `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}+${index + 1}`)
  return podsOfWorkload(object, view).slice(more)
}

/** A workload whose pods are not there yet counts as many as it wants. */
function podsOfWorkload(object: KubeObject, view: View): string[] {
  const there = names(view.podsOf(object))
  const wanted = object.kind === 'Job' || object.kind === 'CronJob' || object.kind === 'DaemonSet' ? 0 : replicasOf(object)
  const missing = Array.from({ length: Math.max(0, wanted - there.length) }, (_, index) => `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}+${index + 1}`)
  return [...there, ...missing]
}

/** Kinds that steer what is admitted or evicted later and touch no pod now. */
const TOUCHES_NONE = new Set(['policy/PodDisruptionBudget', '/ResourceQuota', '/LimitRange', 'scheduling.k8s.io/PriorityClass', 'storage.k8s.io/StorageClass'])

function podsBehind(object: KubeObject, view: View): string[] {
  const kind = groupKind(object.apiVersion, object.kind)
  if (isPod(object)) return [nameOf(object)]
  if (podTemplateOf(object) !== undefined) return podsOfWorkload(object, view)
  if (TOUCHES_NONE.has(kind)) return []
  if (kind === '/Node') return names(view.podsOn(object.metadata.name ?? ''))
  if (kind === '/Service') return names(selectedBy(object, view))
  if (kind === '/ConfigMap' || kind === '/PersistentVolumeClaim') return names(mentioning(object, view))
  if (kind === 'autoscaling/HorizontalPodAutoscaler') return podsOfScaleTarget(object, view)
  return names(podsIn(view, object.metadata.namespace))
}

function podsOfScaleTarget(autoscaler: KubeObject, view: View): string[] {
  const target = (autoscaler['spec'] as { scaleTargetRef?: { apiVersion?: string; kind?: string; name?: string } } | undefined)?.scaleTargetRef
  const { namespace } = autoscaler.metadata
  const ref = { apiVersion: target?.apiVersion ?? 'apps/v1', kind: target?.kind ?? '', name: target?.name ?? '', ...(namespace === undefined ? {} : { namespace }) }
  const workload = view.get(ref)
  return workload === undefined ? [] : podsOfWorkload(workload, view)
}

function selectedBy(service: KubeObject, view: View): PodObject[] {
  const selector = (service['spec'] as { selector?: Record<string, string> } | undefined)?.selector
  if (selector === undefined || Object.keys(selector).length === 0) return []
  const labels: LabelSelector = { matchLabels: selector }
  return podsIn(view, service.metadata.namespace).filter((pod) => matchesSelector(labels, pod.metadata.labels))
}

/** Pods that name the ConfigMap or claim in a volume or an environment. A pod that merely uses the same word counts too. */
function mentioning(object: KubeObject, view: View): PodObject[] {
  const name = object.metadata.name ?? ''
  return podsIn(view, object.metadata.namespace).filter((pod) => holdsText(pod.spec?.volumes, name) || holdsText(pod.spec?.containers, name) || holdsText(pod.spec?.initContainers, name))
}

function holdsText(value: unknown, text: string): boolean {
  if (value === text) return true
  if (Array.isArray(value)) return value.some((item) => holdsText(item, text))
  return isRecord(value) && Object.values(value).some((item) => holdsText(item, text))
}

function podsIn(view: View, namespace: string | undefined): PodObject[] {
  return view.list('', 'Pod', namespace).filter(isPod)
}

function names(pods: readonly PodObject[]): string[] {
  return pods.filter((pod) => !isTerminal(pod)).map(nameOf)
}

function nameOf(pod: KubeObject): string {
  return `${pod.metadata.namespace ?? 'default'}/${pod.metadata.name ?? ''}`
}
