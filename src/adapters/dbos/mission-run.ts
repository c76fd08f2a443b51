/** The context of one running mission, over DBOS: named steps with keys, messages, and sleep in the mission's time. */

import { DBOS } from '@dbos-inc/dbos-sdk'
import { assert } from '../../kernel/assert.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonValue } from '../../kernel/json.ts'
import type { MissionRun } from '../../ports/engine.ts'
import type { Ownership } from './ownership.ts'
import type { Parking } from './parking.ts'
import { attempt, readOutcome } from './step-outcome.ts'

export interface RunSetting {
  /** The machine's: back-off waits for the world, not for the cluster's time. */
  readonly clock: Clock
  /** How many milliseconds of the mission's time pass in one of the machine's. */
  readonly clockFactor: number
  readonly parking: Parking
}

/** A signal wakes a waiting mission at once (LISTEN/NOTIFY); polling only covers a notification that got lost. */
const RECEIVE_POLL_MS = 10_000

/**
 * The run of `missionId` under the claim that `ownership` was read from. Each call reaches DBOS in the very tick
 * it is made, so that steps started side by side are numbered alike in every life of the mission.
 */
export function createMissionRun(setting: RunSetting, missionId: string, ownership: Ownership): MissionRun {
  const claimName = uniqueNames()
  const { parking, clockFactor } = setting
  return {
    missionId,
    step: (name, work) => runStep({ setting, missionId, name: claimName(name), work }),
    fencedStep: (name, work) => runStep({ setting, missionId, name: claimName(name), work, ownership }),
    receive: (topic, timeoutMs) => parking.wait(() => receive(topic, timeoutMs / clockFactor)),
    sleep: (name, durationMs) => {
      claimName(name)
      return parking.wait(() => DBOS.sleepms(Math.ceil(durationMs / clockFactor)))
    },
  }
}

interface StepCall<T> {
  readonly setting: RunSetting
  readonly missionId: string
  readonly name: string
  readonly work: (key: string) => Promise<T>
  readonly ownership?: Ownership
}

async function runStep<T>(call: StepCall<T>): Promise<T> {
  const { setting, missionId, name, work, ownership } = call
  const outcome = await setting.parking.step(() =>
    DBOS.runStep(
      () =>
        attempt(() => work(`${missionId}/${name}`), {
          name,
          clock: setting.clock,
          signal: DBOS.stepStatus?.cancelSignal,
          before: async () => ownership?.check(),
        }),
      { name },
    ),
  )
  return readOutcome(outcome) as T
}

async function receive<T>(topic: string, timeoutMs: number): Promise<T | undefined> {
  const text = await DBOS.recv<string>(topic, { timeoutSeconds: timeoutMs / 1_000, pollingIntervalMs: RECEIVE_POLL_MS })
  return text === null ? undefined : (JSON.parse(text) as JsonValue as T)
}

/** Two steps of one name would share a key, and the second effect would be taken for a repeat of the first. */
function uniqueNames(): (name: string) => string {
  const taken = new Set<string>()
  return (name) => {
    assert(!taken.has(name), `a step name is used once in a mission: ${name}`)
    taken.add(name)
    return name
  }
}
