/**
 * What a case of the cluster contract is given: a cluster, a namespace of its own, and a way to wait.
 *
 * Waiting goes through the cluster's own clock, so the same case takes seconds of wall time on a real control
 * plane and none on a twin.
 */

import { expect } from 'vitest'
import type { Clock } from '../../src/kernel/clock.ts'
import { isFault, type Fault } from '../../src/kernel/fault.ts'
import type { KubeObject, ObjectRef } from '../../src/model/kube-object.ts'
import { refOf } from '../../src/model/kube-object.ts'
import type { Cluster, ListQuery, WatchEvent } from '../../src/ports/cluster.ts'

/**
 * A cluster under test. It must have at least two Ready nodes of 4 cores or more on which pods of any image
 * start and become ready, and nothing else in it that the cases could meet.
 */
export interface ClusterSubject {
  readonly cluster: Cluster
  /** The cluster's time. Its `sleep` lets the cluster work. */
  readonly clock: Clock
  stop(): Promise<void>
}

export interface Arena {
  readonly cluster: Cluster
  readonly clock: Clock
  /** Fresh for this case, and ready to take pods. */
  readonly namespace: string
}

export interface ContractCase {
  readonly name: string
  readonly run: (arena: Arena) => Promise<void>
}

/** Real controllers answer within a second or two; ten times that is a failure and not a slow machine. */
const EVENTUALLY_TIMEOUT_MS = 20_000
const EVENTUALLY_INTERVAL_MS = 100

/** A namespace in which a pod may be created: the default service account is made by a controller, a moment later. */
export async function openArena({ cluster, clock }: ClusterSubject): Promise<Arena> {
  const created = await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'contract-' } })
  const arena = { cluster, clock, namespace: created.metadata.name ?? '' }
  await eventually(arena, async () => codeOf(cluster.create(pod(arena, 'probe'), { dryRun: true })), (code) => code === 'ok')
  return arena
}

/** Reads until `holds`, then returns what was read. Fails with the last reading. */
export async function eventually<T>(arena: Pick<Arena, 'clock'>, read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const deadlineMs = arena.clock.now() + EVENTUALLY_TIMEOUT_MS
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (arena.clock.now() > deadlineMs) throw new Error(`did not come true within ${EVENTUALLY_TIMEOUT_MS} ms: ${String(holds)}\nlast read: ${JSON.stringify(value)}`)
    await arena.clock.sleep(EVENTUALLY_INTERVAL_MS)
  }
}

/** `ok`, or the code of the fault the work ended with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: unknown) => {
      if (isFault(error)) return error.code
      throw error
    },
  )
}

/** The fault the work ends with; fails when it ends well. */
export async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const outcome = await work.then(
    (value) => new Error(`expected a fault, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )
  if (isFault(outcome)) return outcome
  throw outcome
}

/** The object as the cluster has it now; fails when it is not there. */
export async function read(arena: Arena, object: KubeObject | ObjectRef): Promise<KubeObject> {
  const found = await find(arena, object)
  expect(found, `${object.kind} should exist`).toBeDefined()
  return found as KubeObject
}

export function find(arena: Arena, object: KubeObject | ObjectRef): Promise<KubeObject | undefined> {
  return arena.cluster.get('metadata' in object ? refOf(object as KubeObject) : (object as ObjectRef))
}

export async function untilGone(arena: Arena, object: KubeObject | ObjectRef): Promise<void> {
  await eventually(arena, () => find(arena, object), (found) => found === undefined)
}

/** Watches from a version, or from all there is, until `count` things came; of bookmarks only the end of what there was counts. */
export async function changesSince(arena: Arena, options: { readonly query: ListQuery; readonly resourceVersion?: string; readonly count: number }): Promise<string[]> {
  const { query, count, ...from } = options
  const controller = new AbortController()
  const seen: WatchEvent[] = []
  const watching = (async () => {
    for await (const event of arena.cluster.watch(query, { ...from, signal: controller.signal })) {
      if (event.type !== 'bookmark' || event.listed === true) seen.push(event)
    }
  })()
  await eventually(arena, async () => seen.map(changeText), (changes) => changes.length >= count)
  controller.abort()
  await watching
  return seen.map(changeText)
}

function changeText(event: WatchEvent): string {
  return event.type === 'bookmark' ? 'all there was' : `${event.type} ${event.object.metadata.name}`
}

/** A field of an object that the model does not type, by a dotted path without indexes. */
export function field(object: KubeObject | undefined, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object)
}

export function configMap({ namespace }: Arena, name: string, rest: Readonly<Record<string, unknown>> = {}): KubeObject {
  const { metadata = {}, ...fields } = rest as { metadata?: KubeObject['metadata'] }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, ...metadata }, ...fields }
}

/** A pod with one container; `spec` is laid over it. */
export function pod({ namespace }: Arena, name: string, spec: Readonly<Record<string, unknown>> = {}, labels: Readonly<Record<string, string>> = { app: name }): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { ...labels } },
    spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }], ...spec },
  }
}

/** Nodes on which all cases fit. */
export function contractNodes(): readonly KubeObject[] {
  const capacity = { cpu: '8', memory: '16Gi', pods: '110' }
  return ['n1', 'n2', 'n3'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: { capacity, allocatable: capacity },
  }))
}

/** No scheduler answers to this name, so such a pod stays as it is written. */
export const UNSCHEDULED = { schedulerName: 'nobody' }

export interface DeploymentInit {
  readonly replicas?: number
  readonly spec?: Readonly<Record<string, unknown>>
  readonly podSpec?: Readonly<Record<string, unknown>>
}

export function deployment(arena: Arena, name: string, init: DeploymentInit = {}): KubeObject {
  const labels = { app: name }
  const template = pod(arena, name, init.podSpec)
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: arena.namespace, name },
    spec: { replicas: init.replicas ?? 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: template['spec'] }, ...init.spec },
  }
}
