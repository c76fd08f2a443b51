/**
 * One root cause, one mission. A node that dies makes every workload on it ring; each alert opens an incident,
 * and each mission finds the same node. The first to claim it works; the others wait, then look again, and
 * usually find that nothing is left to do.
 */

import type { Diagnosis } from '../model/diagnosis.ts'
import type { MissionRun } from '../ports/engine.ts'
import type { Stages } from './stages.ts'

const CLAIM_POLL_MS = 15_000

/** The longest a mission waits for another: past the other's own budget, something is wrong with it. */
const CLAIM_POLLS_MAX = 600

/** True when the claim is ours at once; false after another mission's work was waited out. */
export async function waitForClaim(options: {
  readonly run: MissionRun
  readonly stages: Stages
  readonly turn: number
  readonly diagnosis: Diagnosis
}): Promise<boolean> {
  const { run, stages, turn, diagnosis } = options
  const claim = await run.step(`${turn}-claim`, (key) => stages.claim(key, diagnosis))
  if (claim.type === 'ours') return true
  for (let poll = 1; poll <= CLAIM_POLLS_MAX; poll += 1) {
    await run.sleep(`${turn}-claim-wait-${poll}`, CLAIM_POLL_MS)
    if (await run.step(`${turn}-claim-poll-${poll}`, () => stages.hasEnded(claim.missionId))) break
  }
  return false
}
