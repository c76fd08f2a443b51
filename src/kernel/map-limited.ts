/** Work on many items with a few at a time, so that we stay one polite client among many. */

import { assert } from './assert.ts'

/**
 * Results in the order of the items, with at most `limit` pieces of work under way. The first failure is thrown once
 * the work under way has ended; nothing new is started after it.
 */
export async function mapLimited<T, R>(items: readonly T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  assert(limit > 0, 'a limit of at least one')
  const results: R[] = []
  const failures: unknown[] = []
  let next = 0
  const takeTurns = async (): Promise<void> => {
    while (next < items.length && failures.length === 0) {
      const index = next
      next += 1
      try {
        results[index] = await work(items[index] as T)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeTurns))
  if (failures.length > 0) throw failures[0]
  return results
}
