/**
 * The score half of a scheduling cycle: plugins rate the feasible nodes, weights add up, the best wins.
 */

import { assert } from '../../kernel/assert.ts'
import type { Rng } from '../../kernel/rng.ts'
import type { VersionProfile } from '../profile.ts'
import type { NodeInfo } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import { SCORE_MAX, type ClusterView, type ScorePlugin, type ScoreRun } from './plugin.ts'

/** Weighted totals, position by position. */
export function scoreNodes(plugins: readonly ScorePlugin[], pod: PodInfo, nodes: readonly NodeInfo[], cluster: ClusterView): readonly number[] {
  const totals = nodes.map(() => 0)
  for (const plugin of plugins) {
    const run = plugin.preScore(pod, nodes, cluster)
    if (run !== undefined) addScores(totals, plugin, scoresOf(run, nodes))
  }
  return totals
}

function scoresOf(run: ScoreRun, nodes: readonly NodeInfo[]): readonly number[] {
  const raw = nodes.map(() => 0)
  for (let position = 0; position < nodes.length; position += 1) raw[position] = run.score(nodes[position] as NodeInfo, position)
  return run.normalise?.(raw) ?? raw
}

function addScores(totals: number[], plugin: ScorePlugin, scores: readonly number[]): void {
  for (let position = 0; position < scores.length; position += 1) {
    const score = scores[position] ?? 0
    if (!(score >= 0 && score <= SCORE_MAX)) assert(false, `${plugin.name} scores 0 to ${SCORE_MAX}, not ${score}`)
    totals[position] = (totals[position] ?? 0) + score * plugin.weight
  }
}

/** Position of the winner. `seeded-uniform` draws among the best; `heap-root` is what Go's heap leaves on top. */
export function pickBest(totals: readonly number[], mode: VersionProfile['tieBreak'], rng: Rng): number {
  return mode === 'heap-root' ? heapRoot(totals) : drawAmongBest(totals, rng)
}

/** Reservoir sampling in one pass: each of the best ends up chosen with the same chance. */
function drawAmongBest(totals: readonly number[], rng: Rng): number {
  let best = 0
  let ties = 1
  for (let position = 1; position < totals.length; position += 1) {
    const difference = (totals[position] ?? 0) - (totals[best] ?? 0)
    if (difference > 0) {
      best = position
      ties = 1
    } else if (difference === 0) {
      ties += 1
      if (rng.below(ties) === 0) best = position
    }
  }
  return best
}

/** Which of several equals sits at the root after heapify depends on the sifting order, so it is done the same way. */
function heapRoot(totals: readonly number[]): number {
  const heap = totals.map((_, position) => position)
  const isBetter = (left: number, right: number): boolean => (totals[heap[left] ?? 0] ?? 0) > (totals[heap[right] ?? 0] ?? 0)
  for (let start = Math.floor(heap.length / 2) - 1; start >= 0; start -= 1) siftDown(heap, start, isBetter)
  return heap[0] ?? 0
}

function siftDown(heap: number[], start: number, isBetter: (left: number, right: number) => boolean): void {
  let parent = start
  for (;;) {
    const left = 2 * parent + 1
    if (left >= heap.length) return
    const child = left + 1 < heap.length && isBetter(left + 1, left) ? left + 1 : left
    if (!isBetter(child, parent)) return
    const held = heap[parent] ?? 0
    heap[parent] = heap[child] ?? 0
    heap[child] = held
    parent = child
  }
}
