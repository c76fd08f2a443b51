import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { CowMap } from './cow-map.ts'

/** A map and what it must hold; a fork makes another pair. */
interface Pair {
  readonly map: CowMap<number>
  readonly model: Map<string, number>
}

const key = fc.stringMatching(/^[a-f]$/)
const step = fc.oneof(
  fc.record({ on: fc.nat(), do: fc.constant('set' as const), key, value: fc.nat() }),
  fc.record({ on: fc.nat(), do: fc.constant('delete' as const), key }),
  fc.record({ on: fc.nat(), do: fc.constant('fork' as const) }),
)

function play(pairs: Pair[], step: { readonly on: number; readonly do: 'set' | 'delete' | 'fork'; readonly key?: string; readonly value?: number }): void {
  const { map, model } = pairs[step.on % pairs.length] as Pair
  if (step.do === 'fork') pairs.push({ map: map.fork(), model: new Map(model) })
  if (step.do === 'delete') {
    map.delete(step.key ?? '')
    model.delete(step.key ?? '')
  }
  if (step.do === 'set') {
    map.set(step.key ?? '', step.value ?? 0)
    model.set(step.key ?? '', step.value ?? 0)
  }
}

const sorted = (entries: Iterable<[string, number]>): [string, number][] => [...entries].sort(([left], [right]) => (left < right ? -1 : 1))

test('maps and all their forks hold what was written to each, and nothing of the others', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const pairs: Pair[] = [{ map: new CowMap(), model: new Map() }]
      for (const each of steps) play(pairs, each)
      for (const { map, model } of pairs) {
        expect(sorted(map.entries())).toEqual(sorted(model))
        expect([map.size, [...map.keys()].length, [...map.values()].length]).toEqual([model.size, model.size, model.size])
        for (const name of 'abcdefg') expect([map.get(name), map.has(name)]).toEqual([model.get(name), model.has(name)])
      }
    }),
    { numRuns: 300 },
  )
})

test('a long line of forks keeps a big base, and what was removed from it stays removed', () => {
  let map = new CowMap<number>()
  for (let index = 0; index < 1_000; index += 1) map.set(`k${index}`, index)
  for (let index = 0; index < 100; index += 1) {
    map = map.fork()
    map.delete(`k${index}`)
    map.set(`new${index}`, index)
  }
  expect([map.size, map.get('k50'), map.get('k500'), map.get('new50'), [...map.entries()].length]).toEqual([1_000, undefined, 500, 50, 1_000])
})
