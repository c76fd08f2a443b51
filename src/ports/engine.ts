/**
 * The durable engine: what a mission needs so that a killed process goes on where it was.
 *
 * Adapter: DBOS on PostgreSQL. Contract suite: `test/contract/engine-contract.ts`. Mission code knows only this port,
 * so that another engine stays possible.
 */

import type { JsonValue } from '../kernel/json.ts'

/** The context of one running mission. */
export interface MissionRun {
  readonly missionId: string
  /**
   * Runs `work` and records its result. After a crash a recorded step is not run again: its result is read
   * back. A step that was running when the process died runs again, so `work` must be idempotent; `key` is the
   * same on both runs and different for every step of every mission.
   *
   * The result must be plain JSON. A thrown fault is recorded and rethrown; `retry` faults are tried again
   * first, `PORT_ATTEMPTS_MAX` times with back-off.
   */
  step<T>(name: string, work: (key: string) => Promise<T>): Promise<T>
  /**
   * Like `step`, for work that changes the world: before `work` starts, the engine checks that this process
   * still owns the mission (fault `lost-ownership` if not).
   */
  fencedStep<T>(name: string, work: (key: string) => Promise<T>): Promise<T>
  /** Waits durably for a message on `topic`; undefined after `timeoutMs`. */
  receive<T>(topic: string, timeoutMs: number): Promise<T | undefined>
  /** Durable sleep, in the mission clock's milliseconds. */
  sleep(name: string, durationMs: number): Promise<void>
}

export type MissionBody = (input: JsonValue, run: MissionRun) => Promise<JsonValue>

export type MissionStatus = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Engine {
  /** Registers the body, recovers unfinished missions of this executor and of dead ones, starts taking work. */
  start(body: MissionBody): Promise<void>
  /** Enqueues a mission. The same id twice is one mission. Resolves once it is durable. */
  launch(missionId: string, input: JsonValue): Promise<void>
  /** Sends a message; a repeat with the same `key` is ignored. */
  send(missionId: string, topic: string, message: JsonValue, key: string): Promise<void>
  status(missionId: string): Promise<MissionStatus | undefined>
  /** Resolves with the body's result; throws the fault it ended with. */
  result(missionId: string): Promise<JsonValue>
  cancel(missionId: string): Promise<void>
  /** Stops taking work and waits for running steps to be recorded. Missions go on at the next start. */
  stop(): Promise<void>
}
