/** Puts into the kubelets' state what the nodes of the snapshot must remember. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { everyStatusOf, isNode, isPod, type PodObject } from '../../model/kube/workload.ts'
import type { ContainerLog } from '../../model/snapshot.ts'
import { behaviourOf } from '../kubelet/behaviour.ts'
import { containerEnvironment } from '../kubelet/container-env.ts'
import { everyContainerOf, isEphemeral, isShell } from '../kubelet/ephemeral.ts'
import { memoryLimitOf, planRun } from '../kubelet/plan-run.ts'
import type { Run } from '../kubelet/runtime.ts'
import { setupDigest } from '../kubelet/setup-digest.ts'
import type { KubeletState } from '../kubelet/state.ts'
import { restartPolicyOf } from '../kubelet/restart-policy.ts'
import { unattachedVolumes } from '../kubelet/attached.ts'
import { mountFailure } from '../kubelet/volumes.ts'
import type { NodePressure } from '../observed/pressure.ts'
import type { VersionProfile } from '../profile.ts'
import type { StoreReader } from '../store.ts'
import { observedHealth, recentSilences } from './node-health.ts'
import { resumePod } from './resume-pod.ts'
import { resumePressure } from './resume-pressure.ts'

export interface PrimeInput {
  readonly state: KubeletState
  readonly store: StoreReader
  readonly profile: VersionProfile
  readonly nowMs: number
  readonly logs: readonly ContainerLog[]
  readonly pressures: ReadonlyMap<string, NodePressure>
}

/** A pod that needs longer than this for its volumes or its sandbox is held by something. */
const CREATION_SECONDS_MAX = 120

/** Returns the sentences about what was seen and cannot be explained from the objects. */
export function primeKubelets(input: PrimeInput): string[] {
  const { state, store, nowMs } = input
  for (const node of store.list('/Node')) {
    if (!isNode(node)) continue
    const name = node.metadata.name ?? ''
    const health = observedHealth(node, nowMs)
    if (health !== undefined) state.nodes.set(name, health)
    for (const image of node.status?.images ?? []) for (const tag of image.names ?? []) state.images.set(`${name}|${tag}`, true)
  }
  const silences = [...recentSilences(input)]
  for (const [name, sinceMs] of silences) state.nodes.set(name, { type: 'silent', sinceMs })
  const logs = new Map(input.logs.map((log) => [`${log.namespace}/${log.pod}/${log.container}/${log.previous}`, log.text]))
  const held = [...store.list('/Pod')].filter(isPod).flatMap((pod) => primePod(input, pod, logs))
  for (const [name, pressure] of input.pressures) {
    const node = store.get({ apiVersion: 'v1', kind: 'Node', name })
    if (node !== undefined && isNode(node)) resumePressure({ state, store, nowMs, node, pressure })
  }
  return [...silences.map(([name, sinceMs]) => `The kubelet of Node ${name} has not renewed its lease for ${Math.round((nowMs - sinceMs) / 1000)} s, others have: it is assumed to have fallen silent.`), ...held]
}

function primePod(input: PrimeInput, pod: PodObject, logs: ReadonlyMap<string, string>): string[] {
  const { state, profile, nowMs } = input
  const nodeName = pod.spec?.nodeName ?? ''
  const { uid = '', namespace = '', name = '' } = pod.metadata
  const statuses = everyStatusOf(pod)
  if (nodeName === '' || (statuses.length === 0 && pod.status?.startTime === undefined)) return []
  for (const status of statuses) if ((status.imageID ?? '') !== '') state.images.set(`${nodeName}|${specImage(pod, status.name)}`, true)
  const isHeld = isHeldUp(input, pod)
  state.uidByPod.set(`${namespace}/${name}`, uid)
  state.asCollected.set(uid, true)
  state.pods.set(uid, resumePod({
    pod,
    nowMs,
    profile,
    planRun: (container, startedAtMs, containerId) => plannedRun(input, { pod, container, startedAtMs, containerId }),
    logOf: (container, previous) => logs.get(`${namespace}/${name}/${container}/${previous}`) ?? '',
    podIp: `10.244.255.${state.nextNumber() & 255}`,
    isHeld,
  }))
  return isHeld ? [`Pod ${namespace}/${name} has waited for its containers for long and no object says why: it is assumed to go on waiting; a new pod is assumed not to.`] : []
}

function specImage(pod: PodObject, containerName: string): string {
  return everyContainerOf(pod).find(({ name }) => name === containerName)?.image ?? ''
}

/** Not started, long ago, on a node that reports, with volumes that look complete. */
function isHeldUp({ store, nowMs }: PrimeInput, pod: PodObject): boolean {
  const sinceMs = parseTimeMs(pod.status?.startTime as string | undefined)
  const isCreating = (pod.status?.containerStatuses ?? []).every(({ state, lastState }) => state?.waiting?.reason === 'ContainerCreating' && lastState?.terminated === undefined)
  if (!isCreating || pod.status?.phase !== 'Pending' || sinceMs === undefined || nowMs - sinceMs < CREATION_SECONDS_MAX * 1000) return false
  return mountFailure({ store, pod }) === undefined && unattachedVolumes({ store, pod }).length === 0
}

function plannedRun(input: PrimeInput, of: { readonly pod: PodObject; readonly container: Container; readonly startedAtMs: number; readonly containerId: string }): Run {
  const { pod, container } = of
  const environment = containerEnvironment({ store: input.store, pod, nodeName: pod.spec?.nodeName ?? '', podIp: pod.status?.podIP ?? '' }, container)
  return planRun({
    container,
    behaviour: behaviourOf(input.state.index, container.image ?? ''),
    environment: environment.type === 'made' ? environment.values : {},
    setup: () => setupDigest({ store: input.store, pod }, container),
    isLasting: restartPolicyOf(pod, container, input.profile) === 'Always' || (isEphemeral(pod, container.name) && isShell(container)),
    memoryLimit: memoryLimitOf(container, undefined),
    startedAtMs: of.startedAtMs,
    containerId: of.containerId,
  })
}
