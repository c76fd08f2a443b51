/**
 * Preemption: where would the pod fit if less important pods went, and who would have to go?
 *
 * Follows pkg/scheduler/framework/preemption. Only nodes that refused for a reason that pods can cause are looked
 * at. On each, everything of lower priority goes in thought, then comes back as far as the newcomer still fits,
 * the most important first; budgets order the victims but do not protect them. Pure: the scheduler acts on it.
 */

import type { Rng } from '../../kernel/rng.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { conditionOf, isTerminating, type PodObject } from '../../model/kube/workload.ts'
import type { StoreReader } from '../store.ts'
import { violatingPods } from './budget-violation.ts'
import type { Diagnosis } from './cycle.ts'
import { refusalWithNominees, sceneWith, sceneWithout, type Refusal, type Scene } from './filters.ts'
import { unschedulableMessage } from './message.ts'
import type { NodeInfo } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import type { ClusterView } from './plugin.ts'
import { unresolvable } from './status.ts'

export interface PreemptionRequest {
  readonly pod: PodInfo
  readonly object: PodObject
  readonly diagnosis: Diagnosis
  readonly cluster: ClusterView
  readonly rng: Rng
  readonly nowMs: number
  readonly nomineesOn: (nodeName: string) => readonly PodInfo[]
}

export type PreemptionAnswer =
  /** `message` is what the failure says of it; `keepsNomination`: an earlier preemption is still under way. */
  | { readonly type: 'none'; readonly message: string; readonly keepsNomination: boolean }
  | { readonly type: 'nominate'; readonly nodeName: string; readonly victims: readonly PodInfo[] }

interface Candidate {
  readonly node: NodeInfo
  /** Most important first. */
  readonly victims: readonly PodInfo[]
  readonly violations: number
}

const NOT_HELPFUL: Refusal = { plugin: 'DefaultPreemption', rejection: unresolvable('Preemption is not helpful for scheduling') }
const NO_VICTIMS: Refusal = { plugin: 'DefaultPreemption', rejection: unresolvable('No preemption victims found for incoming pod') }

/** DefaultPreemptionArgs: how many candidates are enough. */
const CANDIDATES_PERCENT = 10
const CANDIDATES_MIN = 100

export function findPreemption(request: PreemptionRequest): PreemptionAnswer {
  const why = whyNotEligible(request)
  if (why !== undefined) return { type: 'none', message: why, keepsNomination: true }
  const { candidates, refusals } = dryRun(request)
  const best = pickCandidate(candidates, request)
  if (best !== undefined) return { type: 'nominate', nodeName: best.node.name, victims: best.victims }
  const { nodeCount } = request.diagnosis
  const message = unschedulableMessage({ nodeCount, refusals, absent: NOT_HELPFUL, rejectedBy: [], filters: [] })
  return { type: 'none', message, keepsNomination: false }
}

function whyNotEligible({ pod, object, diagnosis, cluster }: PreemptionRequest): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const nominated = object.status?.nominatedNodeName ?? ''
  // A node that was not even looked at will not do either.
  if (diagnosis.refusals.get(nominated)?.rejection.type !== 'unschedulable') return undefined
  const leaving = cluster.index.node(nominated)?.pods.some((other) => other.priority < pod.priority && isLeavingForUs(other, cluster.store)) ?? false
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined
}

function isLeavingForUs(pod: PodInfo, store: StoreReader): boolean {
  const object = objectOf(pod, store)
  return object !== undefined && isTerminating(object) && conditionOf(object, 'DisruptionTarget')?.reason === 'PreemptionByScheduler'
}

