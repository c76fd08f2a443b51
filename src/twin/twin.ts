/**
 * The twin: a whole Kubernetes in memory and in virtual time, behind the same port as a real one.
 *
 * The embedded cluster is one (on the wall clock, see `realtime.ts`), every rehearsal is a fork of one.
 */

import type { KubeObject } from '../model/kube-object.ts'
import type { ClusterVersion } from '../model/snapshot.ts'
import type { World } from '../model/world.ts'
import type { AuditRecord } from './audit-record.ts'
import { createQuotaController } from './api/quota-controller.ts'
import { composeTwin, type Twin } from './compose-twin.ts'
import { fullMachinery } from './machinery.ts'

export type { Twin } from './compose-twin.ts'
export type { AuditRecord } from './audit-record.ts'

export interface TwinOptions {
  readonly seed: number
  /** Milliseconds since the epoch: when the twin's time begins. */
  readonly startMs: number
  readonly version: ClusterVersion
  readonly world?: World
  /** Created through the API in this order: namespaces first. */
  readonly objects?: readonly KubeObject[]
  /** Stored as they are: what was read from a cluster. */
  readonly raw?: readonly KubeObject[]
  /** Hears of each request from outside that wanted to change something. */
  readonly onRequest?: (record: AuditRecord) => void
}

/** Throws the fault of the first object that the API server refuses. Nothing has run yet: time passes by `advance`. */
export function createTwin(options: TwinOptions): Twin {
  const { world, ...rest } = options
  const machinery = fullMachinery()
  const twin = composeTwin({ ...rest, machinery: { ...machinery, controllers: [...machinery.controllers, createQuotaController()] } })
  if (world !== undefined) void twin.control.setWorld(world)
  return twin
}
