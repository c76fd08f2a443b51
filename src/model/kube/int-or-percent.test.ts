import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { scaledValue } from './int-or-percent.ts'

test.each([
  { value: 3, total: 10, up: 3, down: 3 },
  { value: 0, total: 10, up: 0, down: 0 },
  { value: '4', total: 10, up: 4, down: 4 },
  { value: '25%', total: 10, up: 3, down: 2 },
  { value: '25%', total: 3, up: 1, down: 0 },
  { value: '30%', total: 10, up: 3, down: 3 },
  { value: '0%', total: 10, up: 0, down: 0 },
  { value: '100%', total: 7, up: 7, down: 7 },
  { value: '150%', total: 2, up: 3, down: 3 },
  { value: '25%', total: 0, up: 0, down: 0 },
  { value: '-25%', total: 10, up: undefined, down: undefined },
  { value: '2.5%', total: 10, up: undefined, down: undefined },
  { value: 'half', total: 10, up: undefined, down: undefined },
  { value: '', total: 10, up: undefined, down: undefined },
  { value: undefined, total: 10, up: undefined, down: undefined },
])('$value of $total', ({ value, total, up, down }) => {
  expect([scaledValue(value, total, 'up'), scaledValue(value, total, 'down')]).toEqual([up, down])
})

test('percentages are exact in whole numbers: up and down are the neighbours of the true value', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.nat(100_000), (percent, total) => {
      const [up = -1, down = -1] = [scaledValue(`${percent}%`, total, 'up'), scaledValue(`${percent}%`, total, 'down')]
      expect(down * 100 <= percent * total && percent * total <= up * 100 && up - down === (percent * total % 100 === 0 ? 0 : 1)).toBe(true)
    }),
  )
})
