/**
 * Kubernetes quantities (`250m`, `1.5Gi`, `1e3`) as exact numbers.
 *
 * Grammar and rounding follow k8s.io/apimachinery `resource.Quantity`: sub-unit values round up. Numbers are
 * exact while they stay under 2^53, which is 9 PB of bytes or 9·10^12 cores in millis.
 */

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/

/** Suffixes as `factor · 10^exponent`. */
const FACTOR: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 }
const EXPONENT: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }

/** The value in whole units, rounded up (bytes of memory, counts of pods). Undefined when it is not a quantity. */
export function parseQuantity(text: string | number | undefined): number | undefined {
  return scaled(text, 0)
}

/** The value in thousandths, rounded up: the unit of CPU arithmetic. */
export function parseMilli(text: string | number | undefined): number | undefined {
  return scaled(text, 3)
}

function scaled(text: string | number | undefined, moreExponent: number): number | undefined {
  if (text === undefined || text === '') return undefined
  const match = PATTERN.exec(String(text))
  if (match === null) return undefined
  const [, sign = '', whole = '', part = '', suffix = ''] = match
  const exponent = (EXPONENT[suffix] ?? (/^[eE]/.test(suffix) ? Number(suffix.slice(1)) : 0)) + moreExponent
  if (Math.abs(exponent) > EXPONENT_MAX) return undefined
  const value = magnitude({ whole, part, factor: FACTOR[suffix] ?? 1, exponent })
  return sign === '-' && value !== 0 ? -value : value
}

/** Above this, upstream's numbers have overflowed long ago. */
const EXPONENT_MAX = 64

interface Parts {
  readonly whole: string
  readonly part: string
  readonly factor: number
  readonly exponent: number
}

/** Rounded up. In integers where the text has a fraction: `0.1` thousandfold must be 100 and not 100.00000000000001. */
function magnitude({ whole, part, factor, exponent }: Parts): number {
  if (part === '' && exponent >= 0) return Number(whole) * factor * 10 ** exponent
  const digits = BigInt(`${whole}${part}` === '' ? 0 : `${whole}${part}`) * BigInt(factor)
  const shift = exponent - part.length
  if (shift >= 0) return Number(digits * 10n ** BigInt(shift))
  const divisor = 10n ** BigInt(-shift)
  return Number((digits + divisor - 1n) / divisor)
}

const BINARY_UNITS = [['Ei', 2 ** 60], ['Pi', 2 ** 50], ['Ti', 2 ** 40], ['Gi', 2 ** 30], ['Mi', 2 ** 20], ['Ki', 2 ** 10]] as const

/** Bytes in the largest binary unit that is exact: 268435456 → `256Mi`. */
export function formatBytes(bytes: number): string {
  for (const [unit, factor] of BINARY_UNITS) {
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`
  }
  return String(bytes)
}

/** Thousandths of a core as Kubernetes writes them: 1500 → `1500m`, 2000 → `2`. */
export function formatMilli(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`
}

/** Thousandths of any unit in the canonical form of `resource.Quantity`: 2000000 → `2k`, 1500 → `1500m`; binary from 1Ki on: 1073741824000 → `1Gi`. */
export function formatQuantity(milli: number, format: 'decimal' | 'binary' = 'decimal'): string {
  const whole = milli / 1000
  if (format === 'binary' && whole >= 1024 && Number.isInteger(whole)) return formatBytes(whole)
  let [amount, unit] = [milli, 0]
  while (amount !== 0 && amount % 1000 === 0 && unit < DECIMAL_UNITS.length - 1) [amount, unit] = [amount / 1000, unit + 1]
  return amount === 0 ? '0' : `${amount}${DECIMAL_UNITS[unit] ?? ''}`
}

const DECIMAL_UNITS = ['m', '', 'k', 'M', 'G', 'T', 'P', 'E']
