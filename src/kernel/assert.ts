/**
 * Assertions for our own bugs. They are always on: a mission that broke an invariant must stop, not guess.
 * What the world does wrong is a `Fault`; what the domain answers is a union. Neither belongs here.
 */

export class InvariantError extends Error {
  readonly kind = 'invariant'
}

/** Throws `InvariantError` when `claim` is false. The message says what had to be true. */
export function assert(claim: unknown, message: string): asserts claim {
  if (!claim) throw new InvariantError(message)
}

/** The value, or an `InvariantError` naming what was missing. */
export function required<T>(value: T | undefined | null, name: string): T {
  if (value === undefined || value === null) throw new InvariantError(`missing: ${name}`)
  return value
}
