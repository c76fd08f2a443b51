/**
 * Where a bare pod was put: the real scheduler first, then the twin is asked about the same moment.
 *
 * Among nodes of equal score chance decides on both sides. So the real choice must be one of the twin's best, what the
 * twin's own scheduler would have chosen must be one of them too, and then the twin takes the real choice over, so that
 * the next pod meets the same cluster on both sides. A pod that fits nowhere is taken away: it would be placed later.
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
import { rename } from './names.ts'
import type { Stage } from './play.ts'
import type { Side } from './sides.ts'

const PATIENCE_MS = 15_000

export async function followPlacement({ real, twin, realNames, twinNames }: Stage, name: string): Promise<readonly Difference[]> {
  const key = { apiVersion: 'v1', kind: 'Pod', namespace: twinNames.namespace, name }
  const pod = twin.twin.store.get(key)
  if (pod === undefined || !isPod(pod) || isDecided(pod)) return []
  const theirs = await decided(real, realNames.namespace, name)
  const best = bestNodes(twin.twin, pod)
  const own = decisionIn(twin.twin.fork(3), key)
  if (nodeOf(theirs) === undefined) {
    await twin.clock.sleep(2_000)
    const ours = twin.twin.store.get(key)
    for (const { cluster } of [real, twin]) await cluster.remove(key, { gracePeriodSeconds: 0 })
    return differing(rename(verdictOf(theirs), realNames), rename(verdictOf(ours), twinNames))
  }
  if (!best.includes(nodeOf(theirs) ?? '') || !best.includes(own ?? '')) {
    return [{ where: 'placement', real: rename(nodeOf(theirs), realNames), twin: rename({ best, chosen: own ?? verdictOf(twin.twin.store.get(key)) }, twinNames) }]
  }
  twin.twin.api.bind(key, nodeOf(theirs) ?? '')
  await twin.clock.sleep(1_000)
  return []
}

function differing(real: unknown, twin: unknown): readonly Difference[] {
  return JSON.stringify(real) === JSON.stringify(twin) ? [] : [{ where: 'placement', real, twin }]
}

/** What a fork's own scheduler does with the pod. */
function decisionIn(fork: Twin, key: { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string }): string | undefined {
  fork.advance(2_000)
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

async function decided(side: Side, namespace: string, name: string): Promise<KubeObject | undefined> {
  const deadlineMs = side.clock.now() + PATIENCE_MS
  for (;;) {
    const pod = side.objects('v1', 'Pod', namespace).find(({ metadata }) => metadata.name === name)
    if (isDecided(pod) || side.clock.now() > deadlineMs) return pod
    await side.clock.sleep(10)
  }
}

function isDecided(pod: KubeObject | undefined): boolean {
  return nodeOf(pod) !== undefined || scheduledOf(pod) !== undefined
}

const nodeOf = (pod: KubeObject | undefined): string | undefined => (pod?.['spec'] as { nodeName?: string } | undefined)?.nodeName

function scheduledOf(pod: KubeObject | undefined): { readonly type: string; readonly status: string; readonly reason?: string; readonly message?: string } | undefined {
  return (pod as PodObject | undefined)?.status?.conditions?.find(({ type }) => type === 'PodScheduled')
}

/** Unassigned, in whose words; or the node. */
function verdictOf(pod: KubeObject | undefined): unknown {
  const condition = scheduledOf(pod)
  return nodeOf(pod) ?? { status: condition?.status, reason: condition?.reason, message: condition?.message }
}
