/**
 * A store, a timeline and the least of an API server, for tests of the scheduler and the node controllers alone.
 *
 * Deletion keeps the one rule these tests need: a pod on a node lingers until its kubelet confirms, here until
 * `finish` is called; others go at once.
 */

import { fault } from '../../kernel/fault.ts'
import { createRng } from '../../kernel/rng.ts'
import { toKubeTime } from '../../kernel/clock.ts'
import { refOf, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { NodeObject, PodObject } from '../../model/kube/workload.ts'
import type { Api } from '../api/api.ts'
import type { Controller } from '../controller.ts'
import { profileFor } from '../profile.ts'
import { createSimulation, type Simulation } from '../simulation.ts'
import { createStore, type Store } from '../store.ts'

export interface TestBed {
  readonly store: Store
  readonly simulation: Simulation
  advance(durationMs: number): void
  pod(name: string, namespace?: string): PodObject | undefined
  /** What the kubelet does last: the object goes. */
  finish(name: string, namespace?: string): void
  fork(seed: number): TestBed
}

export const START_MS = Date.UTC(2026, 0, 1)

export function createTestBed(options: { readonly controllers: readonly Controller[]; readonly objects: readonly KubeObject[]; readonly seed?: number; readonly minor?: number }): TestBed {
  const store = createStore()
  const simulation = createSimulation({
    store,
    api: (nowMs) => apiOver(store, nowMs),
    profile: profileFor({ minor: options.minor ?? 36 }),
    controllers: options.controllers,
    rng: createRng(options.seed ?? 1),
    startMs: START_MS,
  })
  for (const object of options.objects) store.put(object)
  return bedOver(store, simulation)
}

function bedOver(store: Store, simulation: Simulation): TestBed {
  const podRef = (name: string, namespace: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Pod', namespace, name })
  return {
    store,
    simulation,
    advance: (durationMs) => simulation.advanceTo(simulation.nowMs() + durationMs),
    pod: (name, namespace = 'shop') => store.get(podRef(name, namespace)) as PodObject | undefined,
    finish: (name, namespace = 'shop') => store.drop(podRef(name, namespace)),
    fork(seed) {
      const copy = store.fork()
      return bedOver(copy, simulation.fork(copy, (nowMs) => apiOver(copy, nowMs), createRng(seed)))
    },
  }
}

function apiOver(store: Store, nowMs: () => number): Api {
  const existing = (ref: ObjectRef): KubeObject => {
    const object = store.get(ref)
    if (object === undefined) throw fault({ code: 'not-found', operation: 'test', message: `${ref.kind} ${ref.name} not found`, statusCode: 404 })
    return object
  }
  let made = 0
  const api: Api = {
    create: (object) => store.put(withName(object, (made += 1))),
    update: (object) => store.put(object),
    updateStatus: (object, status) => store.put({ ...existing(refOf(object)), status }),
    patch: () => {
      throw new Error('the controllers under test do not patch')
    },
    scale: () => {
      throw new Error('the controllers under test do not scale')
    },
    remove(ref, options) {
      const object = existing(ref)
      const onNode = ((object as PodObject).spec?.nodeName ?? '') !== ''
      if (ref.kind !== 'Pod' || !onNode || options?.gracePeriodSeconds === 0) store.drop(ref)
      else if (object.metadata.deletionTimestamp === undefined) {
        store.put({ ...object, metadata: { ...object.metadata, deletionTimestamp: toKubeTime(nowMs() + 30_000), deletionGracePeriodSeconds: 30 } })
      }
    },
    evict: () => {
      throw new Error('the controllers under test do not evict')
    },
    bind(ref, nodeName) {
      const pod = existing(ref) as PodObject
      return store.put({ ...pod, spec: { ...pod.spec, nodeName } } as KubeObject)
    },
    finalize: () => {
      throw new Error('the controllers under test do not finalize')
    },
    kinds: () => [],
    as: () => api,
  }
  return api
}

/** Names that are left to the server are counted. */
function withName(object: KubeObject, count: number): KubeObject {
  const { name, generateName } = object.metadata
  return name !== undefined || generateName === undefined ? object : { ...object, metadata: { ...object.metadata, name: `${generateName}${count}` } }
}

export function aNode(name: string, options: { readonly cpu?: string; readonly memory?: string; readonly pods?: string; readonly labels?: Record<string, string>; readonly spec?: object; readonly status?: object } = {}): NodeObject {
  const { cpu = '4', memory = '8Gi', pods = '110', labels = {}, spec = {}, status = {} } = options
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, labels: { 'kubernetes.io/hostname': name, ...labels } },
    spec,
    status: { allocatable: { cpu, memory, pods }, conditions: [{ type: 'Ready', status: 'True' }], ...status },
  } as NodeObject
}

export function aPod(name: string, options: { readonly cpu?: string; readonly memory?: string; readonly namespace?: string; readonly labels?: Record<string, string>; readonly spec?: object; readonly status?: object; readonly metadata?: object } = {}): PodObject {
  const { cpu, memory, namespace = 'shop', labels = {}, spec = {}, status = {}, metadata = {} } = options
  const requests = { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) }
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: `uid-${namespace}-${name}`, labels, ...metadata },
    spec: { containers: [{ name: 'main', image: 'registry.local/app:1', resources: { requests } }], ...spec },
    status: { phase: 'Pending', ...status },
  } as PodObject
}
