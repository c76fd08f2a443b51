/**
 * The switch that stops every change, as all processes of a fleet see it. Adapter: PostgreSQL; the file in the home folder stops
 * one process even when the database does not answer.
 */

export interface Stopped {
  /** Subject of who did it. */
  readonly by: string
  readonly name: string
  readonly reason: string
  readonly atMs: number
}

export interface KillSwitch {
  /** Undefined while changes may be made. */
  stopped(): Promise<Stopped | undefined>
  /** False when it was on already: the first reason stands. */
  stop(stopped: Stopped): Promise<boolean>
  /** False when it was not on. */
  resume(): Promise<boolean>
}
