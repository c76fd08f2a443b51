/**
 * Pods a second of the scheduler alone, with the shapes of upstream's scheduler_perf (node 4 CPU/32 Gi/110 pods, pod
 * 100m/500Mi): how well it keeps its pace while 150,000 pods are there already.
 */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { scheduler } from '../../../src/twin/scheduler/scheduler.ts'
import { aNode, aPod, createTestBed } from '../../../src/twin/scheduler/test-bed.ts'
import type { Figure } from '../report.ts'
import { timed } from './measure.ts'

const ZONE = 'topology.kubernetes.io/zone'
const HOST = 'kubernetes.io/hostname'
const ZONES = 3
const REQUESTS = { cpu: '100m', memory: '500Mi' }
/** By the processors of a node, which are full before its memory and its 110 pods. */
const PODS_PER_NODE = 40
const WEB = { matchLabels: { app: 'web' } }

const spread = (whenUnsatisfiable: string): object => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable, labelSelector: WEB }] })
const affinity = (kind: string, topologyKey: string): object => ({ affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: WEB }] } } })

interface Case {
  readonly name: string
  readonly pods: number
  readonly spec: object
  readonly goal?: number
  /** How many of them find room, where fewer do than the nodes hold. */
  readonly roomIn?: (present: Present) => number
}

const CASES: readonly Case[] = [
  { name: 'plain', pods: 5_000, spec: {}, goal: 3_000 },
  { name: 'hard spread over zones', pods: 3_000, spec: spread('DoNotSchedule'), goal: 1_500 },
  { name: 'soft spread over zones', pods: 3_000, spec: spread('ScheduleAnyway') },
  { name: 'one per host', pods: 3_000, spec: affinity('podAntiAffinity', HOST), roomIn: ({ nodes }) => nodes },
  { name: 'together in a zone', pods: 3_000, spec: affinity('podAffinity', ZONE), roomIn: zoneRoom },
]

export interface Present {
  readonly nodes: number
  readonly pods: number
}

/** In the smallest zone, on nodes that have the most: what is spread evenly finds room until it is full. */
function zoneRoom({ nodes, pods }: Present): number {
  return Math.floor(nodes / ZONES) * (PODS_PER_NODE - Math.ceil(pods / nodes))
}

/** Throws where a pod stays without a node: a scheduler that refuses is quick, and no figure. A small cluster is given as many as it holds. */
export function schedulingFigures(present: Present): readonly Figure[] {
  if (zoneRoom(present) < 1) throw new Error(`${present.nodes} nodes hold ${present.nodes * PODS_PER_NODE} pods, and ${present.pods} are there already: give fewer with --pods`)
  return CASES.flatMap((one) => {
    const { pods, ms, cpuMs } = scheduled(one, present)
    return [
      { name: `schedule: ${one.name}`, value: (pods * 1_000) / ms, unit: 'pods/s', moreIsBetter: true, ...(one.goal === undefined ? {} : { goal: one.goal }) },
      { name: 'a second of processor time', value: (pods * 1_000) / cpuMs, unit: 'pods/s', moreIsBetter: true },
    ]
  })
}

function scheduled({ name, spec, ...wanted }: Case, present: Present): { readonly pods: number; readonly ms: number; readonly cpuMs: number } {
  const pods = Math.min(wanted.pods, wanted.roomIn?.(present) ?? zoneRoom(present) * ZONES)
  const bed = createTestBed({ controllers: [scheduler], objects: [...clusterOf(present)] })
  bed.advance(1_000)
  for (let index = 0; index < pods; index += 1) bed.store.put(podOf(`new-${index}`, spec, 'web'))
  const { ms, cpuMs } = timed(() => bed.advance(600_000))
  const placed = Array.from(bed.store.list('/Pod')).filter((pod) => (pod['spec'] as { readonly nodeName?: string }).nodeName !== undefined).length - present.pods
  if (placed !== pods) throw new Error(`${name}: ${placed} of ${pods} pods were placed`)
  return { pods, ms, cpuMs }
}

function* clusterOf({ nodes, pods }: Present): Generator<KubeObject> {
  for (let index = 0; index < nodes; index += 1) yield aNode(`node-${index}`, { cpu: '4', memory: '32Gi', labels: { [ZONE]: `z${index % ZONES}`, [HOST]: `node-${index}` } })
  for (let index = 0; index < pods; index += 1) yield podOf(`old-${index}`, { nodeName: `node-${index % nodes}` }, 'other')
}

function podOf(name: string, spec: object, app: string): KubeObject {
  return aPod(name, { labels: { app }, spec: { containers: [{ name: 'main', image: 'registry.local/app:1', resources: { requests: REQUESTS } }], ...spec } })
}
