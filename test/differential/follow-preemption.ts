/**
 * A pod that others had to make room for: on which node, who went, and where it stood in the end.
 *
 * Of several nodes that cost the same chance takes one. So the real outcome must be one of those that the twin comes to
 * from several seeds. Where the twin's own is another one than the real, the two clusters part here, and the rest of the
 * play has nothing to be compared with.
 */

import { isPod, isTerminating } from '../../src/model/kube/workload.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { jsonEqual } from '../../src/kernel/json.ts'
import type { Twin } from '../../src/twin/twin.ts'
import type { Difference } from './difference.ts'
import { rename } from './names.ts'
import type { Stage } from './play.ts'
import { nodeOf, nominatedOf, podNamed, type PodKey } from './scheduled-pod.ts'
import { until } from './until.ts'

interface Outcome {
  readonly nominated: string
  /** Sorted. */
  readonly victims: readonly string[]
  readonly node: string | undefined
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
const DECISION_MS = 2_000
/** Longer than pods take to go. */
const GONE_MS = 60_000

export interface Preemption {
  readonly key: PodKey
  /** By the real scheduler. */
  readonly nominated: string
  /** The twin before its scheduler saw the pod. */
  readonly before: Twin
}

/** Where they differ; marks the stage as parted where chance took different ways. */
export async function followPreemption(stage: Stage, { key, nominated, before }: Preemption): Promise<readonly Difference[]> {
  const { real, twin, realNames, twinNames } = stage
  const there = namesIn(before, key.namespace)
  await until(real, () => nodeOf(podNamed(real, key)) !== undefined)
  const left = new Set(real.objects('v1', 'Pod', key.namespace).filter((pod) => !isLeaving(pod)).map(({ metadata }) => metadata.name ?? ''))
  const theirs = rename({ nominated, victims: there.filter((name) => !left.has(name)), node: nodeOf(podNamed(real, key)) }, realNames)
  const ours = SEEDS.map((seed) => rename(outcomeIn(before.fork(seed), { key, there }), twinNames))
  if (!ours.some((outcome) => jsonEqual(outcome, theirs))) return [{ where: 'preemption', real: theirs, twin: distinct(ours) }]
  const own = rename(outcomeIn(twin.twin, { key, there }), twinNames)
  if (!jsonEqual(own, theirs)) stage.parted = true
  return []
}

function outcomeIn(twin: Twin, { key, there }: { readonly key: PodKey; readonly there: readonly string[] }): Outcome {
  twin.advance(DECISION_MS)
  const nominated = nominatedOf(twin.store.get(key)) ?? nodeOf(twin.store.get(key)) ?? ''
  twin.advance(GONE_MS)
  const left = new Set(namesIn(twin, key.namespace))
  return { nominated, victims: there.filter((name) => !left.has(name)), node: nodeOf(twin.store.get(key)) }
}

function namesIn(twin: Twin, namespace: string): readonly string[] {
  return [...twin.store.list('/Pod', namespace)].filter((pod) => !isLeaving(pod)).map(({ metadata }) => metadata.name ?? '').sort()
}

function isLeaving(pod: KubeObject): boolean {
  return isPod(pod) && isTerminating(pod)
}

function distinct(outcomes: readonly unknown[]): readonly unknown[] {
  return [...new Map(outcomes.map((outcome) => [JSON.stringify(outcome), outcome])).values()]
}
