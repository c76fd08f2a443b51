/**
 * Quantities as the server writes them, whatever was sent: `0.5Gi` becomes `512Mi`, `1000m` becomes `1`, 2 becomes `"2"`
 * (`resource.Quantity`, `CanonicalizeBytes`). What is no quantity stays, for validation to name.
 */

import { formatQuantity, parseMilli } from '../../model/kube/quantity.ts'
import { within } from './fill.ts'

const known = new Map<string, string>()
/** What clusters write is a few hundred amounts. */
const KNOWN_MAX = 10_000

export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const text = String(value)
  const found = known.get(text)
  if (found !== undefined) return found
  const made = canonical(text)
  if (known.size < KNOWN_MAX) known.set(text, made)
  return made
}

/** Parts of a thousandth and powers of ten have forms of their own, which few write and which are kept. */
function canonical(text: string): string {
  const milli = parseMilli(text)
  if (milli === undefined || /[nu]$|[eE][+-]?\d+$/.test(text) || !Number.isSafeInteger(milli)) return text
  const isNegative = milli < 0
  const amount = formatQuantity(Math.abs(milli), /[KMGTPE]i$/.test(text) ? 'binary' : 'decimal')
  return isNegative ? `-${amount}` : amount
}

/** A map of quantities; the same map when all of them are canonical. */
export function canonicalQuantities<T extends object>(quantities: T): T {
  let changed: Record<string, unknown> | undefined
  for (const [name, value] of Object.entries(quantities)) {
    const made = canonicalQuantity(value)
    if (made === value) continue
    changed ??= { ...quantities } as Record<string, unknown>
    changed[name] = made
  }
  return (changed as T | undefined) ?? quantities
}

/** Requests and limits. */
export function canonicalResources<T extends object>(resources: T): T {
  return within(within(resources, 'limits', canonicalQuantities), 'requests', canonicalQuantities)
}
