/**
 * What was taken in and answered before it was worked on: a click in a chat must be answered within seconds, and is not lost
 * when the process dies right after. Adapter: PostgreSQL. Contract: `test/contract/inbox.test.ts`.
 */

export interface Inbox {
  /** Durable when it resolves. False, and nothing is stored, when there is one of that id already. */
  put(id: string, kind: string, payload: unknown): Promise<boolean>
  /**
   * Works on what is open of a kind, oldest first, each under a lock that no other process gets, until none is left. What `work`
   * rejects with leaves it open for the next time, at most `ATTEMPTS_MAX` times.
   */
  workOn(kind: string, work: (payload: unknown) => Promise<void>): Promise<void>
}
