/**
 * A read-only view of a snapshot with the questions that hazards and orient ask, answered from indexes.
 *
 * The view is the same over a live cluster, a saved file, the twin and a folder of manifests; that is why
 * `boyd scan` on a pull request predicts what the on-call engineer would be paged for.
 */

import { controllerOf, groupKind, objectKey, type KubeObject, type ObjectRef, type Subject } from './kube-object.ts'
import { isPod, type PodObject } from './kube/workload.ts'
import { parseTimeMs } from '../kernel/clock.ts'
import type { ContainerLog, Snapshot } from './snapshot.ts'

/** An Event in either API (`v1` or `events.k8s.io/v1`), in one shape. */
export interface EventView {
  readonly object: KubeObject
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly count: number
  readonly firstMs: number | undefined
  readonly lastMs: number | undefined
  readonly regarding: Subject & { readonly uid?: string; readonly fieldPath?: string }
}

export interface View {
  readonly snapshot: Snapshot
  /** Now, in the cluster's time. */
  readonly nowMs: number
  get(ref: ObjectRef): KubeObject | undefined
  /** By group and kind, any version: `list('apps', 'Deployment', 'shop')`. Without a namespace: all of them. */
  list(group: string, kind: string, namespace?: string): readonly KubeObject[]
  byUid(uid: string): KubeObject | undefined
  /** Objects of which this one is the managing owner. */
  ownedBy(owner: KubeObject): readonly KubeObject[]
  /** The managing owners, nearest first: pod → ReplicaSet → Deployment. Stops where an owner is not in the view. */
  ownersOf(object: KubeObject): readonly KubeObject[]
  /** The last of `ownersOf`, or the object itself. */
  rootOf(object: KubeObject): KubeObject
  podsOn(nodeName: string): readonly PodObject[]
  /** All pods whose chain of owners contains this object (or the pod itself). */
  podsOf(owner: KubeObject): readonly PodObject[]
  /** Newest first. */
  eventsFor(object: KubeObject): readonly EventView[]
  readonly events: readonly EventView[]
  log(pod: PodObject, container: string, options?: { readonly previous?: boolean }): string | undefined
}

/**
 * Where a view finds its objects. Lists are in the order of keys, as a snapshot has them; an object that is asked for twice
 * is the same one.
 */
export interface ViewSource {
  snapshot(): Snapshot
  readonly nowMs: number
  get(ref: ObjectRef): KubeObject | undefined
  /** By `group/Kind`; without a namespace: all of them. */
  list(groupKind: string, namespace?: string): readonly KubeObject[]
  /** Each `group/Kind` there is. */
  kinds(): Iterable<string>
  byUid(uid: string): KubeObject | undefined
  /** Everything of a namespace, or more; the empty name means what has none. */
  within(namespace: string): readonly KubeObject[]
  podsOn(nodeName: string): readonly PodObject[]
  logs(): readonly ContainerLog[]
}

/** Builds the view; indexes are made on first use. `nowMs` defaults to when the snapshot was taken. */
export function createView(snapshot: Snapshot, options: { readonly nowMs?: number } = {}): View {
  const byKey = lazy(() => new Map(snapshot.objects.map((object) => [keyOf(object), object])))
  const byKind = lazy(() => groupBy(snapshot.objects, (object) => groupKind(object.apiVersion, object.kind)))
  const byKindAndNamespace = lazy(() =>
    groupBy(snapshot.objects, (object) => `${groupKind(object.apiVersion, object.kind)}|${object.metadata.namespace ?? ''}`),
  )
  const byUid = lazy(() => new Map(snapshot.objects.map((object) => [object.metadata.uid ?? '', object])))
  const onNode = lazy(() => groupBy(snapshot.objects.filter(isPod), (pod) => pod.spec?.nodeName))
  return viewOver({
    snapshot: () => snapshot,
    nowMs: options.nowMs ?? snapshot.takenAtMs,
    get: (ref) => byKey().get(objectKey(ref)),
    list: (kind, namespace) => (namespace === undefined ? byKind().get(kind) : byKindAndNamespace().get(`${kind}|${namespace}`)) ?? [],
    kinds: () => byKind().keys(),
    byUid: (uid) => byUid().get(uid),
    within: () => snapshot.objects,
    podsOn: (nodeName) => onNode().get(nodeName) ?? [],
    logs: () => snapshot.logs,
  })
}

/** The view over any source; what needs more than the source's own answers is worked out on first use. */
export function viewOver(source: ViewSource): View {
  const owned = ownedIndex(source)
  const events = lazy(() => readEvents([...source.kinds()].filter((kind) => kind.endsWith('/Event')).flatMap((kind) => source.list(kind))))
  const eventsByRegarding = lazy(() => groupBy(events(), (event) => regardingKey(event.regarding)))
  const logs = lazy(() => new Map(source.logs().map((log) => [logKey(log), log.text])))
  const ownersOf = (object: KubeObject): KubeObject[] => {
    const chain: KubeObject[] = []
    let current = findOwner(object, source.get)
    while (current !== undefined && !chain.includes(current)) {
      chain.push(current)
      current = findOwner(current, source.get)
    }
    return chain
  }
  return {
    get snapshot() {
      return source.snapshot()
    },
    nowMs: source.nowMs,
    get: source.get,
    list: (group, kind, namespace) => source.list(`${group}/${kind}`, namespace),
    byUid: (uid) => (uid === '' ? undefined : source.byUid(uid)),
    ...owned,
    ownersOf,
    rootOf: (object) => ownersOf(object).at(-1) ?? object,
    podsOn: source.podsOn,
    eventsFor: (object) =>
      (eventsByRegarding().get(regardingKey({ kind: object.kind, name: object.metadata.name ?? '', ...namespaceOf(object) })) ?? []).filter(
        (event) => regardsUid(event.regarding, object.metadata.uid),
      ),
    get events() {
      return events()
    },
    log: (pod, container, logOptions) =>
      logs().get(
        logKey({
          namespace: pod.metadata.namespace ?? 'default',
          pod: pod.metadata.name ?? '',
          container,
          previous: logOptions?.previous ?? false,
        }),
      ),
  }
}

