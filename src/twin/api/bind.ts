/** The binding subresource: how a scheduler puts a pod on a node (`pkg/registry/core/pod/storage/storage.go`). */

import { toKubeTime } from '../../kernel/clock.ts'
import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import { isPod, type PodObject } from '../../model/kube/workload.ts'
import type { ApiEnvironment } from './environment.ts'
import { conflict, notFound } from './status-error.ts'
import { withTopologyLabels } from './topology-labels.ts'

const PODS = { group: '', plural: 'pods' }

/** Sets the node, the labels of its topology and the PodScheduled condition. Throws 409 for a pod that has a node, is being deleted or is held by gates. */
export function bindPod(environment: ApiEnvironment, ref: ObjectRef, nodeName: string): KubeObject {
  const pod = environment.store.get(ref)
  if (pod === undefined || !isPod(pod)) throw notFound(PODS, ref.name)
  if (pod.metadata.deletionTimestamp !== undefined) throw conflict(PODS, ref.name, `pod ${ref.name} is being deleted, cannot be assigned to a host`)
  const spec = pod.spec as (PodObject['spec'] & { schedulingGates?: readonly object[] }) | undefined
  if ((spec?.nodeName ?? '') !== '') throw conflict(PODS, ref.name, `pod ${ref.name} is already assigned to node "${spec?.nodeName}"`)
  if ((spec?.schedulingGates ?? []).length > 0) throw conflict(PODS, ref.name, `pod ${ref.name} has non-empty .spec.schedulingGates`)
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: toKubeTime(environment.nowMs()) }
  const conditions = [...(pod.status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'), scheduled]
  const { nominatedNodeName, ...status } = pod.status ?? {}
  const kept = nominatedNodeName === undefined || environment.profile.bindingEndsNomination ? {} : { nominatedNodeName }
  const bound = { ...pod, spec: { ...spec, nodeName }, status: { ...status, ...kept, conditions } } as unknown as KubeObject
  return environment.store.put(withTopologyLabels(environment, bound, nodeName))
}
