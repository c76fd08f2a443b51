/**
 * The scheduler alone: pods a second with the shapes of upstream's scheduler_perf (node 4 CPU/32 Gi/110 pods, pod
 * 100m/500Mi), on 1,000 and 5,000 nodes. Usage: npm run bench:scheduler
 */

import type { KubeObject } from '../../src/model/kube-object.ts'
import { scheduler } from '../../src/twin/scheduler/scheduler.ts'
import { aNode, aPod, createTestBed } from '../../src/twin/scheduler/test-bed.ts'
import { report, type Figure } from './report.ts'

const ZONE = 'topology.kubernetes.io/zone'
const REQUESTS = { cpu: '100m', memory: '500Mi' }

const spread = (whenUnsatisfiable: string): object => ({
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable, labelSelector: { matchLabels: { app: 'web' } } }],
})
const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } }] } } }

const CASES: readonly { readonly name: string; readonly nodes: number; readonly present: number; readonly pods: number; readonly spec: object; readonly goal?: number }[] = [
  { name: 'plain', nodes: 1_000, present: 0, pods: 5_000, spec: {}, goal: 3_000 },
  { name: 'plain', nodes: 5_000, present: 20_000, pods: 5_000, spec: {}, goal: 3_000 },
  { name: 'hard spread over zones', nodes: 5_000, present: 20_000, pods: 3_000, spec: spread('DoNotSchedule'), goal: 1_500 },
  { name: 'soft spread over zones', nodes: 5_000, present: 20_000, pods: 3_000, spec: spread('ScheduleAnyway') },
  { name: 'one per host', nodes: 5_000, present: 20_000, pods: 3_000, spec: apart, goal: 1_500 },
]

const figures = CASES.map(({ name, nodes, present, pods, spec, goal }): Figure => {
  const objects: KubeObject[] = Array.from({ length: nodes }, (_, index) => aNode(`node-${index}`, { cpu: '4', memory: '32Gi', labels: { [ZONE]: `z${index % 3}` } }))
  for (let index = 0; index < present; index += 1) objects.push(podOf(`old-${index}`, { nodeName: `node-${index % nodes}` }, 'other'))
  const bed = createTestBed({ controllers: [scheduler], objects })
  bed.advance(1_000)
  for (let index = 0; index < pods; index += 1) bed.store.put(podOf(`new-${index}`, spec, 'web'))
  const started = performance.now()
  bed.advance(600_000)
  const seconds = (performance.now() - started) / 1000
  const placed = Array.from(bed.store.list('/Pod')).filter((pod) => (pod['spec'] as { nodeName?: string }).nodeName !== undefined).length - present
  if (placed !== pods) throw new Error(`${name}: ${placed} of ${pods} pods were placed`)
  return { name: `${name}: ${pods} pods, ${nodes} nodes, ${present} present`, value: pods / seconds, unit: 'pods/s', moreIsBetter: true, ...(goal === undefined ? {} : { goal }) }
})

report('scheduler', figures)

function podOf(name: string, spec: object, app: string): KubeObject {
  return aPod(name, { labels: { app }, spec: { containers: [{ name: 'main', image: 'registry.local/app:1', resources: { requests: REQUESTS } }], ...spec } })
}
