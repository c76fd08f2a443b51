/**
 * Plays a script on both sides in lockstep, and says where they differ first.
 *
 * The twin goes ahead after each step, until nothing happens any more: that is the prediction. The real side is given
 * time until it is in that state and stays there. So agreement costs no waiting, and a difference costs the patience.
 */

import { jsonEqual } from '../../src/kernel/json.ts'
import { refOf, type KubeObject } from '../../src/model/kube-object.ts'
import { differencesOf, type Difference } from './difference.ts'
import { followPlacement } from './follow-placement.ts'
import { momentsFrom, startOfMoment } from './moments.ts'
import { place, type Names } from './names.ts'
import { stateOf, type StateOptions } from './normal-state.ts'
import type { Answer } from './normal-answer.ts'
import { CLUSTER_SCOPED, MANAGER, perform } from './perform.ts'
import { newlyHeard } from './requests/heard.ts'
import { isLoss, stepText, type Script, type Step } from './script.ts'
import { twinSide, type Side, type TwinSide } from './sides.ts'
import { closeNodes, openNodes } from './stage-nodes.ts'
import { LOOK_MS, PATIENCE_MS, STANDSTILL_MS, until } from './until.ts'
import { record, type Recorder } from './trajectory.ts'

export interface PlayOptions extends StateOptions {
  /** Compare states and trajectories after each step, not only the answers. */
  readonly settles: boolean
  /** The twin is shown where the real scheduler put each bare pod, after it was asked itself. */
  readonly follows: boolean
  readonly fleet: readonly KubeObject[]
  /** What of the differences of a step has no explanation; a play goes on where nothing is left. Absent: all. */
  readonly judge?: (differences: readonly Difference[]) => readonly Difference[]
}

export interface Stage {
  readonly script: Script
  readonly real: Side
  readonly twin: TwinSide
  readonly realNames: Names
  readonly twinNames: Names
  readonly options: PlayOptions
  /** Chance took another way on the one side than on the other: what comes now cannot be compared. */
  parted: boolean
}

/** After a node was lost: the time until pods are evicted, or until garbage is collected, which no flag shortens. */
const LOSS_PATIENCE_MS = 100_000
/** From the beginning of a play to its first moment: two steps come to rest. */
const LEAD_MS = 20_000
const TWIN_LEAD_MS = 180_000
const STEADY_MS = 300
/** Garbage is collected within a second; definitions are served within two. */
const ANSWER_PATIENCE_MS = 8_000
const TWIN_QUIET_SECONDS = 15
const TWIN_QUIET_AFTER_LOSS_SECONDS = 420
const TWIN_LIMIT_SECONDS = 900
/** A refused pod is asked for again after twice the time each time: at most after as long as it was refused till then. */
const REFUSED_FACTOR = 2
const LOST_FACTOR = 2
const VOLUME_FACTOR = 1.5

export async function play(script: Script, real: Side, options: PlayOptions & { readonly id: string }): Promise<readonly Difference[]> {
  const prefix = options.id
  const names = { namespace: `${prefix}-play`, prefix }
  const realNames = { ...names, heard: newlyHeard(), speed: real.tolerationSpeed, ...momentsFrom(real.clock.now(), LEAD_MS) }
  const nodes = (script.nodes ?? []).map((node) => place(node, realNames))
  const twin = twinSide({ seed: 1, nodes: [...options.fleet, ...nodes] })
  const twinNames = { ...names, heard: newlyHeard(), speed: 1, ...momentsFrom(twin.clock.now(), TWIN_LEAD_MS) }
  const stage: Stage = { script, real, twin, options, parted: false, realNames, twinNames }
  try {
    await openNodes(real, nodes)
    await openNamespace(real, stage.realNames)
    await openTwin(stage)
    return await playSteps(stage)
  } finally {
    await twin.close()
    await close(stage, nodes)
  }
}

async function openTwin({ twin, twinNames }: Stage): Promise<void> {
  await twin.clock.sleep(10_000)
  await openNamespace(twin, twinNames)
}

/** A namespace takes pods once its account is there. */
async function openNamespace({ cluster, clock }: Side, { namespace }: Names): Promise<void> {
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, MANAGER)
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace, name: 'default' }
  const deadlineMs = clock.now() + PATIENCE_MS
  while ((await cluster.get(account)) === undefined) {
    if (clock.now() > deadlineMs) throw new Error(`namespace ${namespace} has no account`)
    await clock.sleep(LOOK_MS)
  }
}

async function playSteps(stage: Stage): Promise<readonly Difference[]> {
  const { script, real, twin, realNames, twinNames } = stage
  const recorders = { real: record(real, realNames), twin: record(twin, twinNames) }
  try {
    for (const [index, step] of script.steps.entries()) {
      if (step.do === 'await' && isTooLate(stage, step.moment)) return []
      const differences = await playStep(stage, step, { recorders, where: `step ${index + 1} (${stepText(step)})` })
      const unexplained = stage.options.judge?.(differences) ?? differences
      if (unexplained.length > 0 || stage.parted) return unexplained
    }
    return []
  } finally {
    recorders.real.stop()
    recorders.twin.stop()
  }
}

/** A side that was slow is past the moment that it should wait for. */
function isTooLate({ real, twin, realNames, twinNames }: Stage, moment: number): boolean {
  return real.clock.now() > startOfMoment(realNames, moment) || twin.clock.now() > startOfMoment(twinNames, moment)
}

interface StepOptions {
  readonly recorders: { readonly real: Recorder; readonly twin: Recorder }
  readonly where: string
}

