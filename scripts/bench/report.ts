/** How every benchmark ends: figures for a person, then one line of JSON. */

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** Undefined where the figure has no goal. */
  readonly goal?: number
  /** Whether more is better; less is, unless said. */
  readonly moreIsBetter?: boolean
}

export function report(bench: string, figures: readonly Figure[]): void {
  const results = figures.map(({ name, value, unit, goal, moreIsBetter = false }) => ({
    name,
    value: Math.round(value * 100) / 100,
    unit,
    goal: goal ?? null,
    met: goal === undefined ? null : moreIsBetter ? value >= goal : value <= goal,
  }))
  for (const { name, value, unit, goal, met } of results) {
    console.log(`${name.padEnd(52)} ${String(value).padStart(12)} ${unit.padEnd(10)} ${goal === null ? '' : `goal ${goal}: ${met === true ? 'met' : 'NOT met'}`}`)
  }
  console.log(JSON.stringify({ bench, results }))
}

/** The middle one of an odd number of figures. */
export function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0
}
