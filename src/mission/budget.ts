/**
 * The budget of a mission: what it may spend before it hands over to a person.
 *
 * An agent that is wrong is wrong faster than a person; a hard limit on turns, actions and time is what keeps a
 * bad night from becoming a worse one.
 */

import { ASKING_TURNS_MAX, MISSION_ACTIONS_MAX, MISSION_DURATION_MAX_MS, MISSION_TURNS_MAX } from '../kernel/limits.ts'

export interface Budget {
  readonly turnsMax: number
  readonly waitingTurnsMax: number
  readonly actionsMax: number
  readonly durationMaxMs: number
}

export interface Spent {
  readonly turns: number
  /** Turns that ended with nobody having answered: they taught nothing, and cost nothing but time. */
  readonly waitingTurns: number
  /** Mutating requests sent. */
  readonly actions: number
  readonly durationMs: number
}

export const DEFAULT_BUDGET: Budget = {
  turnsMax: MISSION_TURNS_MAX,
  waitingTurnsMax: ASKING_TURNS_MAX,
  actionsMax: MISSION_ACTIONS_MAX,
  durationMaxMs: MISSION_DURATION_MAX_MS,
}

/** Why no further turn may start; undefined while there is budget left. */
export function exhausted(budget: Budget, spent: Spent): string | undefined {
  if (spent.turns >= budget.turnsMax) return `${spent.turns} turns were taken, the limit is ${budget.turnsMax}`
  if (spent.waitingTurns >= budget.waitingTurnsMax) return `people were asked in ${spent.waitingTurns} turns, the limit is ${budget.waitingTurnsMax}`
  if (spent.actions >= budget.actionsMax) return `${spent.actions} changes were sent, the limit is ${budget.actionsMax}`
  if (spent.durationMs >= budget.durationMaxMs) return `${Math.round(spent.durationMs / 60_000)} minutes have passed, the limit is ${Math.round(budget.durationMaxMs / 60_000)}`
  return undefined
}
