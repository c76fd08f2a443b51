/**
 * The same scenario on the real control plane, in real time, and on the twin: 100 nodes, a Deployment of 300 pods, then
 * a new image for it. Both are driven through the cluster port by the same lines; only their clocks differ.
 */

import { existsSync } from 'node:fs'
import { connectKubernetes } from '../../../src/adapters/kubernetes/cluster.ts'
import { systemClock, type Clock } from '../../../src/kernel/clock.ts'
import { silentLog } from '../../../src/kernel/log.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { DEFAULT_CLUSTER_VERSION } from '../../../src/model/snapshot.ts'
import { parseWorld } from '../../../src/model/world.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { createTwin } from '../../../src/twin/twin.ts'
import { startOracle } from '../../../test/oracle/start-oracle.ts'
import { oracleBinary } from '../../oracle-binary.ts'
import type { Figure } from '../report.ts'

const NODES = 100
const REPLICAS = 300
const TWIN_ROUNDS = 5
const PATIENCE_MS = 15 * 60_000
const WORLD = parseWorld({})
const WEB = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }

interface Played {
  readonly simulatedMs: number
  readonly wallMs: number
}

/** No figure where the real one is not built: it is built by `npm run test:cluster`. */
export async function realFigures(): Promise<readonly Figure[]> {
  const twin = await onTwin()
  const pace = (played: Played): number => played.simulatedMs / played.wallMs
  const ours: Figure = { name: 'simulated seconds a wall second, 100 nodes', value: pace(twin), unit: 'x', moreIsBetter: true }
  const binary = oracleBinary()
  if (binary === undefined || !existsSync(binary)) {
    console.log('the real control plane is not built (npm run test:cluster builds it), so there is nothing to compare with')
    return [ours]
  }
  const real = await onReal()
  console.log(`the scenario took the real control plane ${Math.round(real.wallMs / 1_000)} s, and the twin ${Math.round(twin.simulatedMs / 1_000)} s of its own time in ${Math.round(twin.wallMs)} ms`)
  return [ours, { name: 'wall time of the real control plane over ours', value: real.wallMs / twin.wallMs, unit: 'x', moreIsBetter: true }]
}

/** The control plane is up before its clock runs, and so is the twin. The middle one of several: it is over in a moment. */
async function onTwin(): Promise<Played> {
  const all: Played[] = []
  for (let round = 0; round < TWIN_ROUNDS; round += 1) all.push(await onTwinOnce())
  return all.sort((left, right) => left.wallMs - right.wallMs)[Math.floor(TWIN_ROUNDS / 2)] as Played
}

async function onTwinOnce(): Promise<Played> {
  const twin = createTwin({ seed: 1, startMs: Date.parse('2026-01-01T00:00:00Z'), version: DEFAULT_CLUSTER_VERSION, world: WORLD, objects: nodes() })
  const startMs = twin.nowMs()
  const started = performance.now()
  await play(twin.cluster(), twin.clock)
  return { simulatedMs: twin.nowMs() - startMs, wallMs: performance.now() - started }
}

async function onReal(): Promise<Played> {
  const oracle = await startOracle({ world: WORLD, nodes: nodes(), speed: 1 })
  try {
    const clock = systemClock()
    const cluster = await connectKubernetes({ kubeconfigFile: oracle.kubeconfigFile, clock, log: silentLog() })
    const started = performance.now()
    await play(cluster, clock)
    const wallMs = performance.now() - started
    return { simulatedMs: wallMs, wallMs }
  } finally {
    await oracle.stop()
  }
}

async function play(cluster: Cluster, clock: Clock): Promise<void> {
  await cluster.create(deployment())
  await rolledOut(cluster, clock)
  await cluster.patch(WEB, { type: 'strategic', body: { spec: { template: { spec: { containers: [{ name: 'main', image: 'web:2' }] } } } } })
  await rolledOut(cluster, clock)
}

/** As `kubectl rollout status` sees it. */
async function rolledOut(cluster: Cluster, clock: Clock): Promise<void> {
  const untilMs = clock.now() + PATIENCE_MS
  while (clock.now() < untilMs) {
    const { metadata, status } = (await cluster.get(WEB)) as { readonly metadata: { readonly generation?: number }; readonly status?: Readonly<Record<string, number>> }
    const isSeen = (status?.['observedGeneration'] ?? 0) >= (metadata.generation ?? 1)
    if (isSeen && [status?.['replicas'], status?.['updatedReplicas'], status?.['availableReplicas']].every((count) => count === REPLICAS)) return
    await clock.sleep(500)
  }
  throw new Error('the rollout did not end')
}

function nodes(): readonly KubeObject[] {
  const capacity = { cpu: '4', memory: '32Gi', pods: '110' }
  return Array.from({ length: NODES }, (_, index) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: `node-${index}`, labels: { 'kubernetes.io/hostname': `node-${index}` } }, status: { capacity, allocatable: capacity } }))
}

function deployment(): KubeObject {
  const container = { name: 'main', image: 'web:1', resources: { requests: { cpu: '100m', memory: '500Mi' } } }
  const { namespace, name, apiVersion, kind } = WEB
  return { apiVersion, kind, metadata: { namespace, name }, spec: { replicas: REPLICAS, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [container] } } } }
}
