/**
 * The two clusters of a play. A twin is made anew for each; the real control plane is one for the whole run.
 *
 * Both show what they hold without a request a question: the twin its store, the real one what its watches brought.
 */

import type { Clock } from '../../src/kernel/clock.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { groupKind } from '../../src/model/kube-object.ts'
import type { Cluster } from '../../src/ports/cluster.ts'
import type { WorldControl } from '../../src/ports/world-control.ts'
import { parseWorld } from '../../src/model/world.ts'
import { DIFFERENTIAL_WORLD } from './families/workload-objects.ts'
import { createTwin, type Twin } from '../../src/twin/twin.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { serveTwin, type ServedTwin } from '../../src/twin/http/serve-twin.ts'
import { plainCaller, type ApiRequest, type ApiResponse } from '../contract/api-arena.ts'

export interface Change {
  readonly before?: KubeObject
  readonly after?: KubeObject
}

export interface Side {
  readonly name: 'real' | 'twin'
  readonly cluster: Cluster
  /** Its `sleep` lets the cluster work. */
  readonly clock: Clock
  /** What our drain waits by between two requests. */
  readonly drainClock: Clock
  readonly world: WorldControl
  /** The seconds of the default tolerations are divided by this. */
  readonly tolerationSpeed: number
  /** What is there now; of a kind in a namespace, or cluster-wide. */
  objects(apiVersion: string, kind: string, namespace?: string): readonly KubeObject[]
  /** Hears of each change; returns how to stop. */
  onChange(listener: (change: Change) => void): () => void
  /** One request over the wire, as the administrator. */
  call(request: ApiRequest): Promise<ApiResponse>
}

/** Kinds whose objects are compared; the real side watches them. */
export const WATCHED = [
  { apiVersion: 'v1', kind: 'Pod' },
  { apiVersion: 'v1', kind: 'Node' },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { apiVersion: 'v1', kind: 'PersistentVolume' },
  { apiVersion: 'v1', kind: 'ResourceQuota' },
  { apiVersion: 'v1', kind: 'ReplicationController' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'apps/v1', kind: 'ControllerRevision' },
  { apiVersion: 'batch/v1', kind: 'Job' },
  { apiVersion: 'batch/v1', kind: 'CronJob' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
] as const

export interface TwinSide extends Side {
  readonly name: 'twin'
  readonly twin: Twin
  /** Ends what serves it, if anything has asked over the wire. */
  close(): Promise<void>
}

const START_MS = Date.parse('2026-03-01T12:00:00Z')
export const TWIN_VERSION = { major: 1, minor: 36, gitVersion: 'v1.36.3' }

export function twinSide(options: { readonly seed: number; readonly nodes?: readonly KubeObject[] }): TwinSide {
  const twin = createTwin({ seed: options.seed, startMs: START_MS, version: TWIN_VERSION, world: parseWorld(DIFFERENTIAL_WORLD), objects: options.nodes ?? [] })
  const door = doorOf(twin)
  return {
    name: 'twin',
    twin,
    ...door,
    cluster: twin.cluster(),
    clock: twin.clock,
    drainClock: twin.clock,
    world: twin.control,
    tolerationSpeed: 1,
    objects: (apiVersion, kind, namespace) => [...twin.store.list(groupKind(apiVersion, kind), namespace)],
    onChange: (listener) => twin.onChange(({ before, after }) => listener({ ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) })),
  }
}

/** Most plays send nothing over the wire: the twin is served with the first request. */
function doorOf(twin: Twin): Pick<TwinSide, 'call' | 'close'> {
  let served: Promise<ServedTwin> | undefined
  return {
    async call(request) {
      served ??= serveTwin({ twin, log: silentLog() })
      return plainCaller(new URL((await served).kubeconfigUrl))(request)
    },
    close: async () => (await served)?.stop(),
  }
}
