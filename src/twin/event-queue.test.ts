import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createEventQueue, type EventQueue } from './event-queue.ts'

function drain(queue: EventQueue, untilMs = Infinity): string[] {
  const taken: string[] = []
  for (let entry = queue.take(untilMs); entry !== undefined; entry = queue.take(untilMs)) taken.push(`${entry.key}@${entry.atMs}`)
  return taken
}

function queueOf(...entries: readonly (readonly [key: string, atMs: number])[]): EventQueue {
  const queue = createEventQueue()
  for (const [key, atMs] of entries) queue.add(key, atMs)
  return queue
}

describe('what is next', () => {
  test.each([
    { name: 'by time', entries: [['b', 2], ['a', 1], ['c', 3]], taken: ['a@1', 'b@2', 'c@3'] },
    { name: 'at one instant by arrival', entries: [['b', 1], ['a', 1], ['c', 1]], taken: ['b@1', 'a@1', 'c@1'] },
    { name: 'an earlier request moves a key forward', entries: [['a', 9], ['b', 5], ['a', 1]], taken: ['a@1', 'b@5'] },
    { name: 'a later request is dropped', entries: [['a', 1], ['b', 5], ['a', 9]], taken: ['a@1', 'b@5'] },
    { name: 'what was moved queues behind what was there', entries: [['a', 9], ['b', 5], ['a', 5]], taken: ['b@5', 'a@5'] },
  ] as const)('$name', ({ entries, taken }) => {
    expect(drain(queueOf(...entries))).toEqual(taken)
  })

  test('nothing is taken before its time, and what was moved is not seen where it was', () => {
    const queue = queueOf(['a', 10], ['b', 20], ['b', 5])
    expect([queue.nextAtMs(), queue.take(4), drain(queue, 10), queue.nextAtMs()]).toEqual([5, undefined, ['b@5', 'a@10'], undefined])
  })
})

const requests = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.nat(30)), { maxLength: 60 })

test('each key comes once, at the earliest time that was asked for, in order of time', () => {
  fc.assert(
    fc.property(requests, (entries) => {
      const earliest = new Map<string, number>()
      for (const [key, atMs] of entries) earliest.set(key, Math.min(atMs, earliest.get(key) ?? Infinity))
      const taken = drain(queueOf(...entries))
      expect([...taken].sort()).toEqual([...earliest].map(([key, atMs]) => `${key}@${atMs}`).sort())
      const times = taken.map((text) => Number(text.split('@')[1]))
      expect(times).toEqual([...times].sort((left, right) => left - right))
    }),
  )
})

test('a fork goes on as its parent would, and neither sees the other', () => {
  fc.assert(
    fc.property(requests, requests, fc.nat(30), (before, after, untilMs) => {
      const [queue, twin] = [queueOf(...before), queueOf(...before)]
      expect(drain(queue, untilMs)).toEqual(drain(twin, untilMs))
      const fork = queue.fork()
      for (const [key, atMs] of after) fork.add(key, atMs)
      const forked = drain(fork)
      expect(drain(queue)).toEqual(drain(twin.fork()))
      for (const [key, atMs] of after) twin.add(key, atMs)
      expect(forked).toEqual(drain(twin))
    }),
  )
})
