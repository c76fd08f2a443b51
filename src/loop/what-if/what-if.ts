/**
 * Answers a question about the future: plays it on forks of a twin, once a seed, in virtual time, and says what holds over
 * all runs. The story is that of the first run; ranges are over all; no node is named as where a pod will be.
 */

import { fault, faultData, isFault } from '../../kernel/fault.ts'
import { refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { isPod, isReady } from '../../model/kube/workload.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { Doing, JobCost, Moment, Unplaced, WhatIf, WhatIfRun, WorstMoment } from '../../model/what-if.ts'
import { FIRST_LOOK_MS, twinFromSnapshot, type TwinFromSnapshot } from '../../twin/from-snapshot.ts'
import { splitGaps } from '../../twin/gaps/gap.ts'
import { nodeAutoscalersIn } from '../../twin/gaps/scaling.ts'
import { explainPlacement } from '../../twin/scheduler/explain-placement.ts'
import type { Twin } from '../../twin/twin.ts'
import { mergeWorst, watchAvailability } from '../availability.ts'
import { livelockProblems } from '../livelocks.ts'
import { isDaemonSet, replicaCounts, workloadsOf } from '../replica-counts.ts'
import { stallsOf } from '../stalls.ts'
import { unplacedPods } from '../unplaced-pods.ts'
import { watchAffected, type AffectedWatch } from '../watch-affected.ts'
import { confidenceOf, sentenceOf } from './conclude.ts'
import { isKindOf } from './find-objects.ts'
import { doIt } from './do-it.ts'
import { topOwnerOf } from './happenings.ts'
import { watchLonePods } from './lone-pods.ts'
import { AUTOSCALER } from './watch-autoscalers.ts'
import { stoppedWorkloads } from './stopped-workloads.ts'
import { stuckPods } from './stuck-pods.ts'
import { watchJobs } from './watch-jobs.ts'
import { watchRun } from './watch-run.ts'
import { watchWorstMoment } from './worst-moment.ts'

export interface WhatIfOptions {
  /** Done one after the other; `text` is how the person asked. */
  readonly doings: readonly { readonly text: string; readonly doing: Doing }[]
  readonly snapshot: Snapshot
  readonly seeds: readonly number[]
  /** How far to look, in virtual milliseconds after the last thing was done. */
  readonly horizonMs: number
}

/** Pods of these are explained node by node; of the others the scheduler's sentence says it. */
const EXPLAINED_MAX = 20

/** Throws the fault of a question that names what is not there. `played` is told how many runs are done. */
export async function whatIf(options: WhatIfOptions, played: (runs: number) => void = () => undefined): Promise<WhatIf> {
  const base = atRest(twinFromSnapshot({ snapshot: options.snapshot, seed: options.seeds[0] ?? 1 }), options.snapshot)
  const all: Played[] = []
  const touched = watchAffected()
  for (const seed of options.seeds) {
    all.push(await play(options, { twin: base.twin.fork(seed), seed, touched }).catch((error: unknown) => Promise.reject(withLeftOut(error, base))))
    played(all.length)
  }
  const [first] = all as [Played]
  const runs = all.map(({ run }) => run)
  const { touched: notModelled, elsewhere } = splitGaps(base.gaps, touched.affected())
  const worst = mergeWorst(runs.map((run) => run.worst))
  const settles = runs.every((run) => run.problems.length === 0 && run.pendingAtEnd === 0 && run.downAtEnd.length === 0 && run.lost.length === 0 && !staysSilent(run) && run.jobs.every(({ gaveUp }) => gaveUp === undefined))
  return {
    question: options.doings.map(({ text }) => text).join('; then '),
    summary: sentenceOf(runs, { worst, nodeAutoscalers: nodeAutoscalersIn(options.snapshot).map(subjectOf) }),
    settles,
    hasOutage: runs.some(hasOutage),
    safe: settles && !runs.some((run) => hasOutage(run) || run.stopped.length > 0) && notModelled.length === 0,
    horizonMs: options.horizonMs,
    runs,
    timeline: first.timeline,
    worst,
    ...(first.worstMoment === undefined ? {} : { worstMoment: first.worstMoment }),
    silenced: mergeSilenced(runs),
    stopped: mergeStopped(runs),
    jobs: mergeJobs(runs),
    unplaced: first.unplaced,
    stuck: first.run.stuck,
    versionProfile: base.twin.profile.name,
    assumptions: base.assumptions,
    notModelled,
    notModelledElsewhere: elsewhere,
    confidence: confidenceOf(runs, notModelled),
  }
}

/** Long enough for images to be pulled and probes to answer. */
const REST_MS = 10 * 60_000
const REST_ASSUMPTION = 'No pod was collected: the workloads were started, and the question is asked once they had ten minutes.'

/** Manifests alone are a cluster before its first pod; the question is about the running one. */
function atRest(base: TwinFromSnapshot, { objects }: Snapshot): TwinFromSnapshot {
  base.twin.advance(FIRST_LOOK_MS)
  if (objects.some(isPod) || !objects.some(({ kind }) => kind === 'Node')) return base
  base.twin.advance(REST_MS)
  return { ...base, assumptions: [...base.assumptions, REST_ASSUMPTION] }
}

/** What is not there because it could not be read is no slip of who asks. */
function withLeftOut(error: unknown, { twin, leftOut }: TwinFromSnapshot): unknown {
  if (!isFault(error) || error.code !== 'not-found') return error
  const [word = '', name] = (error.subject ?? '').split('/')
  const named = leftOut.find(({ object }) => object.metadata.name === name && isKindOf(twin, object, word))
  return named === undefined ? error : fault({ ...faultData(error), hint: named.why })
}

interface Played {
  readonly run: WhatIfRun
  readonly timeline: readonly Moment[]
  readonly worstMoment: WorstMoment | undefined
  readonly unplaced: readonly Unplaced[]
}

async function play(options: WhatIfOptions, { twin, seed, touched }: { readonly twin: Twin; readonly seed: number; readonly touched: AffectedWatch }): Promise<Played> {
  const startMs = twin.nowMs()
  const workloads = workloadsOf(twin)
  const wereUp = workloads.filter((workload) => !isDown(twin, workload))
  const availability = watchAvailability(workloads, startMs)
  const worstMoment = watchWorstMoment(workloads, startMs)
  const watch = watchRun({ startMs, lookup: twin.store, slices: twin.store.list('discovery.k8s.io/EndpointSlice'), autoscalers: twin.store.list(AUTOSCALER) })
  const jobs = watchJobs(twin.store)
  const lonePods = watchLonePods(twin.store, options.doings.map(({ doing }) => doing))
  const pendingBefore = new Set(unplacedPods(twin.store, startMs).map(({ pod }) => subjectText(pod)))
  const stuckBefore = new Set(stuckPods(twin.store, startMs).map(({ pod }) => subjectText(pod)))
  const stop = twin.onChange((change) => {
    watch.saw(change, twin.nowMs())
    touched.saw(change, twin)
    if (change.after === undefined) return
    availability.saw(change.after, twin.nowMs())
    worstMoment.saw(change.after, twin.nowMs())
  })
  const { problems, evictionsBlocked } = await doAll(options.doings, twin, watch)
  twin.advance(options.horizonMs)
  stop()
  const nowMs = twin.nowMs()
  const unplaced = unplacedPods(twin.store, nowMs).filter(({ pod }) => !pendingBefore.has(subjectText(pod)))
  const run = { seed, problems: [...problems, ...livelockProblems(twin.livelocks), ...watch.fights(), ...stallsOf(twin.store)], pendingAtEnd: unplaced.length, stuck: stuckPods(twin.store, nowMs).filter(({ pod }) => !stuckBefore.has(subjectText(pod))), evictionsBlocked, worst: availability.worst(nowMs), downAtEnd: wereUp.filter((workload) => isDown(twin, twin.store.get(refOf(workload)))).map(subjectOf), jobs: jobs.costs(), stopped: stoppedWorkloads(workloads, twin.store), lost: lonePods.lost(), silentAtEnd: watch.silent().filter((service) => twin.store.get({ apiVersion: 'v1', ...service }) !== undefined), ...watch.counts(nowMs) }
  return { run, timeline: watch.timeline(), worstMoment: worstMoment.worst(), unplaced: unplaced.map((one, index) => explained(twin, one, index < EXPLAINED_MAX)) }
}

async function doAll(doings: WhatIfOptions['doings'], twin: Twin, watch: ReturnType<typeof watchRun>): Promise<{ readonly problems: readonly string[]; readonly evictionsBlocked: number }> {
  const problems: string[] = []
  let evictionsBlocked = 0
  for (const { text: asked, doing } of doings) {
    watch.say(asked, twin.nowMs())
    const done = await doIt(twin, doing, (line) => watch.say(line, twin.nowMs()))
    problems.push(...done.problems)
    evictionsBlocked += done.evictionsBlocked
  }
  return { problems, evictionsBlocked }
}

function explained(twin: Twin, { pod, reason }: Pick<Unplaced, 'pod' | 'reason'>, inDetail: boolean): Unplaced {
  const object = twin.store.get({ apiVersion: 'v1', ...pod })
  if (object === undefined || !isPod(object)) return { pod, owner: pod, reason, nodes: [] }
  const owner = topOwnerOf(object, twin.store)
  if (!inDetail) return { pod, owner, reason, nodes: [] }
  const { nodes } = explainPlacement({ pod: object, store: twin.store, profile: twin.profile })
  return { pod, owner, reason, nodes: nodes.toSorted((left, right) => (left.node < right.node ? -1 : 1)).flatMap(({ node, plugin, reasons }) => (plugin === undefined ? [] : [{ node, plugin, reasons }])) }
}

/** Available as wanted, or not there at all. A daemon on a node that is lost is missed by nobody who lost the node. */
function isDown(twin: Twin, workload: KubeObject | undefined): boolean {
  if (workload === undefined) return false
  const { available, desired } = replicaCounts(workload)
  const excused = isDaemonSet(workload) ? [...twin.store.list('/Node')].filter((node) => !isReady(node)).length : 0
  return available < desired - excused
}

/** Fewer than wanted is what budgets and roll-outs allow; nobody at all is an outage, however short. */
function hasOutage({ silenced, worst }: WhatIfRun): boolean {
  return silenced.length > 0 || worst.some(({ availableMin, desired }) => availableMin === 0 && desired > 0)
}

/** Whose workload was taken away as it was asked is told by that. */
function staysSilent({ silentAtEnd, stopped }: WhatIfRun): boolean {
  return stopped.length === 0 && silentAtEnd.length > 0
}

function mergeSilenced(runs: readonly WhatIfRun[]): WhatIfRun['silenced'] {
  const longest = new Map<string, WhatIfRun['silenced'][number]>()
  for (const one of runs.flatMap((run) => run.silenced)) {
    const key = subjectText(one.service)
    if ((longest.get(key)?.forMs ?? -1) < one.forMs) longest.set(key, one)
  }
  return [...longest.values()].sort((left, right) => right.forMs - left.forMs)
}

function mergeStopped(runs: readonly WhatIfRun[]): WhatIfRun['stopped'] {
  return [...new Map(runs.flatMap(({ stopped }) => stopped).map((one) => [subjectText(one.workload), one])).values()]
}

function mergeJobs(runs: readonly WhatIfRun[]): WhatIfRun['jobs'] {
  const cost = ({ gaveUp, failedPods }: JobCost): number => (gaveUp === undefined ? failedPods : Number.POSITIVE_INFINITY)
  const worst = new Map<string, JobCost>()
  for (const one of runs.flatMap((run) => run.jobs)) {
    const before = worst.get(subjectText(one.job))
    if (before === undefined || cost(before) < cost(one)) worst.set(subjectText(one.job), one)
  }
  return [...worst.values()]
}
