/**
 * The twin's timeline: what is to happen next, by virtual time, then by order of arrival.
 *
 * At most one entry per key is live: a key that is queued again earlier moves forward, later requests are
 * dropped. A controller therefore arms its next wake-up at the end of every sync; that is the contract.
 */

export interface QueueEntry {
  readonly atMs: number
  readonly sequence: number
  readonly key: string
}

export interface EventQueue {
  /** Queues `key` at `atMs`, unless it is queued earlier already. */
  add(key: string, atMs: number): void
  /** Time of the next live entry. */
  nextAtMs(): number | undefined
  /** Takes the next live entry that is due at `untilMs` or before. */
  take(untilMs: number): QueueEntry | undefined
  fork(): EventQueue
}

export function createEventQueue(): EventQueue {
  return queueOver([], new Map(), 0)
}

function queueOver(heap: QueueEntry[], live: Map<string, QueueEntry>, startSequence: number): EventQueue {
  let sequence = startSequence
  const dropStale = (): void => {
    while (heap[0] !== undefined && live.get(heap[0].key) !== heap[0]) popTop(heap)
  }
  return {
    add(key, atMs) {
      const queued = live.get(key)
      if (queued !== undefined && queued.atMs <= atMs) return
      sequence += 1
      const entry = { atMs, sequence, key }
      live.set(key, entry)
      push(heap, entry)
    },
    nextAtMs() {
      dropStale()
      return heap[0]?.atMs
    },
    take(untilMs) {
      dropStale()
      const top = heap[0]
      if (top === undefined || top.atMs > untilMs) return undefined
      popTop(heap)
      live.delete(top.key)
      return top
    },
    fork: () => queueOver([...heap], new Map(live), sequence),
  }
}

function before(left: QueueEntry, right: QueueEntry): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.sequence < right.sequence)
}

function push(heap: QueueEntry[], entry: QueueEntry): void {
  let index = heap.push(entry) - 1
  while (index > 0) {
    const parent = (index - 1) >> 1
    const above = heap[parent]
    if (above === undefined || !before(entry, above)) break
    heap[index] = above
    index = parent
  }
  heap[index] = entry
}

function popTop(heap: QueueEntry[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let index = 0
  for (;;) {
    const left = index * 2 + 1
    const right = left + 1
    const leftEntry = heap[left]
    if (leftEntry === undefined) break
    const rightEntry = heap[right]
    const child = rightEntry !== undefined && before(rightEntry, leftEntry) ? right : left
    const childEntry = heap[child]
    if (childEntry === undefined || !before(childEntry, last)) break
    heap[index] = childEntry
    index = child
  }
  heap[index] = last
}
