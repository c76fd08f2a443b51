/** How long something took, and how much is held. */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** `cpuMs`: of this process, which a crowded machine does not stretch as it does the time on the wall. */
export interface Timed<T> {
  readonly result: T
  readonly ms: number
  readonly cpuMs: number
}

export function timed<T>(work: () => T): Timed<T> {
  const started = performance.now()
  const cpuBefore = cpuMs()
  const result = work()
  return { result, ms: performance.now() - started, cpuMs: cpuMs() - cpuBefore }
}

export async function timedAsync<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const started = performance.now()
  const cpuBefore = cpuMs()
  const result = await work()
  return { result, ms: performance.now() - started, cpuMs: cpuMs() - cpuBefore }
}

/** Used by this process so far, in its own code. */
export function cpuMs(): number {
  return process.cpuUsage().user / 1_000
}

/** What is still used after everything unused was thrown away. */
export function heapMiB(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed / 1_048_576
}
