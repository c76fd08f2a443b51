/**
 * One event, two faces: `v1` and `events.k8s.io/v1` show the same stored object. The twin stores the `v1` face
 * (`pkg/apis/events/v1/conversion.go`).
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'

const RENAMED: readonly (readonly [core: string, events: string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['count', 'deprecatedCount'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['source', 'deprecatedSource'],
  ['reportingComponent', 'reportingController'],
]

export function isEventsGroup(object: { readonly apiVersion: string; readonly kind: string }): boolean {
  return groupKind(object.apiVersion, object.kind) === 'events.k8s.io/Event'
}

/** The object as it is stored. */
export function storedEvent(object: KubeObject): KubeObject {
  return isEventsGroup(object) ? renamed(object, 'v1', 1, 0) : object
}

/** The `events.k8s.io/v1` face of a stored event. */
export function eventsFace(object: KubeObject): KubeObject {
  return renamed(object, 'events.k8s.io/v1', 0, 1)
}

function renamed(object: KubeObject, apiVersion: string, from: 0 | 1, to: 0 | 1): KubeObject {
  const names = new Map(RENAMED.map((pair) => [pair[from], pair[to]]))
  const entries = Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value])
  return { ...(Object.fromEntries(entries) as KubeObject), apiVersion }
}
