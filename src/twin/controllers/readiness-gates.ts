/**
 * Whoever opens the readiness gates of pods, such as a controller of load balancers: not played, but seen to set its
 * condition some time after the containers are ready. Gates that nobody was seen to open stay closed.
 */

import { parseTimeMs, toKubeTime } from '../../kernel/clock.ts'
import { conditionOf, isPod, isTerminal, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { Controller, Forkable } from '../controller.ts'
import { KUBELET_NAME } from '../kubelet/liveness.ts'
import type { KubeletState } from '../kubelet/state.ts'
import { keyOf, objectAt } from './controller-key.ts'

const NO_STATE: Forkable = { fork: () => NO_STATE }

export const readinessGates: Controller = {
  name: 'readiness-gates',
  watches: ['/Pod'],
  latencyMs: 100,
  createState: () => NO_STATE,
  keysFor: ({ after }) => (after !== undefined && isPod(after) && closedGates(after).length > 0 ? [keyOf(after)] : []),
  sync(key, context) {
    const pod = objectAt(context.store, { apiVersion: 'v1', kind: 'Pod' }, key)
    const readyMs = pod === undefined || !isPod(pod) ? undefined : readySince(pod)
    if (pod === undefined || !isPod(pod) || readyMs === undefined) return
    const gates = context.stateOf<KubeletState>(KUBELET_NAME).world.readinessGates.filter(({ conditionType }) => closedGates(pod).includes(conditionType))
    const due = gates.filter(({ afterSeconds }) => readyMs + afterSeconds * 1000 <= context.nowMs())
    if (due.length > 0) context.api.updateStatus(pod, opened(pod, due.map(({ conditionType }) => conditionType), context.nowMs()))
    const next = Math.min(...gates.filter((gate) => !due.includes(gate)).map(({ afterSeconds }) => readyMs + afterSeconds * 1000))
    if (Number.isFinite(next)) context.wakeAfter(key, next - context.nowMs())
  },
}

function closedGates(pod: PodObject): string[] {
  return (pod.spec?.readinessGates ?? []).map(({ conditionType }) => conditionType).filter((type) => conditionOf(pod, type)?.status !== 'True')
}

function readySince(pod: PodObject): number | undefined {
  const ready = conditionOf(pod, 'ContainersReady')
  return ready?.status !== 'True' || isTerminal(pod) || isTerminating(pod) ? undefined : (parseTimeMs(ready.lastTransitionTime as string | undefined) ?? 0)
}

function opened(pod: PodObject, types: readonly string[], nowMs: number): object {
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !types.includes(type))
  return { ...pod.status, conditions: [...others, ...types.map((type) => ({ type, status: 'True', lastTransitionTime: toKubeTime(nowMs) }))] }
}
