/**
 * What a twin cannot show, put into every look at the cluster: what a registry or a runtime answers, what a webhook
 * says, objects of kinds that nothing plays. The fault underneath is a real one on the twin, so a fix is a real fix.
 */

import { toKubeTime } from '../../src/kernel/clock.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import type { ContainerStatus, Pod } from 'kubernetes-types/core/v1.d.ts'
import { isPod } from '../../src/model/kube/workload.ts'
import { createSnapshot, type Snapshot } from '../../src/model/snapshot.ts'

export type Lens = (snapshot: Snapshot) => Snapshot

export function lenses(...all: readonly Lens[]): Lens {
  return (snapshot) => all.reduce((seen, lens) => lens(seen), snapshot)
}

export function mapObjects(change: (object: KubeObject, snapshot: Snapshot) => KubeObject): Lens {
  return (snapshot) => ({ ...snapshot, objects: snapshot.objects.map((object) => change(object, snapshot)) })
}

export function withObjects(make: (snapshot: Snapshot) => readonly KubeObject[]): Lens {
  return (snapshot) => createSnapshot({ ...snapshot, objects: [...snapshot.objects, ...make(snapshot)] })
}

/** Replaces a text wherever statuses and events say it. */
export function reworded(pattern: RegExp, replacement: string): Lens {
  return mapObjects((object) => {
    if (object.kind === 'Event' && pattern.test(String(object['message']))) return { ...object, message: String(object['message']).replace(pattern, replacement) }
    if (object['status'] === undefined) return object
    const text = JSON.stringify(object['status'])
    const quoted = JSON.stringify(replacement).slice(1, -1)
    return pattern.test(text) ? { ...object, status: JSON.parse(text.replaceAll(new RegExp(pattern.source, 'g'), quoted)) as object } : object
  })
}

/** An image that the registry does not give, and what it says; the twin's own answer is "not found". */
export function pullAnswer(image: string, answer: string): Lens {
  return reworded(new RegExp(`(?:rpc error: code = NotFound desc = )?failed to pull and unpack image \\\\?"${escape(image)}\\\\?": failed to resolve reference \\\\?"${escape(image)}\\\\?": ${escape(image)}: not found`), `failed to pull and unpack image "${image}": ${answer}`)
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

export interface StuckAs {
  readonly waiting: { readonly reason: string; readonly message: string }
  readonly lastState?: { readonly reason: string; readonly exitCode: number; readonly message?: string }
  readonly restartCount?: number
  /** The kubelet's event. */
  readonly event: { readonly reason: string; readonly message: string }
}

/**
 * Containers that wait for an image that is not there, shown as waiting for something else: a container that the
 * runtime refuses to create or to start is as stuck as one without an image, and as easily helped by another revision.
 */
export function stuckAs(image: string, as: StuckAs): Lens {
  const isIt = (status: ContainerStatus): boolean => status.image === image && status.state?.waiting !== undefined
  return (snapshot) => {
    const stuck = snapshot.objects.filter(isPod).filter((pod) => (pod.status?.containerStatuses ?? []).some(isIt))
    const names = new Set(stuck.map((pod) => pod.metadata.uid))
    const objects = snapshot.objects
      .filter((object) => !isPullEvent(object, image))
      .map((object) => (names.has(object.metadata.uid) ? shownStuck(object as KubeObject & Pod, isIt, as, snapshot.takenAtMs) : object))
    const events = stuck.map((pod) => eventAbout(pod, { type: 'Warning', ...as.event, atMs: snapshot.takenAtMs - 20_000 }))
    return createSnapshot({ ...snapshot, objects: [...objects, ...events] })
  }
}

function isPullEvent(object: KubeObject, image: string): boolean {
  return object.kind === 'Event' && (String(object['message']).includes(image) || /ErrImagePull|ImagePullBackOff/.test(String(object['message'])))
}

function shownStuck(pod: KubeObject & Pod, isIt: (status: ContainerStatus) => boolean, as: StuckAs, nowMs: number): KubeObject {
  const ended = toKubeTime(nowMs - 40_000)
  const containerStatuses = (pod.status?.containerStatuses ?? []).map((status) => {
    if (!isIt(status)) return status
    const lastState = as.lastState === undefined ? {} : { lastState: { terminated: { ...as.lastState, startedAt: ended, finishedAt: ended } } }
    return { ...status, state: { waiting: as.waiting }, ...lastState, restartCount: as.restartCount ?? status.restartCount }
  })
  return { ...pod, status: { ...pod.status, containerStatuses } } as KubeObject
}

export interface EventAbout {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly atMs: number
  readonly firstMs?: number
  readonly count?: number
  readonly component?: string
}

export function eventAbout(object: KubeObject, event: EventAbout): KubeObject {
  const { name = '', namespace, uid } = object.metadata
  const { type, reason, message, atMs, firstMs = atMs - 180_000, count = 7, component = 'kubelet' } = event
  const place = namespace ?? 'default'
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${reason.toLowerCase()}.${message.length.toString(16)}`, namespace: place, creationTimestamp: toKubeTime(firstMs) },
    involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, ...(namespace === undefined ? {} : { namespace }), ...(uid === undefined ? {} : { uid }) },
    type,
    reason,
    message,
    count,
    firstTimestamp: toKubeTime(firstMs),
    lastTimestamp: toKubeTime(atMs),
    source: { component },
  } as unknown as KubeObject
}
