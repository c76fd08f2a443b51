/** An object as it is kept in memory: without its secrets, and with how many of them were taken out. */

import type { Redactor } from '../../kernel/redact/redactor.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { redactObject } from '../../model/redact-object.ts'

export interface Kept {
  readonly object: KubeObject
  readonly withheld: Readonly<Record<string, number>>
}

export function keepRedacted(redactor: Redactor, object: KubeObject): Kept {
  const before = redactor.withheld()
  const kept = redactObject(object, redactor)
  // The same object where nothing was found.
  if (kept === object) return { object, withheld: {} }
  const counts = Object.entries(redactor.withheld()).map(([name, count]) => [name, count - (before[name] ?? 0)] as const)
  return { object: kept, withheld: Object.fromEntries(counts.filter(([, count]) => count > 0)) }
}

export function sumWithheld(kept: readonly Kept[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {}
  for (const { withheld } of kept) for (const [name, count] of Object.entries(withheld)) total[name] = (total[name] ?? 0) + count
  return total
}
