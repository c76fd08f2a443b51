/**
 * Verbs between the operator's hooks: asked before, told after, and each word written down. Around reading, a hook that
 * objects withholds the result.
 */

import type { HookReport, Hooks, HooksResult, ToolUse } from '../gate/hooks/hooks.ts'
import { tightened, type StepWord } from '../gate/hooks/tighten.ts'
import { fault } from '../kernel/fault.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { Effect } from '../model/effect.ts'
import type { Incident } from '../model/incident.ts'
import { isMutation, planHash, type Plan, type Step } from '../model/plan.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Note } from './wire-stages.ts'

export interface HookedParts {
  readonly hooks: Hooks
  readonly incident: Incident
  readonly note: Note
}

export interface Hooked {
  /** The verdict with what hooks say of each step, so that a person can be asked where a hook asks. */
  judge(key: string, plan: Plan, verdict: Verdict): Promise<Verdict>
  /** Runs the step between its hooks. `approved`: a person said yes to this plan. */
  act(work: { readonly key: string; readonly plan: Plan; readonly step: Step; readonly approved: boolean; readonly undo?: true }, run: () => Promise<Effect>, refuse: (reason: string) => Effect): Promise<Effect>
  /** Reads between its hooks. Fault `forbidden` when one withholds the result. */
  read<T>(key: string, run: () => Promise<T>, shown: (result: T) => JsonObject): Promise<T>
}

export function hooked(parts: HookedParts): Hooked {
  return {
    judge: (key, plan, verdict) => judge(parts, { key, plan, verdict }),
    act: async (work, run, refuse) => {
      const use = useOf(parts, { ...work, about: { phase: 'act', planHash: planHash(work.plan), stepId: work.step.id } })
      const before = await parts.hooks.before(use)
      await keep(parts, `${work.key}/before`, before.reports)
      if (before.decision === 'deny') return refuse(before.reason)
      if (before.decision === 'ask' && !work.approved) return refuse(`${before.reason}, and nobody was asked`)
      return told(parts, use, await run())
    },
    read: (key, run, shown) => read(parts, key, run, shown),
  }
}

async function judge(parts: HookedParts, { key, plan, verdict }: { readonly key: string; readonly plan: Plan; readonly verdict: Verdict }): Promise<Verdict> {
  if (verdict.decision === 'deny') return verdict
  const words: StepWord[] = []
  for (const step of plan.steps.filter(({ action }) => isMutation(action))) {
    const use = useOf(parts, { key: `${key}/${step.id}`, step, about: { phase: 'judge', planHash: verdict.planHash, stepId: step.id, verdict: verdict.decision } })
    const result = await parts.hooks.before(use)
    await keep(parts, use.key, result.reports)
    words.push({ stepId: step.id, result })
  }
  return tightened(verdict, words)
}

/** What is done is done: a hook may hide or doubt the result, or stop the plan here. */
async function told(parts: HookedParts, use: ToolUse, effect: Effect): Promise<Effect> {
  const after = await parts.hooks.after(use, { outcome: effect.outcome, detail: effect.detail, requests: effect.requests })
  await keep(parts, `${use.key}/after`, after.reports)
  return {
    ...effect,
    ...(after.redacted === undefined ? {} : { detail: after.redacted }),
    ...(after.taint.length === 0 ? {} : { taint: after.taint }),
    ...(after.decision === 'pass' ? {} : { halted: after.reason }),
  }
}

async function read<T>(parts: HookedParts, key: string, run: () => Promise<T>, shown: (result: T) => JsonObject): Promise<T> {
  const use: ToolUse = { missionId: parts.incident.missionId, key, tool: 'observe', input: {}, about: { phase: 'act', incidentId: parts.incident.id } }
  const before = await parts.hooks.before(use)
  await keep(parts, `${key}/before`, before.reports)
  withhold(before)
  const result = await run()
  const after = await parts.hooks.after(use, shown(result))
  await keep(parts, `${key}/after`, after.reports)
  withhold(after)
  return result
}

function withhold({ decision, reason }: HooksResult): void {
  if (decision === 'pass') return
  throw fault({ code: 'forbidden', operation: 'observe', message: `what was read is withheld: ${reason}`, hint: 'Mend the hook, or take it out of the settings.' })
}

function useOf({ incident }: HookedParts, work: { readonly key: string; readonly step: Step; readonly undo?: true; readonly about: JsonObject }): ToolUse {
  const { step, undo } = work
  const input = undo === true ? { undoes: step.action, ...(step.undo === undefined ? {} : { by: step.undo }) } : step.action
  return { missionId: incident.missionId, key: work.key, tool: undo === true ? 'undo' : step.action.verb, input: input as unknown as JsonObject, about: { incidentId: incident.id, ...work.about } }
}

async function keep({ note }: HookedParts, key: string, reports: readonly HookReport[]): Promise<void> {
  for (const [index, report] of reports.entries()) await note('hook-answered', `${key}/hook-${index + 1}`, report)
}
