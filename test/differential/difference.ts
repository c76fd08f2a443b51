/** Where two sides differ: the path, and what each has there. Values are JSON. */

import { isRecord, jsonEqual } from '../../src/kernel/json.ts'

export interface Difference {
  /** `step 2 (evict web#0): answer.spec.replicas`. */
  readonly where: string
  readonly real: unknown
  readonly twin: unknown
}

/** As deep as it can be told; lists of different length differ as a whole. */
export function differencesOf(where: string, real: unknown, twin: unknown): readonly Difference[] {
  if (jsonEqual(real, twin)) return []
  if (isRecord(real) && isRecord(twin)) {
    return [...new Set([...Object.keys(real), ...Object.keys(twin)])].sort().flatMap((key) => differencesOf(`${where}.${key}`, real[key], twin[key]))
  }
  if (Array.isArray(real) && Array.isArray(twin) && real.length === twin.length) {
    return real.flatMap((item, index) => differencesOf(`${where}[${index}]`, item, twin[index]))
  }
  return [{ where, real, twin }]
}

export function differenceText({ where, real, twin }: Difference): string {
  return `${where}\n      real: ${JSON.stringify(real) ?? 'absent'}\n      twin: ${JSON.stringify(twin) ?? 'absent'}`
}
