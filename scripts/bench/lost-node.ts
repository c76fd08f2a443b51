/** A cluster for benchmarks: nodes of one pool, Deployments with budgets spread over them, and one node that is lost. */

import type { KubeObject } from '../../src/model/kube-object.ts'
import { DEFAULT_CLUSTER_VERSION, type Snapshot } from '../../src/model/snapshot.ts'
import { parseWorld } from '../../src/model/world.ts'
import { createTwin } from '../../src/twin/twin.ts'

const REPLICAS = 5
const POOL = { 'eks.amazonaws.com/nodegroup': 'workers' }
const CAPACITY = { cpu: '8', memory: '32Gi', pods: '110' }

export function clusterWithLostNode(options: { readonly nodes: number; readonly pods: number }): { readonly snapshot: Snapshot; readonly buildMs: number; readonly virtualMs: number } {
  const started = performance.now()
  const world = parseWorld({ pools: [{ name: 'workers', matchLabels: POOL, size: options.nodes, provisionSeconds: 60, capacity: CAPACITY }] })
  const twin = createTwin({ seed: 1, startMs: Date.parse('2026-01-01T00:00:00Z'), version: DEFAULT_CLUSTER_VERSION, world, objects: objectsOf(options) })
  twin.advance(600_000)
  void twin.control.setNode('worker-0', { type: 'not-ready', conditions: ['DiskPressure'], message: 'no space left on device' })
  twin.advance(120_000)
  return { snapshot: twin.snapshot(), buildMs: performance.now() - started, virtualMs: 720_000 }
}

function objectsOf({ nodes, pods }: { readonly nodes: number; readonly pods: number }): KubeObject[] {
  const apps = Array.from({ length: Math.ceil(pods / REPLICAS) }, (_, index) => `app-${index}`)
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } },
    ...Array.from({ length: nodes }, (_, index) => node(index)),
    ...apps.flatMap((name) => [deployment(name), budget(name)]),
  ]
}

function node(index: number): KubeObject {
  const name = `worker-${index}`
  const labels = { ...POOL, 'kubernetes.io/hostname': name, 'topology.kubernetes.io/zone': `zone-${index % 3}` }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status: { capacity: CAPACITY, allocatable: CAPACITY } }
}

function deployment(name: string): KubeObject {
  const container = { name: 'main', image: 'registry.example/bench:1', resources: { requests: { cpu: '100m', memory: '128Mi' } } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'bench' },
    spec: { replicas: REPLICAS, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [container] } } },
  }
}

function budget(name: string): KubeObject {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: 'bench' }, spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } } }
}
