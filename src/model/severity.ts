/** How bad it is, for cards and findings alike: 1 is the worst. */

export type Severity = 1 | 2 | 3 | 4 | 5

export const SEVERITY_NAMES: Readonly<Record<Severity, string>> = { 1: 'critical', 2: 'high', 3: 'medium', 4: 'low', 5: 'info' }

/** The severity of that name or number; undefined when there is none. */
export function severityOf(text: string): Severity | undefined {
  const found = Object.entries(SEVERITY_NAMES).find(([number, name]) => text === number || text.toLowerCase() === name)
  return found === undefined ? undefined : (Number(found[0]) as Severity)
}
