/** The real control plane as a side: one watch a kind, for the whole run, keeps what a play asks for. */

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { scaledClock, systemClock } from '../../src/kernel/clock.ts'
import { isFault } from '../../src/kernel/fault.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { groupKind, objectKey, refOf, type KubeObject } from '../../src/model/kube-object.ts'
import type { Cluster, ListQuery } from '../../src/ports/cluster.ts'
import { parseWorld } from '../../src/model/world.ts'
import type { WorldControl } from '../../src/ports/world-control.ts'
import { openDoor } from '../contract/api-arena.ts'
import { startOracle } from '../oracle/start-oracle.ts'
import { DIFFERENTIAL_WORLD } from './families/workload-objects.ts'
import { WATCHED, type Change, type Side } from './sides.ts'

/** A drain asks again every 5 s; shortened, by less than pods are, so that pods are ready in time on a busy machine. */
const DRAIN_SPEED = 3

export interface RealSide extends Side {
  readonly name: 'real'
  stop(): Promise<void>
}

export async function startRealSide({ speed }: { readonly speed: number }): Promise<RealSide> {
  const oracle = await startOracle({ world: parseWorld(DIFFERENTIAL_WORLD), nodes: [], speed })
  return openSide({ kubeconfigFile: oracle.kubeconfigFile, world: oracle.world, tolerationSpeed: speed, stop: () => oracle.stop() })
}

/** What stands in the place of the real one, where there is none: a served twin in a process of its own. It takes no faults. */
export async function startStandIn({ speed }: { readonly speed: number }): Promise<RealSide> {
  const folder = mkdtempSync(join(tmpdir(), 'boyd-stand-in-'))
  const child = spawn(process.execPath, [join(import.meta.dirname, 'stand-in.ts'), folder, String(speed)], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}`)))
    child.stdout.once('data', () => resolve())
  })
  const refuse = (): Promise<never> => Promise.reject(new Error('a stand-in takes no faults'))
  const stop = async (): Promise<void> => {
    child.stdin.end()
    await new Promise<void>((resolve) => child.once('close', () => resolve()))
    rmSync(folder, { recursive: true })
  }
  return openSide({ kubeconfigFile: join(folder, 'kubeconfig'), world: { setNode: refuse, setWorld: refuse }, tolerationSpeed: 1, stop })
}

interface Running {
  readonly kubeconfigFile: string
  readonly world: WorldControl
  readonly tolerationSpeed: number
  stop(): Promise<void>
}

async function openSide({ kubeconfigFile, world, tolerationSpeed, stop }: Running): Promise<RealSide> {
  const clock = systemClock()
  const { call } = openDoor(kubeconfigFile)
  const cluster = await connectKubernetes({ kubeconfigFile, clock, log: silentLog() })
  const ending = new AbortController()
  const listeners = new Set<(change: Change) => void>()
  const tables = new Map<string, Map<string, KubeObject>>()
  const record = (table: Map<string, KubeObject>, object: KubeObject, isGone: boolean): void => {
    const key = objectKey(refOf(object))
    const before = table.get(key)
    if (isGone) table.delete(key)
    else table.set(key, object)
    for (const listener of listeners) listener({ ...(before === undefined ? {} : { before }), ...(isGone ? {} : { after: object }) })
  }
  for (const query of WATCHED) {
    const table = new Map<string, KubeObject>()
    tables.set(groupKind(query.apiVersion, query.kind), table)
    await follow({ cluster, query, signal: ending.signal, record: (object, isGone) => record(table, object, isGone) })
  }
  return {
    name: 'real',
    call,
    cluster,
    clock,
    drainClock: scaledClock({ factor: DRAIN_SPEED }),
    world,
    tolerationSpeed,
    objects: (apiVersion, kind, namespace) => [...(tables.get(groupKind(apiVersion, kind))?.values() ?? [])].filter((object) => namespace === undefined || object.metadata.namespace === namespace),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async stop() {
      ending.abort()
      await stop()
    },
  }
}

/** Resolves once what is there is known; then goes on by itself. A run that loses a watch has nothing to compare with. */
async function follow(options: { readonly cluster: Cluster; readonly query: ListQuery; readonly signal: AbortSignal; readonly record: (object: KubeObject, isGone: boolean) => void }): Promise<void> {
  const { cluster, query, signal, record } = options
  const listed = await cluster.list(query)
  for (const object of listed.items) record(object, false)
  const watching = async (): Promise<void> => {
    for await (const event of cluster.watch(query, { resourceVersion: listed.resourceVersion, signal })) {
      if (event.type !== 'bookmark') record(event.object, event.type === 'deleted')
    }
  }
  void watching().catch((error: unknown) => {
    if (!signal.aborted && !isFault(error)) throw error
    if (!signal.aborted) throw new Error(`the watch of ${query.kind} ended`, { cause: error })
  })
}