async function playStep(stage: Stage, step: Step, { recorders, where }: StepOptions): Promise<readonly Difference[]> {
  const { real, twin, realNames, twinNames, options } = stage
  const { theirs, ours } = step.do === 'request' && step.waits === true ? await performAtRest(stage, step) : { theirs: await perform(step, real, realNames), ours: await perform(step, twin, twinNames) }
  const answers = differencesOf(`${where}: answer`, theirs, ours)
  if (answers.length > 0) return answers
  const pod = options.follows ? podOf(step) : undefined
  if (pod !== undefined) {
    const placement = await followPlacement(stage, pod)
    if (placement.length > 0) return placement.map((difference) => ({ ...difference, where: `${where}: ${difference.where}` }))
  }
  return options.settles || step.do === 'settle' ? settle(stage, { recorders, where, step }) : []
}

/** The twin's controllers do what they do; the real side's are given the time until it answers alike. */
async function performAtRest({ real, twin, realNames, twinNames }: Stage, step: Step): Promise<{ readonly theirs: Answer; readonly ours: Answer }> {
  await twin.clock.sleep(TWIN_QUIET_SECONDS * 1000)
  const ours = await perform(step, twin, twinNames)
  const deadlineMs = real.clock.now() + ANSWER_PATIENCE_MS
  for (;;) {
    const theirs = await perform(step, real, realNames)
    if (jsonEqual(theirs, ours) || real.clock.now() > deadlineMs) return { theirs, ours }
    await real.clock.sleep(LOOK_MS)
  }
}

/** The name of the pod that a step made, or changed: then it may be placed now. */
function podOf(step: Step): string | undefined {
  if (step.do === 'create') return step.object.kind === 'Pod' ? step.object.metadata.name : undefined
  return step.do === 'patch' && step.target.kind === 'Pod' ? step.target.name : undefined
}

async function settle({ script, real, twin, realNames, twinNames, options }: Stage, { recorders, where, step }: StepOptions & { readonly step: Step }): Promise<readonly Difference[]> {
  const lost = isLoss(step)
  const slowness = slownessOf(script, step)
  const trajectory = { isPaced: step.do === 'drain' || makes(script, 'PriorityClass') }
  const predicted = await settleTwin(twin, twinNames, { ...options, past: recorders.twin.past, quietSeconds: lost ? TWIN_QUIET_AFTER_LOSS_SECONDS : quietSeconds(script, step) })
  const ours = recorders.twin.look(trajectory)
  const look = (): unknown => stateOf(real, realNames, { ...options, past: recorders.real.past })
  await until(real, () => jsonEqual(look(), predicted) && jsonEqual(recorders.real.look(trajectory), ours), { steadyMs: STEADY_MS, patienceMs: lost ? LOSS_PATIENCE_MS : PATIENCE_MS * slowness, ...(lost ? {} : { standstill: look, standstillMs: STANDSTILL_MS * slowness }) })
  const theirs = recorders.real.look(trajectory)
  for (const { reset } of Object.values(recorders)) reset()
  return [...differencesOf(`${where}: state`, look(), predicted), ...differencesOf(`${where}: trajectory`, theirs, ours)]
}

function quietSeconds(script: Script, step: Step): number {
  return TWIN_QUIET_SECONDS * (makes(script, 'ResourceQuota') ? REFUSED_FACTOR ** script.steps.indexOf(step) : slownessOf(script, step))
}

/** A Job waits twice as long for each pod that it lost before, on the real side too; claims look for volumes every 15 s there. */
function slownessOf(script: Script, step: Step): number {
  if (makes(script, 'PersistentVolume')) return VOLUME_FACTOR
  const before = script.steps.slice(0, script.steps.indexOf(step))
  return makes(script, 'Job') ? LOST_FACTOR ** before.filter((each) => each.do === 'evict' || each.do === 'remove-pod').length : 1
}

function makes({ steps }: Script, kind: string): boolean {
  return steps.some((step) => step.do === 'create' && step.object.kind === kind)
}

/** Lets virtual time pass until nothing that is compared changed for a while. */
async function settleTwin(twin: TwinSide, names: Names, options: StateOptions & { readonly quietSeconds: number }): Promise<unknown> {
  let state = stateOf(twin, names, options)
  for (let quiet = 0, passed = 0; quiet < options.quietSeconds && passed < TWIN_LIMIT_SECONDS; passed += 1) {
    await twin.clock.sleep(1_000)
    const next = stateOf(twin, names, options)
    quiet = jsonEqual(next, state) ? quiet + 1 : 0
    state = next
  }
  return state
}

function wideObjects({ steps }: Script): readonly KubeObject[] {
  return steps.flatMap((step) => (step.do === 'create' && CLUSTER_SCOPED.has(step.object.kind) ? [step.object] : []))
}

/** Own nodes must be gone before the next play counts nodes, and their pods with them; namespaces go by themselves. */
async function close({ script, real, realNames }: Stage, nodes: readonly KubeObject[]): Promise<void> {
  const { cluster } = real
  const { namespace } = realNames
  await cluster.remove({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch(() => undefined)
  for (const object of wideObjects(script)) await cluster.remove(refOf(place(object, realNames))).catch(() => undefined)
  if (nodes.length === 0) return
  const pods = (): readonly KubeObject[] => real.objects('v1', 'Pod', namespace)
  await until(real, () => {
    for (const { metadata } of pods()) void cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: metadata.name ?? '' }, { gracePeriodSeconds: 0 }).catch(() => undefined)
    return pods().length === 0
  })
  await closeNodes(real, nodes)
}
