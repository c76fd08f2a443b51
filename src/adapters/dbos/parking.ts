/**
 * Where missions stand while the process goes down. Closing the database under a run would make its next call
 * fail and the mission with it; so steps that have begun are waited for, and every later call never returns. The
 * journal lets the next process go on from there.
 */

export interface Parking {
  /** Runs a step. Once closed, neither starts nor returns. */
  step<T>(call: () => Promise<T>): Promise<T>
  /** Like `step`, for a call that only waits: closing does not wait for it. */
  wait<T>(call: () => Promise<T>): Promise<T>
  /** Parks every later call. Resolves when the steps under way have been recorded. */
  close(): Promise<void>
  isClosed(): boolean
}

export function createParking(): Parking {
  const underWay = new Set<Promise<unknown>>()
  let closed = false
  const parked = <T>(): Promise<T> => new Promise<T>(() => undefined)
  const wait = async <T>(call: () => Promise<T>): Promise<T> => {
    if (closed) return parked()
    try {
      const result = await call()
      return closed ? await parked() : result
    } catch (error) {
      if (closed) return parked()
      throw error
    }
  }
  const track = <T>(running: Promise<T>): Promise<T> => {
    underWay.add(running)
    const forget = (): boolean => underWay.delete(running)
    running.then(forget, forget)
    return running
  }
  return {
    step: (call) => wait(() => track(call())),
    wait,
    isClosed: () => closed,
    async close() {
      closed = true
      await Promise.allSettled(underWay)
    },
  }
}
