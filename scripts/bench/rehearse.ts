/**
 * Rehearsal of a lost node on 50 nodes with 1,000 pods: load the snapshot into a twin, fork, play the plan.
 * Usage: npm run bench:rehearse
 */

import { evaluateCondition } from '../../src/audit/conditions.ts'
import { decide } from '../../src/decide/decide.ts'
import { hazards } from '../../src/hazards/registry.ts'
import { createView } from '../../src/model/view.ts'
import { detectHazard } from '../../src/loop/detect-hazard.ts'
import { rehearse } from '../../src/loop/rehearse.ts'
import { orient } from '../../src/orient/orient.ts'
import { twinFromSnapshot } from '../../src/twin/from-snapshot.ts'
import { median, report } from './report.ts'
import { clusterWithLostNode } from './lost-node.ts'

const NODES = 50
const PODS = 1_000
const ROUNDS = 5

const { snapshot, buildMs, virtualMs } = clusterWithLostNode({ nodes: NODES, pods: PODS })
const view = createView(snapshot)
const orientMs = timed(() => orient({ view, signals: [], hazards }))
const diagnosis = orient({ view, signals: [], hazards })
const plan = decide({ diagnosis, view }).find((candidate) => candidate.steps.some((step) => step.action.verb === 'drain'))
if (plan === undefined) throw new Error(`no plan drains the node: ${diagnosis.summary}`)

const loadMs = median(Array.from({ length: ROUNDS }, () => timed(() => twinFromSnapshot({ snapshot, seed: 1 }))))
const base = twinFromSnapshot({ snapshot, seed: 1 })
const forkMs = median(Array.from({ length: ROUNDS * 3 }, (_, seed) => timed(() => base.twin.fork(seed + 1))))
const runs: number[] = []
let passed = true
for (let round = 1; round <= ROUNDS; round += 1) {
  const started = performance.now()
  const rehearsal = await rehearse({ id: 'reh-bench', plan, snapshot, seeds: [round], rehearsedAtMs: snapshot.takenAtMs, detect: detectHazard })
  runs.push(performance.now() - started)
  passed &&= rehearsal.passed
}
console.log(`plan ${plan.id}: ${passed ? 'passes' : 'FAILS'} its rehearsal; ${evaluateCondition({ type: 'nodes-ready', matchLabels: {}, atLeast: NODES - 1 }, { view, detect: detectHazard }).detail}`)

report('rehearse', [
  { name: 'virtual seconds a wall second while building', value: virtualMs / buildMs, unit: 'x' },
  { name: 'diagnose the snapshot', value: orientMs, unit: 'ms', goal: 1_000 },
  { name: 'load the snapshot into a twin', value: loadMs, unit: 'ms', goal: 500 },
  { name: 'fork', value: forkMs, unit: 'ms', goal: 5 },
  { name: 'rehearse the lost node, load included, one seed', value: median(runs), unit: 'ms', goal: 1_500 },
  { name: 'memory of the process', value: process.memoryUsage().rss / 1_048_576, unit: 'MiB', goal: 600 },
])

function timed(work: () => unknown): number {
  const started = performance.now()
  work()
  return performance.now() - started
}
