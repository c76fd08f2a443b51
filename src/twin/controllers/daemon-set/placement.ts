/** Where a DaemonSet's pods belong, and what they are made with (`pkg/controller/daemon`, NodeShouldRunDaemonPod). */

import type { DaemonSet } from 'kubernetes-types/apps/v1.d.ts'
import type { PodSpec, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { firstUntolerated } from '../../../model/kube/toleration.ts'
import { podAllowsNode } from '../../../model/kube/node-selector.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { NodeObject } from '../../../model/kube/workload.ts'
import { templateGeneration } from '../../api/daemon-generation.ts'
import { REVISION_HASH_LABEL } from '../controller-revision.ts'
import { podFromTemplate } from '../create-pods.ts'

export type DaemonSetObject = KubeObject & DaemonSet

export interface Placement {
  readonly shouldRun: boolean
  readonly mayStay: boolean
}

/** Fit is the scheduler's matter: only name, affinity and taints decide here. */
export function placementOn(set: DaemonSetObject, node: NodeObject): Placement {
  const spec = set.spec?.template?.spec
  const name = node.metadata.name ?? ''
  const isNamed = spec?.nodeName === undefined || spec.nodeName === name
  if (spec === undefined || !isNamed || !podAllowsNode(spec, { name, labels: node.metadata.labels ?? {} })) return { shouldRun: false, mayStay: false }
  const taints = node.spec?.taints ?? []
  const tolerations = [...(spec.tolerations ?? []), ...addedTolerations(spec)]
  const blocked = firstUntolerated(taints.filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute'), tolerations)
  const expelled = firstUntolerated(taints.filter(({ effect }) => effect === 'NoExecute'), tolerations)
  return { shouldRun: blocked === undefined, mayStay: expelled === undefined }
}

/** `AddOrUpdateDaemonPodTolerations`: a daemon pod outlives what would drive others away, cordon included. */
function addedTolerations(spec: PodSpec): Toleration[] {
  const tolerate = (key: string, effect: string): Toleration => ({ key, operator: 'Exists', effect })
  return [
    tolerate('node.kubernetes.io/not-ready', 'NoExecute'),
    tolerate('node.kubernetes.io/unreachable', 'NoExecute'),
    tolerate('node.kubernetes.io/disk-pressure', 'NoSchedule'),
    tolerate('node.kubernetes.io/memory-pressure', 'NoSchedule'),
    tolerate('node.kubernetes.io/pid-pressure', 'NoSchedule'),
    tolerate('node.kubernetes.io/unschedulable', 'NoSchedule'),
    ...(spec.hostNetwork === true ? [tolerate('node.kubernetes.io/network-unavailable', 'NoSchedule')] : []),
  ]
}

export function daemonPod(set: DaemonSetObject, nodeName: string, revisionHash: string): KubeObject {
  const template = set.spec?.template ?? {}
  const pod = podFromTemplate(set, template)
  const spec = template.spec ?? { containers: [] }
  const generation = templateGeneration(set)
  const existing = spec.tolerations ?? []
  const added = addedTolerations(spec).filter((toleration) => !existing.some(({ key, effect, operator }) => key === toleration.key && effect === toleration.effect && operator === 'Exists'))
  return {
    ...pod,
    metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...(generation === undefined ? {} : { [GENERATION_LABEL]: String(generation) }), [REVISION_HASH_LABEL]: revisionHash } },
    spec: { ...spec, tolerations: [...existing, ...added], affinity: { ...spec.affinity, nodeAffinity: pinnedTo(spec, nodeName) } },
  }
}

/** How the first DaemonSets knew their pods apart; the label is still given. */
const GENERATION_LABEL = 'pod-template-generation'

/** `ReplaceDaemonSetPodNodeNameNodeAffinity`: the terms are replaced by the one node. */
function pinnedTo(spec: PodSpec, nodeName: string): object {
  return {
    ...spec.affinity?.nodeAffinity,
    requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [nodeName] }] }] },
  }
}

/** The node a daemon pod is for, also before it is bound. */
export function targetNode(pod: KubeObject): string | undefined {
  const spec = pod['spec'] as PodSpec | undefined
  if (spec?.nodeName !== undefined && spec.nodeName !== '') return spec.nodeName
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  return terms.flatMap((term) => term.matchFields ?? []).find(({ key }) => key === 'metadata.name')?.values?.[0]
}