/** Owners downwards. Children live where their owner lives, so what is indexed is one namespace at a time. */
function ownedIndex(source: ViewSource): Pick<View, 'ownedBy' | 'podsOf'> {
  const indexes = new Map<readonly KubeObject[], Map<string, KubeObject[]>>()
  const indexOf = (objects: readonly KubeObject[]): Map<string, KubeObject[]> => {
    const index = indexes.get(objects) ?? groupBy(objects, ownerKey)
    indexes.set(objects, index)
    return index
  }
  const ownedBy = (owner: KubeObject): readonly KubeObject[] =>
    (indexOf(source.within(owner.metadata.namespace ?? '')).get(keyOf(owner)) ?? []).filter((child) => sameUid(controllerOf(child)?.uid, owner.metadata.uid))
  const podsOf = (owner: KubeObject): readonly PodObject[] =>
    isPod(owner) ? [owner] : ownedBy(owner).flatMap((child) => (child === owner ? [] : podsOf(child)))
  return { ownedBy, podsOf }
}

/** The kubelet writes a node's name where the uid belongs; such an event still regards the node. */
function regardsUid(regarding: EventView['regarding'], uid: string | undefined): boolean {
  return sameUid(regarding.uid, uid) || regarding.uid === regarding.name
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

function groupBy<T>(items: readonly T[], keyOfItem: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOfItem(item)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}

function namespaceOf(object: KubeObject): { namespace?: string } {
  return object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }
}

function keyOf(object: KubeObject): string {
  return objectKey({ apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name ?? '', ...namespaceOf(object) })
}

/** Owners are found by name and, where both sides carry one, by uid: a recreated owner is another object. */
function findOwner(object: KubeObject, get: View['get']): KubeObject | undefined {
  const owner = controllerOf(object)
  if (owner === undefined) return undefined
  const ref = { apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name }
  const found = get({ ...ref, ...namespaceOf(object) }) ?? get(ref)
  return sameUid(owner.uid, found?.metadata.uid) ? found : undefined
}

/** Collected manifests may have lost their uids; two that are both there must agree. */
function sameUid(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || left === '' || right === undefined || right === '' || left === right
}

function ownerKey(object: KubeObject): string | undefined {
  const owner = controllerOf(object)
  if (owner === undefined) return undefined
  return `${groupKind(owner.apiVersion, owner.kind)}|${object.metadata.namespace ?? ''}|${owner.name}`
}

function regardingKey(subject: Subject): string {
  return `${subject.kind}|${subject.namespace ?? ''}|${subject.name}`
}

function logKey(log: Omit<ContainerLog, 'text'>): string {
  return `${log.namespace}/${log.pod}/${log.container}/${log.previous}`
}

interface RawEvent {
  readonly type?: string
  readonly reason?: string
  readonly message?: string
  readonly note?: string
  readonly count?: number
  readonly deprecatedCount?: number
  readonly firstTimestamp?: string
  readonly lastTimestamp?: string
  readonly eventTime?: string
  readonly deprecatedFirstTimestamp?: string
  readonly deprecatedLastTimestamp?: string
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string }
  readonly involvedObject?: RawReference
  readonly regarding?: RawReference
}

interface RawReference {
  readonly kind?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly fieldPath?: string
}

function readEvents(objects: readonly KubeObject[]): EventView[] {
  return objects.map(readEvent).sort((left, right) => (right.lastMs ?? 0) - (left.lastMs ?? 0))
}

function readEvent(object: KubeObject): EventView {
  const raw = object as KubeObject & RawEvent
  const regarding = raw.involvedObject ?? raw.regarding ?? {}
  const created = parseTimeMs(object.metadata.creationTimestamp)
  return {
    object,
    type: raw.type ?? 'Normal',
    reason: raw.reason ?? '',
    message: raw.message ?? raw.note ?? '',
    count: raw.count ?? raw.series?.count ?? raw.deprecatedCount ?? 1,
    firstMs: parseTimeMs(raw.firstTimestamp ?? raw.deprecatedFirstTimestamp ?? raw.eventTime) ?? created,
    lastMs: parseTimeMs(raw.lastTimestamp ?? raw.series?.lastObservedTime ?? raw.deprecatedLastTimestamp ?? raw.eventTime) ?? created,
    regarding: {
      kind: regarding.kind ?? '',
      name: regarding.name ?? '',
      ...(regarding.namespace === undefined ? {} : { namespace: regarding.namespace }),
      ...(regarding.uid === undefined ? {} : { uid: regarding.uid }),
      ...(regarding.fieldPath === undefined ? {} : { fieldPath: regarding.fieldPath }),
    },
  }
}
