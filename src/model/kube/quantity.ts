/**
 * Kubernetes quantities (`250m`, `1.5Gi`, `1e3`) as exact numbers.
 *
 * Grammar and rounding follow k8s.io/apimachinery `resource.Quantity`: sub-unit values round up. Numbers are
 * exact while they stay under 2^53, which is 9 PB of bytes or 9·10^12 cores in millis.
 */

const PATTERN = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/

const FACTOR: Readonly<Record<string, number>> = {
  n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
  Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
}

/** The value in whole units, rounded up (bytes of memory, counts of pods). Undefined when it is not a quantity. */
export function parseQuantity(text: string | number | undefined): number | undefined {
  return scaled(text, 1)
}

/** The value in thousandths, rounded up: the unit of CPU arithmetic. */
export function parseMilli(text: string | number | undefined): number | undefined {
  return scaled(text, 1000)
}

function scaled(text: string | number | undefined, multiplier: number): number | undefined {
  if (text === undefined) return undefined
  const match = PATTERN.exec(String(text).trim())
  if (match === null) return undefined
  const [, sign = '', digits = '0', suffix = ''] = match
  const factor = FACTOR[suffix] ?? 10 ** Number(suffix.slice(1))
  const value = exactProduct(digits, factor * multiplier)
  return sign === '-' ? -Math.floor(value) : Math.ceil(value)
}

/** `0.1` × 1000 must be 100 and not 100.00000000000001, or rounding up would add a unit. */
function exactProduct(digits: string, factor: number): number {
  const value = Number(digits) * factor
  const nearest = Math.round(value)
  return Math.abs(value - nearest) < Math.max(1e-9, Math.abs(value) * 1e-12) ? nearest : value
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
