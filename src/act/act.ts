/**
 * Act: applies one step of a cleared plan to a cluster, or takes one back.
 *
 * The only room that changes a cluster, and only under a clearance: the step must belong to the plan that was
 * cleared (its hash is recomputed here, not believed), and the clearance must be for the realm of the cluster. A
 * rehearsal runs these very lines on a twin.
 *
 * Each attempt looks first. A fault that may heal (a conflict, a time-out) leads to another look and not to another
 * request, so an answer that was lost is not a change that is made twice.
 */

import { assert } from '../kernel/assert.ts'
import type { Clock } from '../kernel/clock.ts'
import { noCrashPoints, type CrashPoints } from '../kernel/crash-point.ts'
import { faultData, faultLine, isFault, type Fault } from '../kernel/fault.ts'
import { jsonEqual } from '../kernel/json.ts'
import { PORT_ATTEMPTS_MAX } from '../kernel/limits.ts'
import type { Cleared } from '../model/clearance.ts'
import type { Effect } from '../model/effect.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { conditionText, planHash, type Action, type Condition, type Plan, type Step } from '../model/plan.ts'
import type { Cluster } from '../ports/cluster.ts'
import { handsOn } from './hands.ts'
import { inverseOf, prepare } from './registry.ts'
import type { Evaluate, VerbContext, VerbResult } from './verb.ts'

/** Between two looks after a fault that did not say how long to wait. */
const RETRY_MS = 1_000

export interface ApplyOptions {
  readonly cleared: Cleared<Plan>
  readonly step: Step
  readonly cluster: Cluster
  readonly clock: Clock
  readonly evaluate: Evaluate
  readonly signal?: AbortSignal
  readonly onProgress?: (text: string) => void
  readonly crashPoints?: CrashPoints
  /** How the objects looked to whoever made the plan: without their secrets. Absent where the cluster holds none, as a twin does. */
  readonly asSeen?: (object: KubeObject) => KubeObject
}

/**
 * Applies the step. Faults of the world come back as an effect `failed`; a plan that does not fit its clearance is
 * our own bug and throws `InvariantError`. An aborted `signal` rejects with its reason.
 */
export async function applyStep(options: ApplyOptions): Promise<Effect> {
  assertCleared(options)
  return perform(options, options.step.action, options.step.preconditions)
}

/**
 * Takes a step back: by the plan's own undo, or by the inverse that its verb knows. Refused where there is none.
 * Callers undo only what they applied: a step that was `already` so belongs to somebody else.
 */
export async function undoStep(options: ApplyOptions): Promise<Effect> {
  assertCleared(options)
  const { step, clock } = options
  const startedAtMs = clock.now()
  try {
    const undo = step.undo ?? (await inverseOf(step.action, contextOf(options)))
    if (undo !== undefined) return await perform(options, undo, [])
    return effectOf(options, { startedAtMs, requests: 0 }, { outcome: 'refused', detail: `nothing takes back ${step.action.verb}` })
  } catch (error) {
    if (!isFault(error)) throw error
    return effectOf(options, { startedAtMs, requests: 0 }, failure(error))
  }
}

function assertCleared({ cleared, step, cluster }: ApplyOptions): void {
  assert(planHash(cleared.plan) === cleared.planHash, 'the plan is the one that was cleared')
  assert(cleared.plan.steps.some((known) => jsonEqual(known, step)), `step ${step.id} belongs to the cleared plan`)
  assert(cleared.scope === cluster.realm, `a clearance for ${cleared.scope} is used on ${cluster.realm}`)
}

async function perform(options: ApplyOptions, action: Action, preconditions: readonly Condition[]): Promise<Effect> {
  const startedAtMs = options.clock.now()
  const context = contextOf(options)
  const result = await attempt(context, { action, preconditions })
  return effectOf(options, { startedAtMs, requests: context.hands.requests() }, result)
}

async function attempt(context: VerbContext, task: { readonly action: Action; readonly preconditions: readonly Condition[] }): Promise<VerbResult> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await lookAndRun(context, task)
    } catch (error) {
      if (!isFault(error)) throw error
      const mayHeal = error.recovery === 'retry' || error.recovery === 'reread'
      if (!mayHeal || tries >= PORT_ATTEMPTS_MAX) return failure(error)
      await context.clock.sleep(error.retryAfterMs ?? RETRY_MS, context.signal === undefined ? {} : { signal: context.signal })
    }
  }
}

/** What is done already needs no precondition: after a crash, the step's own work may be what fails it. */
async function lookAndRun(context: VerbContext, task: { readonly action: Action; readonly preconditions: readonly Condition[] }): Promise<VerbResult> {
  const prepared = await prepare(task.action, context)
  const sentBefore = context.hands.requests() > 0
  if (prepared.type !== 'ready') return owned({ outcome: prepared.type, detail: prepared.detail }, sentBefore)
  for (const condition of sentBefore ? [] : task.preconditions) {
    const { held, detail } = await context.evaluate(condition)
    if (held) continue
    const skip = condition.type === 'expression' && condition.otherwise === 'skip'
    return { outcome: skip ? 'skipped' : 'refused', detail: `precondition failed: ${conditionText(condition)}, but ${detail}` }
  }
  return owned(await prepared.run(), sentBefore)
}

/** The answer to our request was lost, the change was not: what is `already` so after it is our own work. */
function owned(result: VerbResult, sentBefore: boolean): VerbResult {
  return sentBefore && result.outcome === 'already' ? { ...result, outcome: 'applied' } : result
}

function failure(error: Fault): VerbResult {
  const data = faultData(error)
  return { outcome: 'failed', detail: faultLine(data), fault: data }
}

function contextOf(options: ApplyOptions): VerbContext {
  const { cluster, clock, evaluate, signal, onProgress, crashPoints = noCrashPoints, asSeen = (object) => object } = options
  return {
    hands: handsOn(cluster, { crashPoints, asSeen }),
    clock,
    evaluate,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
  }
}

function effectOf(options: ApplyOptions, ran: { readonly startedAtMs: number; readonly requests: number }, result: VerbResult): Effect {
  return { kind: 'effect', stepId: options.step.id, ...result, ...ran, endedAtMs: options.clock.now() }
}
