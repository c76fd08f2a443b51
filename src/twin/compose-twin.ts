/**
 * A twin from its parts: store, API server, simulation and whatever machinery (controllers, kubelets) runs in it.
 *
 * `twin.ts` puts in all of it; tests of one controller put in what they need.
 */

import { createRng, type Rng } from '../kernel/rng.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Realm } from '../model/clearance.ts'
import type { KubeObject } from '../model/kube-object.ts'
import type { ClusterVersion, ContainerLog, Snapshot } from '../model/snapshot.ts'
import type { Cluster, LogQuery } from '../ports/cluster.ts'
import type { WorldControl } from '../ports/world-control.ts'
import type { Requester } from './api/api.ts'
import { auditedApi } from './api/audited-api.ts'
import { createApi, createEnvironment, type ApiServer } from './api/create-api.ts'
import { createAuditLog, type AuditRecord } from './audit-record.ts'
import { bootstrapCluster } from './bootstrap-cluster.ts'
import { clusterPort } from './cluster-port.ts'
import type { Controller } from './controller.ts'
import { profileFor, type VersionProfile } from './profile.ts'
import { createSimulation, type Simulation } from './simulation.ts'
import { snapshotOf } from './snapshot.ts'
import { createStore, type Change, type Store, type StoreReader } from './store.ts'
import { createVirtualClock } from './virtual-clock.ts'

/** What runs in a twin, and how the outside reaches into it. */
export interface Machinery {
  readonly controllers: readonly Controller[]
  /** Called once per twin and once per fork. */
  attach(simulation: Simulation, store: StoreReader): { readonly control: WorldControl; readLog(query: LogQuery): string; logs(): readonly ContainerLog[] }
}

export interface Twin {
  /** Virtual: sleeping runs the simulation forward, then resolves. One flow at a time. */
  readonly clock: Clock
  nowMs(): number
  advance(durationMs: number): void
  /** When something is to happen next; undefined when nothing ever will. */
  nextAtMs(): number | undefined
  cluster(options?: { readonly realm?: Realm; readonly user?: string }): Cluster
  readonly control: WorldControl
  readonly store: StoreReader
  readonly api: ApiServer
  /** The API as somebody from outside: what they change is recorded. */
  apiFor(user: string, identity?: Omit<Requester, 'user'>): ApiServer
  readLog(query: LogQuery): string
  readonly version: ClusterVersion
  /** Constants and rules of the version that is simulated. */
  readonly profile: VersionProfile
  snapshot(): Snapshot
  /** The same moment with a future of its own. */
  fork(seed: number): Twin
  readonly livelocks: readonly string[]
  /** Requests from outside that wanted to change something. A fork starts with none. */
  audit(): readonly AuditRecord[]
  /** Calls back after every write; returns how to stop. */
  onChange(listener: (change: Change) => void): () => void
}

export interface ComposeOptions {
  readonly seed: number
  readonly startMs: number
  readonly version: ClusterVersion
  readonly machinery: Machinery
  /** Created through the API in this order. */
  readonly objects?: readonly KubeObject[]
  /** Stored as they are. */
  readonly raw?: readonly KubeObject[]
  /** Hears of each request from outside that wanted to change something. A fork is not heard. */
  readonly onRequest?: (record: AuditRecord) => void
}

export function composeTwin(options: ComposeOptions): Twin {
  const { seed, startMs, version, machinery } = options
  const store = createStore()
  const rng = createRng(seed)
  const profile = profileFor(version)
  const api = apiOver({ store, profile, rng })
  const simulation = createSimulation({ store, api: api.connect, profile, controllers: machinery.controllers, rng, startMs })
  const twin = assemble({ store, api: api.server(), simulation, profile, version, machinery, ...(options.onRequest === undefined ? {} : { onRequest: options.onRequest }) })
  store.load(options.raw ?? [])
  bootstrapCluster(store, twin.api)
  for (const object of options.objects ?? []) twin.api.create(object)
  return twin
}

/** The simulation hands out the time, so the API can be made only once the simulation asks for it. */
function apiOver(parts: { readonly store: Store; readonly profile: VersionProfile; readonly rng: Rng }): { connect(nowMs: () => number): ApiServer; server(): ApiServer } {
  let server: ApiServer | undefined
  return {
    connect: (nowMs) => (server = createApi(createEnvironment({ store: parts.store, profile: parts.profile, rng: parts.rng.fork('api'), nowMs }))),
    server: () => server as ApiServer,
  }
}

interface Parts {
  readonly store: Store
  readonly api: ApiServer
  readonly simulation: Simulation
  readonly profile: VersionProfile
  readonly version: ClusterVersion
  readonly machinery: Machinery
  readonly onRequest?: (record: AuditRecord) => void
}

function assemble(parts: Parts): Twin {
  const { store, api, simulation, profile, version, machinery } = parts
  const clock = createVirtualClock(simulation)
  const audit = createAuditLog(clock.now, parts.onRequest)
  const onChange = changeSignal(store)
  const { control, readLog, logs } = machinery.attach(simulation, store)
  const apiFor: Twin['apiFor'] = (user, identity = {}) => auditedApi(api.as({ user, ...identity }), { log: audit, user })
  return {
    clock,
    nowMs: clock.now,
    advance: (durationMs) => clock.advanceTo(clock.now() + durationMs),
    nextAtMs: simulation.nextAtMs,
    cluster: ({ realm = 'twin', user = 'boyd' } = {}) => clusterPort({ api: apiFor(user), source: { store, onChange }, realm, version, readLog }),
    control,
    store,
    api,
    apiFor,
    readLog,
    version,
    profile,
    snapshot: () => snapshotOf({ store, nowMs: clock.now(), version, logs: logs() }),
    fork: (seed) => forkTwin({ store, simulation, profile, version, machinery, seed }),
    livelocks: simulation.livelocks,
    audit: () => audit.records,
    onChange,
  }
}

/** The store's listeners cannot leave; those of the twin come and go. One that leaves while others are told is not told. */
function changeSignal(store: Store): Twin['onChange'] {
  const listeners = new Set<(change: Change) => void>()
  store.onChange((change) => {
    for (const listener of listeners) listener(change)
  })
  return (listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
}

function forkTwin(parts: Omit<Parts, 'api'> & { readonly seed: number }): Twin {
  const { simulation, profile, version, machinery, seed } = parts
  const store = parts.store.fork()
  // The chance of a fork depends on where it leaves: with the seed of its origin it would hand out the origin's uids and names again.
  const rng = createRng(seed).fork(`fork at ${store.resourceVersion}`)
  const api = apiOver({ store, profile, rng })
  const forked = simulation.fork(store, api.connect, rng)
  return assemble({ store, api: api.server(), simulation: forked, profile, version, machinery })
}
