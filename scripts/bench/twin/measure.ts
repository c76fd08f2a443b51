/** How long something took, and how much is held. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export function timed<T>(work: () => T): { readonly result: T; readonly ms: number } {
  const started = performance.now()
  const result = work()
  return { result, ms: performance.now() - started }
}

export async function timedAsync<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const started = performance.now()
  const result = await work()
  return { result, ms: performance.now() - started }
}

/** What is still used after everything unused was thrown away. */
export function heapMiB(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed / 1_048_576
}
