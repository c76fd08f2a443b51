/**
 * Plays one story against a running Boyd: sets the stage, sends the alert to the real webhook, follows the ledger
 * until the mission has ended, and compares the end with what the story expects.
 *
 * Whoever plays decides how approvals are answered; the story only says when one is asked.
 */

import { fault } from '../../kernel/fault.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import { conditionText } from '../../model/plan.ts'
import { createView } from '../../model/view.ts'
import type { IntakeResult } from '../../ports/store.ts'
import { setStage, type Stage } from './set-stage.ts'
import type { Story } from './story.ts'

export interface StoryHands {
  readonly stage: Stage
  /** Posts the payload to the webhook. */
  sendAlert(payload: unknown): Promise<readonly Pick<IntakeResult, 'type' | 'incident'>[]>
  follow(options: { readonly signal: AbortSignal }): AsyncIterable<LedgerEntry>
  /** Called for each entry of the story's incident, in order. */
  onEntry?(entry: LedgerEntry): void
  /** Called when a person is asked; may answer now, later, or never. */
  onApprovalAsked?(entry: LedgerEntry): Promise<void>
}

export interface StoryResult {
  readonly story: string
  readonly incidentId: string
  readonly outcome: string
  readonly entries: readonly LedgerEntry[]
  /** Why the end is not the expected one; empty when it is. */
  readonly problems: readonly string[]
}

export async function playStory(hands: StoryHands, story: Story): Promise<StoryResult> {
  const payload = await setStage(hands.stage, story)
  const results = await hands.sendAlert(payload)
  const incidentId = results.find((result) => result.incident !== undefined)?.incident?.id
  if (incidentId === undefined) throw fault({ code: 'internal', operation: 'play story', subject: story.name, message: 'the alert opened no incident' })
  const entries = await followToEnd(hands, incidentId)
  const outcome = textOf(entries.at(-1)?.data, 'outcome')
  return { story: story.name, incidentId, outcome, entries, problems: [...outcomeProblems(story, outcome, entries), ...(await stateProblems(hands.stage, story))] }
}

async function followToEnd(hands: StoryHands, incidentId: string): Promise<readonly LedgerEntry[]> {
  const aborter = new AbortController()
  const entries: LedgerEntry[] = []
  for await (const entry of hands.follow({ signal: aborter.signal })) {
    if (entry.incidentId !== incidentId) continue
    entries.push(entry)
    hands.onEntry?.(entry)
    if (entry.type === 'approval-requested') await hands.onApprovalAsked?.(entry)
    if (entry.type === 'mission-ended') break
  }
  aborter.abort()
  return entries
}

function outcomeProblems(story: Story, outcome: string, entries: readonly LedgerEntry[]): string[] {
  const problems: string[] = []
  if (outcome !== story.expect.outcome) problems.push(`the mission ended as ${outcome}, the story expects ${story.expect.outcome}`)
  if (story.expect.hazard !== undefined && !foundHazards(entries).includes(story.expect.hazard)) {
    problems.push(`the hazards found were ${foundHazards(entries).join(', ') || 'none'}, the story expects ${story.expect.hazard}`)
  }
  return problems
}

function foundHazards(entries: readonly LedgerEntry[]): string[] {
  return entries
    .filter((entry) => entry.type === 'diagnosis-made')
    .flatMap((entry) => (entry.data as { readonly hypotheses?: readonly { readonly hazard: string }[] }).hypotheses ?? [])
    .map((hypothesis) => hypothesis.hazard)
}

async function stateProblems(stage: Stage, story: Story): Promise<string[]> {
  const view = createView(await stage.takeSnapshot())
  return story.expect.holds.filter((condition) => !stage.holds(condition, view)).map((condition) => `at the end it does not hold that ${conditionText(condition)}`)
}

function textOf(data: unknown, field: string): string {
  const value = (data as Record<string, unknown> | undefined)?.[field]
  return typeof value === 'string' ? value : ''
}
