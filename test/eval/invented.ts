/**
 * Values that a plan writes and that the cluster never held. A plan that says its values are its own (`assumed`) is
 * counted apart: a person is asked about it. One that calls them observed must have them from somewhere.
 */

import type { Action, Plan } from '../../src/model/plan.ts'
import type { Snapshot } from '../../src/model/snapshot.ts'

export function inventedValues(plan: Plan, seen: Snapshot): string[] {
  if (plan.values === 'assumed') return []
  const known = knownValues(seen)
  const written = plan.steps.flatMap((step) => valuesWritten(step.action))
  return written.filter((value) => !known.has(value)).map((value) => `${plan.id} writes ${value}`)
}

/** Only a patch writes values; every other verb names objects and counts that it was checked against. */
function valuesWritten(action: Action): string[] {
  if (action.verb === 'scale') return [String(action.toReplicas)]
  if (action.verb !== 'patch') return []
  const { patch } = action
  return action.patchType === 'json' ? (patch as readonly { readonly value?: unknown }[]).flatMap((operation) => leavesOf(operation.value)) : leavesOf(patch)
}

function leavesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf)
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf)
  // Switches are not values that somebody has to know.
  return value === undefined || value === null || typeof value === 'boolean' ? [] : [String(value)]
}

function knownValues(seen: Snapshot): ReadonlySet<string> {
  const known = new Set<string>()
  for (const object of seen.objects) for (const leaf of leavesOf(object)) addText(known, leaf)
  for (const log of seen.logs) addText(known, log.text)
  return known
}

/** A value may stand inside a sentence: a port in a log line, a name in an event. */
function addText(known: Set<string>, text: string): void {
  known.add(text)
  for (const word of text.split(/[\s"'`,;:()[\]{}=]+/)) known.add(word)
}
