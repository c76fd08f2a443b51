/** Lists by namespace, labels and fields: what the port and the HTTP door both read by. */

import type { KubeObject } from '../model/kube-object.ts'
import { groupKind, objectKey, refOf } from '../model/kube-object.ts'
import { parseSelector } from '../model/kube/parse-selector.ts'
import { matchesRequirement, type Requirement } from '../model/kube/selector.ts'
import type { ListQuery } from '../ports/cluster.ts'
import { badRequest, statusError } from './api/status-error.ts'
import { isEventsGroup } from './api/event-versions.ts'
import { faceOf } from './api/faces.ts'
import { parseFieldSelector } from './field-selector.ts'
import { selectorProblem } from './selector-problem.ts'
import type { StoreReader } from './store.ts'

export type Match = (object: KubeObject) => boolean

/** `events.k8s.io` is another face of the events that are stored as `v1`. */
export function storedKind(query: Pick<ListQuery, 'apiVersion' | 'kind'>): string {
  return isEventsGroup(query) ? '/Event' : groupKind(query.apiVersion, query.kind)
}

/** A test for the query's namespace and selectors. Throws 400 for a selector that is none. */
export function matcherOf(query: ListQuery): Match {
  const { namespace, labelSelector = '', fieldSelector = '' } = query
  const requirements = parseLabels(labelSelector)
  const hasFields = parseFieldSelector(fieldSelector, query)
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    requirements.every((requirement) => matchesRequirement(requirement, object.metadata.labels ?? {})) &&
    hasFields(object)
}

/** Throws 400 for a text that is no label selector. */
export function parseLabels(text: string): readonly Requirement[] {
  const requirements = parseSelector(text)
  if (requirements === undefined) throw badRequest(selectorProblem(text))
  return requirements
}

/** The objects of a query by namespace and name, as the real server lists them. */
export function listObjects(store: StoreReader, query: ListQuery): KubeObject[] {
  const matches = matcherOf(query)
  const found = Array.from(candidates(store, query), (object) => faceOf(query, object)).filter(matches)
  return sorted(found)
}

function sorted(objects: KubeObject[]): KubeObject[] {
  return objects.sort((left, right) => compareKey(left.metadata.namespace, right.metadata.namespace) || compareKey(left.metadata.name, right.metadata.name))
}

/** As they were at an older version, from the log of changes. Throws 410 where it does not reach back so far. */
export function listObjectsAt(store: StoreReader, query: ListQuery, resourceVersion: number): KubeObject[] {
  const changes = store.changesAfter(resourceVersion)
  if (changes === undefined) throw statusError('Expired', `The resourceVersion for the provided list is too old.`)
  const kind = storedKind(query)
  const objects = new Map(Array.from(store.list(kind, query.namespace), (object) => [objectKey(refOf(object)), object]))
  for (const { groupKind: changed, key, before } of [...changes].reverse()) {
    if (changed !== kind) continue
    if (before === undefined) objects.delete(key)
    else objects.set(key, before)
  }
  return sorted(Array.from(objects.values(), (object) => faceOf(query, object)).filter(matcherOf(query)))
}

/** Pods of one node come from the index: a drain must not look at 150,000 pods. */
function candidates(store: StoreReader, query: ListQuery): Iterable<KubeObject> {
  const kind = storedKind(query)
  const node = kind === '/Pod' ? /(?:^|,)spec\.nodeName==?([^,]+)(?:,|$)/.exec(query.fieldSelector ?? '')?.[1] : undefined
  return node === undefined ? store.list(kind, query.namespace) : store.podsOn(node)
}

function compareKey(left: string | undefined, right: string | undefined): number {
  const a = left ?? ''
  const b = right ?? ''
  return a < b ? -1 : a > b ? 1 : 0
}
