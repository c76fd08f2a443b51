/**
 * Questions about the future are played in a thread of their own, so that none delays a mission.
 *
 * One at a time, in the order they came; a few wait, the next is refused (429). The thread has a bound of time and of
 * memory and ends with its question: whatever it did wrong, nothing of it stays. The snapshot is handed over in
 * portions, because copying a large one at once would hold up the very missions that this is for.
 */

import { Worker } from 'node:worker_threads'
import type { Clock } from '../../kernel/clock.ts'
import { fault, isFault, type Fault, type FaultData } from '../../kernel/fault.ts'
import { QUESTION_HEAP_MIB_MAX, QUESTION_PORTION, QUESTION_TIMEOUT_MS, QUESTIONS_WAITING_MAX } from '../../kernel/limits.ts'
import type { WhatIfOptions } from '../../loop/what-if/what-if.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { WhatIf } from '../../model/what-if.ts'

export type AsideQuestion = Omit<WhatIfOptions, 'snapshot'>

export interface Aside {
  /**
   * The snapshot is asked for when the turn of the question comes. Faults: `rate-limited` when too many wait, `timeout`,
   * `unavailable` when its memory did not do, and whatever the question itself answers.
   */
  whatIf(question: AsideQuestion, takeSnapshot: () => Promise<Snapshot>): Promise<WhatIf>
  /** Ends the thread, if there is one; what waits is answered with `unavailable`. */
  stop(): Promise<void>
}

export interface AsideOptions {
  /** The wall clock. */
  readonly clock: Clock
  readonly waitingMax?: number
  readonly timeoutMs?: number
  readonly heapMiB?: number
}

/** What the thread says at its end. */
export type AsideAnswer = { readonly type: 'answer'; readonly answer: WhatIf } | { readonly type: 'fault'; readonly fault: FaultData }

/** What the thread is told: the snapshot's objects in portions, then the question. */
export type AsideOrder = { readonly type: 'objects'; readonly objects: Snapshot['objects'] } | { readonly type: 'ask'; readonly question: AsideQuestion; readonly snapshot: Omit<Snapshot, 'objects'> }

export function createAside(options: AsideOptions): Aside {
  const { waitingMax = QUESTIONS_WAITING_MAX } = options
  const running = new Set<Worker>()
  let stopped = false
  /** The one that is played, and those that wait. */
  let open = 0
  let last: Promise<unknown> = Promise.resolve()
  const takeTurn = async (question: AsideQuestion, takeSnapshot: () => Promise<Snapshot>): Promise<WhatIf> => {
    if (stopped) throw stopping()
    const snapshot = await takeSnapshot()
    // The snapshot took its time, and Boyd may have been told to stop.
    if (stopped) throw stopping()
    return inThread(options, { question, snapshot }, running)
  }
  return {
    whatIf(question, takeSnapshot) {
      if (open > waitingMax) return Promise.reject(full(open - 1))
      open += 1
      const turn = last.then(() => takeTurn(question, takeSnapshot)).finally(() => (open -= 1))
      last = turn.catch(() => undefined)
      return turn
    },
    async stop() {
      stopped = true
      await Promise.all(Array.from(running, (worker) => worker.terminate()))
      await last
    },
  }
}

interface Work {
  readonly question: AsideQuestion
  readonly snapshot: Snapshot
}

async function inThread({ clock, timeoutMs = QUESTION_TIMEOUT_MS, heapMiB = QUESTION_HEAP_MIB_MAX }: AsideOptions, work: Work, running: Set<Worker>): Promise<WhatIf> {
  const worker = new Worker(new URL('aside-worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: heapMiB } })
  running.add(worker)
  const answered = answerOf(worker)
  const overdue = Promise.withResolvers<never>()
  const cancel = clock.after(timeoutMs, () => overdue.reject(tooSlow(timeoutMs)))
  try {
    const handed = handOver(clock, worker, work)
    const [answer] = await Promise.race([Promise.all([answered, handed]), overdue.promise])
    return answer
  } finally {
    cancel()
    await worker.terminate()
    running.delete(worker)
  }
}

/* oxlint-disable unicorn/require-post-message-target-origin -- a thread, not a window */
async function handOver(clock: Clock, worker: Worker, { question, snapshot }: Work): Promise<void> {
  const { objects, ...rest } = snapshot
  const tell = (order: AsideOrder): void => worker.postMessage(order)
  for (let at = 0; at < objects.length; at += QUESTION_PORTION) {
    tell({ type: 'objects', objects: objects.slice(at, at + QUESTION_PORTION) })
    // The turn of everybody else.
    await clock.sleep(0)
  }
  tell({ type: 'ask', question, snapshot: rest })
}
/* oxlint-enable unicorn/require-post-message-target-origin */

function answerOf(worker: Worker): Promise<WhatIf> {
  return new Promise((resolve, reject) => {
    worker.once('message', (message: AsideAnswer) => (message.type === 'answer' ? resolve(message.answer) : reject(fault(message.fault))))
    worker.once('error', (error) => reject(isFault(error) ? error : failure(error)))
    worker.once('exit', () => reject(stopping()))
  })
}

function failure(error: unknown): Error {
  const { code } = error as { readonly code?: string }
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return error instanceof Error ? error : new Error(String(error))
  return fault({ code: 'unavailable', recovery: 'give-up', operation: 'play question', message: 'the question needs more memory than it may have', hint: 'Ask with boyd whatif, which plays in a process of its own.', cause: error })
}

function full(waiting: number): Fault {
  return fault({ code: 'rate-limited', operation: 'play question', message: `one question is played and ${waiting} wait`, hint: 'Ask again later, or with boyd whatif, which plays in a process of its own.', retryAfterMs: 30_000 })
}

function tooSlow(timeoutMs: number): Fault {
  return fault({ code: 'timeout', recovery: 'give-up', operation: 'play question', message: `no answer within ${timeoutMs / 1_000} s`, hint: 'Ask for fewer runs or minutes, or with boyd whatif.' })
}

function stopping(): Fault {
  return fault({ code: 'unavailable', operation: 'play question', message: 'Boyd is stopping', hint: 'Ask again when it is up.' })
}
