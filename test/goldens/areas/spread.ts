/** A pod that must spread and would fit anywhere else: every answer is the work of its constraints. */

import * as fc from 'fast-check'
import { area } from '../area.ts'
import { labelSelector, labels } from '../arbitraries.ts'
import { HOSTNAME, NAMESPACES, NODES, nodeOf, onNodes, podOf, ZONE } from '../clusters.ts'
import { place, type Placing } from './scheduling.ts'

const topologyKey = fc.constantFrom(HOSTNAME, ZONE, ZONE)
const constraint = fc.record(
  { maxSkew: fc.constantFrom(1, 1, 2), topologyKey, whenUnsatisfiable: fc.constant('DoNotSchedule'), labelSelector: fc.oneof(fc.constant({ matchLabels: { app: 'a' } }), labelSelector), minDomains: fc.constantFrom(2, 3), nodeTaintsPolicy: fc.constantFrom('Honor', 'Ignore'), nodeAffinityPolicy: fc.constantFrom('Honor', 'Ignore') },
  { requiredKeys: ['maxSkew', 'topologyKey', 'whenUnsatisfiable', 'labelSelector'] },
)
const nodes = fc
  .array(fc.record({ zone: fc.constantFrom('z1', 'z2', 'z3'), cordoned: fc.constantFrom(false, false, false, true), more: fc.constantFrom({}, {}, { zone: 'a' }) }), { minLength: 2, maxLength: NODES.length })
  .map((drawn) => drawn.map((parts, index) => nodeOf(NODES[index] ?? '', { ...parts, cpu: '4', memory: '8Gi', pods: '110', gpu: undefined, rack: undefined, taints: [], images: [] })))
const containers = [{ name: 'c0', image: 'registry.local/app:1' }]
const spreading = fc
  .record({ labels, constraints: fc.uniqueArray(constraint, { minLength: 1, maxLength: 2, selector: ({ topologyKey: key }) => key }), nodeSelector: fc.constantFrom(undefined, undefined, { zone: 'a' }) })
  .map(({ labels: own, constraints, nodeSelector }) => podOf({ name: 'new', space: 'shop', own: { app: 'a', ...own }, spec: { containers, topologySpreadConstraints: constraints, ...(nodeSelector === undefined ? {} : { nodeSelector }) } }))
const present = fc
  .array(fc.record({ labels, node: fc.constantFrom(...NODES), leaving: fc.constantFrom(false, false, false, true) }), { maxLength: 8 })
  .map((drawn) => drawn.map(({ labels: own, node, leaving }, index) => podOf({ name: `pod-${index}`, space: 'shop', own: { app: 'a', ...own }, spec: { containers, nodeName: node }, leaving })))

export const spread = area<Placing>({
  name: 'spread',
  questions: fc.record({ pod: spreading, nodes, pods: present }).map((drawn): Placing => ({ ...drawn, services: [], objects: [], namespaces: NAMESPACES, pods: onNodes(drawn.pods, drawn.nodes) })),
  count: 500,
  answer: place,
})
