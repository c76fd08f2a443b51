/** What the current revision changed, as words for a person: images, resources, commands, environment, probes, references. */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { isRecord, jsonEqual } from '../../kernel/json.ts'
import { containersOf } from '../../model/kube/workload.ts'
import { containerNamed, type WorkedRevision } from '../../model/topology/history.ts'

const FIELDS_NAMED_MAX = 4
/** Values that may hold secrets or that are too long to read are named and not shown. */
const SHOWN = new Set(['image', 'memory', 'cpu', 'path', 'port', 'name', 'periodSeconds', 'timeoutSeconds', 'initialDelaySeconds', 'failureThreshold'])

/** `changed image of app from a:1 to a:2 and env of app`. */
export function changeText(worked: Pick<WorkedRevision, 'current' | 'target'>): string {
  const parts = containersOf(worked.current.template).flatMap((container) => {
    const before = containerNamed(worked.target.template, container.name)
    return before === undefined ? [`added container ${container.name}`] : changedFields(before, container)
  })
  if (parts.length === 0) return 'changed the pod around its containers'
  const shown = parts.slice(0, FIELDS_NAMED_MAX)
  return `changed ${shown.join(', ')}${parts.length > shown.length ? ` and ${parts.length - shown.length} more` : ''}`
}

function changedFields(before: Container, after: Container): string[] {
  return leafChanges(before, after, '').map(({ path, from, to }) => {
    const shown = SHOWN.has(path.split('.').at(-1) ?? '')
    return `${path} of ${after.name}${shown ? ` from ${text(from)} to ${text(to)}` : ''}`
  })
}

function text(value: unknown): string {
  return value === undefined ? 'none' : String(value)
}

interface LeafChange {
  readonly path: string
  readonly from: unknown
  readonly to: unknown
}

function leafChanges(from: unknown, to: unknown, path: string): LeafChange[] {
  if (jsonEqual(from, to)) return []
  if (!isRecord(from) || !isRecord(to)) return [{ path, from, to }]
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((key) => leafChanges(from[key], to[key], path === '' ? key : `${path}.${key}`))
}
