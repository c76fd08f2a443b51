import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBytes, formatMilli, parseMilli, parseQuantity } from './quantity.ts'

const SUFFIXES = { '': 1n, k: 1_000n, M: 1_000_000n, G: 1_000_000_000n, Ki: 1n << 10n, Mi: 1n << 20n, Gi: 1n << 30n, Ti: 1n << 40n } as const
const suffix = fc.constantFrom(...(Object.keys(SUFFIXES) as (keyof typeof SUFFIXES)[]))

describe('as apimachinery reads them', () => {
  test.each([
    { text: '1', units: 1, milli: 1_000 },
    { text: 2, units: 2, milli: 2_000 },
    { text: '250m', units: 1, milli: 250 },
    { text: '0.1', units: 1, milli: 100 },
    { text: '1.005', units: 2, milli: 1_005 },
    { text: '100u', units: 1, milli: 1 },
    { text: '1n', units: 1, milli: 1 },
    { text: '1.5Gi', units: 1_610_612_736, milli: 1_610_612_736_000 },
    { text: '128974848', units: 128_974_848, milli: 128_974_848_000 },
    { text: '129e6', units: 129_000_000, milli: 129_000_000_000 },
    { text: '129M', units: 129_000_000, milli: 129_000_000_000 },
    { text: '2E', units: 2e18, milli: 2e21 },
    { text: '12E2', units: 1_200, milli: 1_200_000 },
    { text: '.5', units: 1, milli: 500 },
    { text: '5.', units: 5, milli: 5_000 },
    { text: '+3', units: 3, milli: 3_000 },
    { text: '-2', units: -2, milli: -2_000 },
    { text: '1Zi', units: undefined, milli: undefined },
    { text: '1 Gi', units: undefined, milli: undefined },
    { text: '1gi', units: undefined, milli: undefined },
    { text: '', units: undefined, milli: undefined },
    { text: 'm', units: 0, milli: 0 },
    { text: undefined, units: undefined, milli: undefined },
  ])('$text', ({ text, units, milli }) => {
    expect([parseQuantity(text), parseMilli(text)]).toEqual([units, milli])
  })
})

test('whole numbers with a suffix are exact', () => {
  fc.assert(
    fc.property(fc.nat(4_000), suffix, (digits, unit) => {
      expect(BigInt(parseQuantity(`${digits}${unit}`) ?? -1)).toBe(BigInt(digits) * SUFFIXES[unit])
    }),
  )
})

test('thousandths are exact, and whole units are those rounded up', () => {
  fc.assert(
    fc.property(fc.nat(10_000_000), (milli) => {
      const decimal = `${Math.floor(milli / 1_000)}.${String(milli % 1_000).padStart(3, '0')}`
      expect([parseMilli(`${milli}m`), parseMilli(decimal)]).toEqual([milli, milli])
      expect([parseQuantity(`${milli}m`), parseQuantity(decimal)]).toEqual([Math.ceil(milli / 1_000), Math.ceil(milli / 1_000)])
    }),
  )
})

test('what is written reads back as it was, in the largest unit that is exact', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), suffix, (digits, unit) => {
      const bytes = Number(BigInt(digits) * SUFFIXES[unit])
      fc.pre(Number.isSafeInteger(bytes))
      expect(parseQuantity(formatBytes(bytes))).toBe(bytes)
      expect(parseMilli(formatMilli(digits))).toBe(digits)
    }),
  )
  expect([268_435_456, 1_610_612_736, 1_000, 0].map(formatBytes)).toEqual(['256Mi', '1536Mi', '1000', '0'])
  expect([1_500, 2_000, 0].map(formatMilli)).toEqual(['1500m', '2', '0'])
})
