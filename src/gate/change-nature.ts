/**
 * What a step does to data, and whether it can be taken back: told from the verb and the kind, never from what the
 * plan says about itself. A kind that is not known here loses data and cannot be taken back, until somebody adds it.
 */

import { isRecord } from '../kernel/json.ts'
import { controllerOf, groupKind, type KubeObject } from '../model/kube-object.ts'
import { staysOnDrain, usesEmptyDir } from '../model/kube/drained-pods.ts'
import { isPod, isTerminal, replicasOf } from '../model/kube/workload.ts'
import type { Action } from '../model/plan.ts'
import type { View } from '../model/view.ts'

export interface Nature {
  /** Something is lost that nothing brings back: stored data, or a pod that no controller makes again. */
  readonly dataLoss: boolean
  /** Putting the old values back restores what was. */
  readonly reversible: boolean
}

const HARMLESS: Nature = { dataLoss: false, reversible: true }
const FINAL: Nature = { dataLoss: false, reversible: false }
const LOSS: Nature = { dataLoss: true, reversible: false }

/** Kinds that hold wishes and no data: a patch of one is undone by the patch back. */
const WISHES = new Set([
  'apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet', 'apps/ReplicaSet', 'batch/Job', 'batch/CronJob', '/ReplicationController',
  '/Service', '/ConfigMap', '/Node', '/Pod', '/ResourceQuota', '/LimitRange', '/ServiceAccount', '/Endpoints',
  'discovery.k8s.io/EndpointSlice', 'networking.k8s.io/Ingress', 'networking.k8s.io/NetworkPolicy', 'networking.k8s.io/IngressClass',
  'autoscaling/HorizontalPodAutoscaler', 'policy/PodDisruptionBudget', 'scheduling.k8s.io/PriorityClass', 'storage.k8s.io/StorageClass',
])

const SCALABLE = new Set(['apps/Deployment', 'apps/StatefulSet', 'apps/ReplicaSet', '/ReplicationController'])

export function natureOf(action: Action, object: KubeObject, view: View): Nature {
  switch (action.verb) {
    case 'cordon':
    case 'uncordon':
    case 'restart':
    case 'roll-back':
    case 'wait':
      return HARMLESS
    case 'drain':
      return natureOfDrain(action, movedPods(object, view))
    case 'evict':
    case 'delete-pod':
      return removalOfPod(object)
    case 'delete-node':
      return { dataLoss: holdsLocalVolumes(object, view), reversible: false }
    case 'scale':
      return natureOfScale(object, action)
    case 'patch':
      return natureOfPatch(object, action.patch)
  }
}

/** Without the flags, a pod that would lose something stops the drain before it begins. */
function natureOfDrain({ deleteEmptyDirData = false, force = false }: { readonly deleteEmptyDirData?: boolean; readonly force?: boolean }, moved: readonly KubeObject[]): Nature {
  if (force && moved.some((pod) => controllerOf(pod) === undefined)) return LOSS
  return { dataLoss: deleteEmptyDirData && moved.filter(isPod).some(usesEmptyDir), reversible: true }
}

/** Fewer replicas of a StatefulSet may delete or strand the volumes of those that go. */
function natureOfScale(object: KubeObject, change: { readonly fromReplicas: number; readonly toReplicas: number }): Nature {
  const kind = groupKind(object.apiVersion, object.kind)
  if (!SCALABLE.has(kind)) return LOSS
  const fewer = change.toReplicas < Math.max(change.fromReplicas, replicasOf(object))
  return kind === 'apps/StatefulSet' && fewer ? LOSS : HARMLESS
}

function removalOfPod(object: KubeObject): Nature {
  if (!isPod(object)) return LOSS
  if (isTerminal(object)) return HARMLESS
  return controllerOf(object) === undefined || usesEmptyDir(object) ? LOSS : HARMLESS
}

function natureOfPatch(object: KubeObject, patch: unknown): Nature {
  const kind = groupKind(object.apiVersion, object.kind)
  if (kind === '/PersistentVolumeClaim') return onlyStorageRequest(patch) ? FINAL : LOSS
  if (!WISHES.has(kind)) return LOSS
  return kind === 'apps/StatefulSet' && setsReplicas(patch) ? LOSS : HARMLESS
}

/** A claim can be made larger, never smaller again; everything else about it may cost the volume. */
function onlyStorageRequest(patch: unknown): boolean {
  if (Array.isArray(patch)) return patch.every((operation) => isRecord(operation) && operation['path'] === '/spec/resources/requests/storage' && operation['op'] !== 'remove')
  return pathsOf(patch).every((path) => path === 'spec.resources.requests.storage')
}

function setsReplicas(patch: unknown): boolean {
  if (Array.isArray(patch)) return patch.some((operation) => isRecord(operation) && ['', '/spec', '/spec/replicas'].includes(String(operation['path'])))
  return pathsOf(patch).includes('spec.replicas')
}

/** The leaves of a merge patch: `spec.resources.requests.storage`. */
function pathsOf(value: unknown, prefix = ''): string[] {
  if (!isRecord(value) || Object.keys(value).length === 0) return [prefix]
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, prefix === '' ? key : `${prefix}.${key}`))
}

function movedPods(node: KubeObject, view: View): ReturnType<View['podsOn']> {
  return view.podsOn(node.metadata.name ?? '').filter((pod) => !staysOnDrain(pod) && !isTerminal(pod))
}

/** Volumes that live on the node's own disk and go with it. */
function holdsLocalVolumes(node: KubeObject, view: View): boolean {
  const hostname = node.metadata.labels?.['kubernetes.io/hostname'] ?? node.metadata.name ?? ''
  return view.list('', 'PersistentVolume').some((volume) => {
    const spec = isRecord(volume['spec']) ? volume['spec'] : {}
    const local = spec['local'] !== undefined || spec['hostPath'] !== undefined
    return local && JSON.stringify(spec['nodeAffinity'] ?? '').includes(JSON.stringify(hostname))
  })
}
