/**
 * The body of a mission as the engine runs it: begin, turns, end. Everything between is `turn.ts`.
 */

import { faultLine, isFault } from '../kernel/fault.ts'
import { InvariantError } from '../kernel/assert.ts'
import type { JsonValue } from '../kernel/json.ts'
import type { Incident } from '../model/incident.ts'
import type { MissionResult } from '../model/mission.ts'
import type { Budget } from '../mission/budget.ts'
import { runMission, type MissionEnd } from '../mission/mission.ts'
import type { MissionBody, MissionRun } from '../ports/engine.ts'
import type { Stages } from './stages.ts'
import { takeTurn } from './turn.ts'

/** What frames the turns: opening and closing the books of one incident. Each is safe to run twice with its key. */
export interface Frame {
  /** Opens the ticket, says that work began. Returns the incident as it stands. */
  begin(key: string, incidentId: string, missionId: string): Promise<Incident>
  /** Writes the end into ledger, ticket and incident; releases claims. */
  end(key: string, incident: Incident, result: MissionResult): Promise<void>
}

export interface MissionParts {
  readonly budget: Budget
  readonly frame: Frame
  stagesFor(incident: Incident, startedAtMs: number): Stages
}

/** Makes the body that the engine is started with. Its input is `{ incidentId }`. */
export function missionBody(parts: MissionParts): MissionBody {
  return async (input, run) => {
    const incidentId = (input as { readonly incidentId: string }).incidentId
    const incident = await run.step('begin', (key) => parts.frame.begin(key, incidentId, run.missionId))
    const { end, turns } = await turnsOf(parts, run, incident).catch((error: unknown) => ({ end: handOverAfter(error), turns: 0 }))
    const result: MissionResult = { kind: 'mission-result', missionId: run.missionId, incidentId, outcome: end.type, summary: end.summary, turns }
    await run.step('end', (key) => parts.frame.end(key, incident, result))
    return result as unknown as JsonValue
  }
}

async function turnsOf(parts: MissionParts, run: MissionRun, incident: Incident): Promise<{ readonly end: MissionEnd; readonly turns: number }> {
  const stages = parts.stagesFor(incident, incident.openedAtMs)
  const { end, history } = await runMission({ budget: parts.budget, takeTurn: (turn, history) => takeTurn({ run, stages, turn, history }) })
  return { end, turns: history.length }
}

/**
 * A world that stays broken, or a bug of ours, ends the mission in a hand-over and not in silence. What the engine
 * throws to stop a run (it lost the mission, it was cancelled) is not ours to answer.
 */
function handOverAfter(error: unknown): MissionEnd {
  if (isFault(error) && error.code !== 'lost-ownership') return { type: 'handed-over', summary: `Boyd could not go on: ${faultLine(error)}` }
  if (error instanceof InvariantError) return { type: 'handed-over', summary: `Boyd stopped itself, because of a bug of its own: ${error.message}. Please report it.` }
  throw error
}
