/**
 * A mission: turns of the loop until the incident has an end.
 *
 * Every mission ends in one of three ways: a verified fix, nothing to do, or a clean hand-over. What a turn
 * does is not known here; `loop/` hands it in. This function must stay deterministic, because the engine
 * replays it after a crash: time and results come from recorded steps only.
 */

import type { TurnRecord, TurnResult } from '../model/mission.ts'
import { exhausted, type Budget, type Spent } from './budget.ts'

export type MissionEnd = Exclude<TurnResult, { readonly type: 'try-again' }>

export interface TurnTaken {
  readonly record: TurnRecord
  /** Since the mission began, in the mission clock's milliseconds. */
  readonly elapsedMs: number
}

/** Takes turns until one ends the mission or the budget is spent. Returns how it ended and what was done. */
export async function runMission(options: {
  readonly budget: Budget
  /** One pass of the loop. `history` holds the turns before. */
  takeTurn(turn: number, history: readonly TurnRecord[]): Promise<TurnTaken>
}): Promise<{ readonly end: MissionEnd; readonly history: readonly TurnRecord[] }> {
  const history: TurnRecord[] = []
  let spent: Spent = { turns: 0, waitingTurns: 0, actions: 0, durationMs: 0 }
  for (;;) {
    const reason = exhausted(options.budget, spent)
    if (reason !== undefined) return { end: handOver(`the budget is spent: ${reason}. ${lastWord(history)}`), history }
    const { record, elapsedMs } = await options.takeTurn(history.length + 1, history)
    history.push(record)
    if (record.result.type !== 'try-again') return { end: record.result, history }
    const waiting = record.result.waiting === true ? 1 : 0
    spent = { turns: spent.turns + 1 - waiting, waitingTurns: spent.waitingTurns + waiting, actions: spent.actions + requestsOf(record), durationMs: elapsedMs }
  }
}

function requestsOf(record: TurnRecord): number {
  return record.effects.reduce((sum, effect) => sum + effect.requests, 0)
}

function handOver(summary: string): MissionEnd {
  return { type: 'handed-over', summary: summary.trim() }
}

function lastWord(history: readonly TurnRecord[]): string {
  const last = history.at(-1)
  return last === undefined ? '' : `Last: ${last.result.summary}`
}
