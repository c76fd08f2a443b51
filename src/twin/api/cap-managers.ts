/**
 * No object remembers more than ten managers that update: the oldest of one version are folded into one, until ten are left
 * (`apimachinery/pkg/util/managedfields/internal/capmanagers.go`).
 */

import type { Ownership } from './field-managers.ts'

const UPDATE_MANAGERS_MAX = 10
const FOLDED = 'ancient-changes'

export function capped(owners: readonly Ownership[]): Ownership[] {
  const updates = owners.filter(({ entry, paths }) => entry.operation === 'Update' && paths.size > 0).sort(byAge)
  const folded = new Map<string, Ownership>()
  const known = new Map(updates.filter(isFold).map((owner) => [owner.entry.apiVersion ?? '', owner]))
  const firsts = new Map<string, Ownership>()
  const gone = new Set<Ownership>()
  let left = updates.length
  for (const owner of updates) {
    if (left <= UPDATE_MANAGERS_MAX) break
    const version = owner.entry.apiVersion ?? ''
    const first = firsts.get(version)
    if (first === undefined) firsts.set(version, owner)
    const into = folded.get(version) ?? known.get(version) ?? first
    if (first === undefined || into === undefined || into === owner) continue
    gone.add(into).add(owner)
    folded.set(version, foldedOf(into, owner))
    left -= 1
  }
  return [...owners.filter((owner) => !gone.has(owner)), ...folded.values()]
}

function isFold({ entry }: Ownership): boolean {
  return entry.manager === FOLDED && entry.subresource === undefined
}

/** Of the newer of both, which is the time too; a subresource is forgotten. */
function foldedOf(into: Ownership, { entry: { apiVersion, time }, paths }: Ownership): Ownership {
  return { entry: { manager: FOLDED, operation: 'Update', ...(apiVersion === undefined ? {} : { apiVersion }), ...(time === undefined ? {} : { time }) }, paths: new Set([...into.paths, ...paths]) }
}

function byAge(left: Ownership, right: Ownership): number {
  const [older, newer] = [left, right].map(({ entry: { manager, operation, apiVersion, subresource, time } }) => `${time ?? ''} ${JSON.stringify({ manager, operation, apiVersion, subresource })}`) as [string, string]
  return older < newer ? -1 : 1
}