/** Looks at nodes from a random one on, until there are enough candidates of which one spares the budgets. */
function dryRun(request: PreemptionRequest): { readonly candidates: readonly Candidate[]; readonly refusals: ReadonlyMap<string, Refusal> } {
  const nodes = potentialNodes(request)
  const refusals = new Map<string, Refusal>()
  const candidates: Candidate[] = []
  if (nodes.length === 0) return { candidates, refusals }
  const enough = Math.min(nodes.length, Math.max(CANDIDATES_MIN, Math.trunc((nodes.length * CANDIDATES_PERCENT) / 100)))
  const offset = request.rng.below(nodes.length)
  for (let step = 0; step < nodes.length; step += 1) {
    const node = nodes[(offset + step) % nodes.length] as NodeInfo
    const outcome = selectVictims(node, request)
    if ('rejection' in outcome) refusals.set(node.name, outcome)
    else candidates.push(outcome)
    if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) break
  }
  return { candidates: [...candidates.filter(({ violations }) => violations === 0), ...candidates.filter(({ violations }) => violations > 0)], refusals }
}

function potentialNodes({ diagnosis, cluster }: PreemptionRequest): NodeInfo[] {
  const names = Array.from(diagnosis.refusals).filter(([, { rejection }]) => rejection.type === 'unschedulable')
  return names.map(([name]) => cluster.index.node(name)).filter((node): node is NodeInfo => node !== undefined)
}

function selectVictims(node: NodeInfo, request: PreemptionRequest): Candidate | Refusal {
  const { pod, diagnosis, cluster, nomineesOn } = request
  const nominees = nomineesOn(node.name)
  const lesser = node.pods.filter((other) => other.priority < pod.priority)
  if (lesser.length === 0) return NO_VICTIMS
  const emptied = lesser.reduce<Scene>(sceneWithout, { node, filters: diagnosis.filters })
  const refusal = refusalWithNominees(emptied.filters, emptied.node, nominees)
  if (refusal !== undefined) return refusal
  const ranked = byImportance(lesser, request)
  const violating = violatingPods(ranked, cluster.store)
  let scene = emptied
  const victims: PodInfo[] = []
  for (const other of [...ranked.filter((info) => violating.has(info)), ...ranked.filter((info) => !violating.has(info))]) {
    const restored = sceneWith(scene, other)
    if (refusalWithNominees(restored.filters, restored.node, nominees) === undefined) scene = restored
    else victims.push(other)
  }
  return { node, victims: byImportance(victims, request), violations: victims.filter((victim) => violating.has(victim)).length }
}

/** Higher priority first, then who started earlier. */
function byImportance(pods: readonly PodInfo[], request: PreemptionRequest): PodInfo[] {
  const started = new Map(pods.map((pod) => [pod, startedMs(pod, request)]))
  return [...pods].sort((left, right) => right.priority - left.priority || (started.get(left) ?? 0) - (started.get(right) ?? 0))
}

function startedMs(pod: PodInfo, { cluster, nowMs }: PreemptionRequest): number {
  return parseTimeMs(objectOf(pod, cluster.store)?.status?.startTime) ?? nowMs
}

function objectOf(pod: PodInfo, store: StoreReader): PodObject | undefined {
  return store.byKey(`/Pod|${pod.namespace}|${pod.name}`) as PodObject | undefined
}

/** The first criterion that tells candidates apart decides; the first candidate wins what is left. */
function pickCandidate(candidates: readonly Candidate[], request: PreemptionRequest): Candidate | undefined {
  let left = candidates
  for (const cost of costsOf(request)) {
    if (left.length < 2) break
    const costs = left.map(cost)
    const lowest = costs.reduce((min, value) => Math.min(min, value), Infinity)
    left = left.filter((_, position) => costs[position] === lowest)
  }
  return left[0]
}

/** preemption.go, pickOneNodeForPreemption: smaller is better in each. */
function costsOf(request: PreemptionRequest): readonly ((candidate: Candidate) => number)[] {
  const top = ({ victims }: Candidate): number => victims[0]?.priority ?? 0
  return [
    ({ violations }) => violations,
    top,
    ({ victims }) => victims.reduce((sum, victim) => sum + victim.priority + 2 ** 31, 0),
    ({ victims }) => victims.length,
    (candidate) => -Math.min(...candidate.victims.filter((victim) => victim.priority === top(candidate)).map((victim) => startedMs(victim, request))),
  ]
}
