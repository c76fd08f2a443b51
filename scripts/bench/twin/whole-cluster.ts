/**
 * The twin of a whole cluster, by the product's own paths: the folder is read as `--from` reads it, the drain is a
 * rehearsal like any other, the lost zone a question to `boyd whatif`.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadFolder } from '../../../src/adapters/manifests/load-folder.ts'
import { askWhatIf } from '../../../src/app/use-cases/what-if.ts'
import { detectHazard } from '../../../src/loop/detect-hazard.ts'
import { rehearse } from '../../../src/loop/rehearse.ts'
import type { Plan } from '../../../src/model/plan.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import { FIRST_LOOK_MS, twinFromSnapshot } from '../../../src/twin/from-snapshot.ts'
import { writeCluster, type ClusterSize } from '../large-cluster.ts'
import { median, type Figure } from '../report.ts'
import { cpuMs, heapMiB, timed, timedAsync, type Timed } from './measure.ts'

const DRAINED = ['node-100', 'node-101', 'node-102']
const SEEDS = 6
const SUMMARY_MAX = 240
const HOUR_MS = 3_600_000

/** How long it takes until a rehearsal can begin, and what is held then. */
export async function loadingFigures(size: ClusterSize): Promise<readonly Figure[]> {
  return loadFigures(await readBack(size))
}

export async function wholeClusterFigures(size: ClusterSize): Promise<readonly Figure[]> {
  const read = await readBack(size)
  const snapshot = read.result
  const figures = loadFigures(read)
  figures.push(...(await drainFigures(snapshot)))
  const lost = await timedAsync(() => askWhatIf({ questions: ['lose zone/zone-1'], snapshot, seeds: 1, horizonMs: HOUR_MS }))
  console.log(`lose zone/zone-1: ${lost.result.summary}`)
  return [
    ...figures,
    { name: 'lose a zone, one virtual hour, load included', value: lost.ms / 1_000, unit: 's', goal: 60 },
    { name: 'processor time of it', value: lost.cpuMs / 1_000, unit: 's' },
  ]
}

async function readBack(size: ClusterSize): Promise<Timed<Snapshot>> {
  console.log(`load of the machine: ${loadavg().map((load) => load.toFixed(1)).join(', ')} on ${cpus().length} cores`)
  const folder = mkdtempSync(join(tmpdir(), 'boyd-large-'))
  try {
    const written = writeCluster(folder, size)
    console.log(`${written.objects} objects, ${Math.round(written.bytes / 1_048_576)} MiB of JSON`)
    return await timedAsync(() => loadFolder(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function loadFigures(read: Timed<Snapshot>): Figure[] {
  const loaded = timed(() => twinFromSnapshot({ snapshot: read.result, seed: 1 }))
  const base = loaded.result
  const look = timed(() => base.twin.advance(FIRST_LOOK_MS))
  const heap = heapMiB()
  const forks = Array.from({ length: 15 }, (_, seed) => timed(() => base.twin.fork(seed + 1)).ms)
  return [
    { name: 'read the folder', value: read.ms / 1_000, unit: 's' },
    { name: 'processor time of it', value: read.cpuMs / 1_000, unit: 's' },
    { name: 'read the folder and load it into a twin', value: (read.ms + loaded.ms) / 1_000, unit: 's', goal: 20 },
    { name: 'processor time of both', value: (read.cpuMs + loaded.cpuMs) / 1_000, unit: 's' },
    { name: 'the first look of all controllers, once for all runs', value: look.ms / 1_000, unit: 's' },
    { name: 'processor time of the first look', value: look.cpuMs / 1_000, unit: 's' },
    { name: 'heap with the snapshot and the twin', value: heap, unit: 'MiB', goal: 1_536 },
    { name: 'fork', value: median(forks), unit: 'ms', goal: 5 },
  ]
}

/** A rehearsal loads once and then plays seed by seed: from the end of one run to the end of the next is what a seed costs. */
async function drainFigures(snapshot: Snapshot): Promise<readonly Figure[]> {
  const ended = [{ atMs: performance.now(), cpuMs: cpuMs() }]
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1)
  const rehearsal = await rehearse({ id: 'reh-bench', plan: drainPlan(), snapshot, seeds, rehearsedAtMs: snapshot.takenAtMs, detect: detectHazard, onRunEnded: () => void ended.push({ atMs: performance.now(), cpuMs: cpuMs() }) })
  console.log(`drain ${DRAINED.join(', ')}: ${rehearsal.summary.slice(0, SUMMARY_MAX)}`)
  // A drain that is refused is quick, and no figure.
  if (!rehearsal.runs.every(({ proofHeld }) => proofHeld)) throw new Error(`the drain fails: ${rehearsal.summary}`)
  const spent = (of: 'atMs' | 'cpuMs'): number[] => ended.slice(1).map((end, index) => end[of] - (ended[index] as typeof end)[of])
  const [first = 0, ...further] = spent('atMs')
  return [
    { name: 'rehearse a 3-node drain, one seed, load included', value: first / 1_000, unit: 's' },
    { name: 'rehearse a 3-node drain, each further seed', value: median(further), unit: 'ms', goal: 500 },
    { name: 'processor time of each further seed', value: median(spent('cpuMs').slice(1)), unit: 'ms' },
  ]
}

function drainPlan(): Plan {
  const targets = DRAINED.map((name) => ({ apiVersion: 'v1', kind: 'Node', name }))
  return {
    kind: 'plan',
    id: 'bench-drain',
    goal: 'Three nodes are empty',
    hazard: 'node-not-ready',
    subject: { kind: 'Node', name: DRAINED[0] as string },
    steps: targets.map((target, index) => ({ id: String(index + 1), reason: 'measured', preconditions: [], action: { verb: 'drain', target, timeoutMs: 15 * 60_000 } })),
    proof: targets.map((target) => ({ type: 'node-empty', target })),
    undo: [],
    risk: 'high',
    values: 'observed',
    rationale: 'A benchmark',
  } as unknown as Plan
}
