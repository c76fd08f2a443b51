/**
 * Kubernetes Events as client-go's recorder writes them: a repeat of the same reason and message about the same
 * object raises `count` and `lastTimestamp` instead of making another object.
 */

import { digestOf } from '../kernel/canonical-json.ts'
import { toKubeTime } from '../kernel/clock.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { Api } from './api/api.ts'
import type { StoreReader } from './store.ts'

export function recordEvent(options: {
  readonly store: StoreReader
  readonly api: Api
  readonly object: KubeObject
  readonly event: { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string; readonly fieldPath?: string }
  readonly component: string
  readonly nowMs: number
}): void {
  const { store, api, object, event, component, nowMs } = options
  const namespace = object.metadata.namespace ?? 'default'
  const identity = `${object.metadata.uid}|${event.type}|${event.reason}|${event.message}|${event.fieldPath ?? ''}`
  const name = `${object.metadata.name ?? ''}.${digestOf(identity).slice(7, 23)}`
  const existing = store.get({ apiVersion: 'v1', kind: 'Event', namespace, name }) as (KubeObject & { count?: number }) | undefined
  const now = toKubeTime(nowMs)
  if (existing !== undefined) {
    api.update({ ...existing, count: (existing.count ?? 1) + 1, lastTimestamp: now })
    return
  }
  api.create({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name: object.metadata.name ?? '',
      ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
      ...(object.metadata.uid === undefined ? {} : { uid: object.metadata.uid }),
      ...(event.fieldPath === undefined ? {} : { fieldPath: event.fieldPath }),
    },
    type: event.type,
    reason: event.reason,
    message: event.message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component },
    reportingComponent: component,
  })
}
