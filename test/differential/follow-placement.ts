/**
 * Where a bare pod was put: the real scheduler first, then the twin is asked about the same moment.
 *
 * Among nodes of equal score chance decides on both sides. So the real choice must be one of the twin's best, what the
 * twin's own scheduler would have chosen must be one of them too, and then the twin takes the real choice over, so that
 * the next pod meets the same cluster on both sides. A pod that fits nowhere is taken away: it would be placed later.
 * A pod that others must make room for is followed until they are gone (`follow-preemption.ts`).
 */

import { isPod, type PodObject } from '../../src/model/kube/workload.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { indexOf } from '../../src/twin/scheduler/cluster-index.ts'
import { explainPlacement } from '../../src/twin/scheduler/explain-placement.ts'
import type { NodeInfo } from '../../src/twin/scheduler/node-info.ts'
import { podInfoOf } from '../../src/twin/scheduler/pod-info.ts'
import { SCORE_PLUGINS } from '../../src/twin/scheduler/registry.ts'
import { scoreNodes } from '../../src/twin/scheduler/scores.ts'
import type { Twin } from '../../src/twin/twin.ts'
import type { Difference } from './difference.ts'
import { followPreemption } from './follow-preemption.ts'
import { rename } from './names.ts'
import type { Stage } from './play.ts'
import { isDecided, isHeld, nodeOf, nominatedOf, podNamed, scheduledOf, type PodKey } from './scheduled-pod.ts'
import type { Side } from './sides.ts'

const PATIENCE_MS = 15_000
/** To the twin: its scheduler has taken the pod up by then, and bound its volumes. */
const DECISION_MS = 2_000

export async function followPlacement(stage: Stage, name: string): Promise<readonly Difference[]> {
  const { real, twin, realNames, twinNames } = stage
  const key = { apiVersion: 'v1', kind: 'Pod', namespace: twinNames.namespace, name } as const
  const pod = twin.twin.store.get(key)
  if (pod === undefined || !isPod(pod) || isHeld(pod) || isDecided(pod)) return []
  const before = twin.twin.fork(3)
  const theirs = await decided(real, key)
  if (nominatedOf(theirs) !== undefined) return followPreemption(stage, { key, nominated: nominatedOf(theirs) ?? '', before })
  if (nodeOf(theirs) === undefined) return followRefusal(stage, key, theirs)
  const best = bestNodes(twin.twin, pod)
  const own = decisionIn(before, key)
  const chosen = nodeOf(theirs) ?? ''
  if (!best.includes(chosen) || !best.includes(own ?? '')) {
    return [{ where: 'placement', real: rename(chosen, realNames), twin: rename({ best, chosen: own ?? verdictOf(before.store.get(key)) }, twinNames) }]
  }
  await takeOver(stage, pod, chosen)
  return differing(rename(nodeOf(theirs), realNames), rename(nodeOf(twin.twin.store.get(key)), twinNames))
}

/** The node that is promised to a pod is tried first: so the twin's own scheduler binds it there, with its volumes. */
async function takeOver({ twin }: Stage, pod: PodObject, nodeName: string): Promise<void> {
  twin.twin.api.updateStatus(pod, { ...pod.status, nominatedNodeName: nodeName })
  await twin.clock.sleep(DECISION_MS)
}

async function followRefusal({ real, twin, realNames, twinNames }: Stage, key: PodKey, theirs: KubeObject | undefined): Promise<readonly Difference[]> {
  await twin.clock.sleep(DECISION_MS)
  const ours = twin.twin.store.get(key)
  for (const { cluster } of [real, twin]) await cluster.remove(key, { gracePeriodSeconds: 0 })
  return differing(rename(verdictOf(theirs), realNames), rename(verdictOf(ours), twinNames))
}

function differing(real: unknown, twin: unknown): readonly Difference[] {
  return JSON.stringify(real) === JSON.stringify(twin) ? [] : [{ where: 'placement', real, twin }]
}

/** What a fork's own scheduler does with the pod. */
function decisionIn(fork: Twin, key: PodKey): string | undefined {
  fork.advance(DECISION_MS)
  return nodeOf(fork.store.get(key))
}

/** The nodes of the greatest weighted score; all that fit where one alone does. */
function bestNodes(twin: Twin, pod: PodObject): readonly string[] {
  const { store, profile } = twin
  const index = indexOf(store)
  const { fits } = explainPlacement({ pod, store, profile, index })
  const nodes = fits.map((fit) => index.node(fit)).filter((node): node is NodeInfo => node !== undefined)
  const totals = scoreNodes(SCORE_PLUGINS, podInfoOf(pod), nodes, { index, store, profile })
  const top = Math.max(...totals)
  return nodes.filter((_, position) => totals[position] === top).map((node) => node.name)
}

async function decided(side: Side, key: PodKey): Promise<KubeObject | undefined> {
  const deadlineMs = side.clock.now() + PATIENCE_MS
  for (;;) {
    const pod = podNamed(side, key)
    if (isDecided(pod) || side.clock.now() > deadlineMs) return pod
    await side.clock.sleep(10)
  }
}

/** Unassigned, in whose words; or the node. */
function verdictOf(pod: KubeObject | undefined): unknown {
  const condition = scheduledOf(pod)
  return nodeOf(pod) ?? { status: condition?.status, reason: condition?.reason, message: condition?.message, nominated: nominatedOf(pod) }
}
