/**
 * `IntOrString` values that may be percentages. Rounding differs per caller in Kubernetes (surge and budgets
 * round up, unavailable rounds down), so it is always said.
 */

/** The value scaled to `total`; undefined when it is neither a whole number nor a percentage. */
export function scaledValue(value: string | number | undefined, total: number, rounding: 'up' | 'down'): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number') return value
  const percent = /^(\d+)%$/.exec(value.trim())?.[1]
  if (percent === undefined) return /^\d+$/.test(value.trim()) ? Number(value) : undefined
  const scaled = (Number(percent) * total) / 100
  return rounding === 'up' ? Math.ceil(scaled) : Math.floor(scaled)
}
