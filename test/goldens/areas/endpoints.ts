/** The slices of a Service as its pods come, become ready, end and go: ports by name and number, who is ready, serving, terminating. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { endpointSlice } from '../../../src/twin/controllers/endpoint-slice.ts'
import { createTestBed } from '../../../src/twin/scheduler/test-bed.ts'
import { area } from '../area.ts'
import { withoutEmpty } from '../without-empty.ts'

interface Serving {
  readonly service: KubeObject
  readonly nodes: readonly KubeObject[]
  readonly rounds: readonly (readonly KubeObject[])[]
}

const NODES: readonly KubeObject[] = [
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-a', labels: { 'topology.kubernetes.io/zone': 'z1' } } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-b' } },
]
const ports = fc.uniqueArray(
  fc.record({ name: fc.constantFrom('http', 'admin'), port: fc.constantFrom(80, 81), protocol: fc.constantFrom('TCP', 'UDP'), targetPort: fc.constantFrom<string | number>(8080, 'web', 'gone'), appProtocol: fc.constant('kubernetes.io/h2c') }, { requiredKeys: ['name', 'port', 'protocol', 'targetPort'] }),
  { maxLength: 2, selector: ({ name }) => name },
)
const service = fc
  .record({ ports, headless: fc.boolean(), publishNotReadyAddresses: fc.constantFrom(false, false, true), labels: fc.constantFrom({}, { team: 'x' }, { 'service.kubernetes.io/headless': '' }) })
  .filter(({ ports: own, headless }) => headless || own.length > 0)
  .map(({ ports: own, headless, publishNotReadyAddresses, labels }): KubeObject => {
    const clusterIP = headless ? 'None' : '10.0.0.7'
    const spec = { selector: { app: 'web' }, type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ipFamilies: ['IPv4'], ports: own, publishNotReadyAddresses }
    return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop', uid: 'uid-web', labels }, spec }
  })

/** What a pod is for as long as it lives. */
const made = fc.record({
  node: fc.constantFrom('node-a', 'node-b', 'node-gone'),
  ports: fc.constantFrom<readonly object[]>([], [{ name: 'web', containerPort: 8080, protocol: 'TCP' }], [{ name: 'web', containerPort: 9090, protocol: 'TCP' }], [{ name: 'web', containerPort: 53, protocol: 'UDP' }]),
  hostname: fc.constantFrom({}, {}, { hostname: 'h', subdomain: 'web' }, { hostname: 'h', subdomain: 'other' }),
})
const state = fc.record({
  app: fc.constantFrom('web', 'web', 'web', 'other'),
  ready: fc.boolean(),
  leaving: fc.constantFrom(false, false, true),
  phase: fc.constantFrom('Running', 'Running', 'Running', 'Succeeded', 'Failed', 'Pending'),
  ip: fc.constantFrom(true, true, true, false),
  there: fc.constantFrom(true, true, true, false),
})
type Made = typeof made extends fc.Arbitrary<infer T> ? T : never
type State = typeof state extends fc.Arbitrary<infer T> ? T : never
const PODS_MAX = 5
const rounds = fc
  .record({ made: fc.array(made, { minLength: PODS_MAX, maxLength: PODS_MAX }), states: fc.array(fc.array(state, { minLength: PODS_MAX, maxLength: PODS_MAX }), { minLength: 1, maxLength: 3 }) })
  .map(({ made: pods, states }) => states.map((now) => now.flatMap((each, index) => (each.there ? [podOf(pods[index] as Made, each, index)] : []))))

function podOf({ node, ports: own, hostname }: Made, { app, ready, leaving, phase, ip }: State, index: number): KubeObject {
  const address = `10.1.0.${index + 1}`
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace: 'shop', uid: `uid-${index}`, labels: { app }, ...(leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
    spec: { nodeName: node, containers: [{ name: 'c', ports: own }], ...hostname },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }], ...(ip ? { podIP: address, podIPs: [{ ip: address }] } : {}) },
  }
}

export const endpoints = area<Serving>({
  name: 'endpoints',
  questions: fc.record({ service, nodes: fc.constant(NODES), rounds }),
  count: 400,
  answer({ service: served, nodes, rounds: asked }, minor) {
    const bed = createTestBed({ controllers: [endpointSlice], objects: [...nodes, ...(asked[0] ?? []), served], minor })
    return asked.map((now) => {
      for (const pod of bed.store.list('/Pod', 'shop')) if (!now.some(({ metadata }) => metadata.name === pod.metadata.name)) bed.finish(pod.metadata.name ?? '')
      for (const pod of now) bed.store.put(pod)
      bed.advance(1_000)
      return shown([...bed.store.list('discovery.k8s.io/EndpointSlice', 'shop')] as unknown as readonly Slice[])
    })
  },
  agrees: (ours, upstream) => JSON.stringify(sorted(ours)) === JSON.stringify(sorted(upstream)),
})

interface Slice {
  readonly metadata: { readonly labels?: object }
  readonly ports?: readonly { readonly name?: string }[] | null
  readonly endpoints?: readonly { readonly targetRef?: { readonly name?: string } }[] | null
}

/** Slices with the same ports as one: how pods are dealt out among them says nothing. */
function shown(slices: readonly Slice[]): object[] {
  const groups = Map.groupBy(slices, ({ ports: own }) => JSON.stringify(sorted([...(own ?? [])].sort(byName))))
  return Array.from(groups, ([, some]) => ({ labels: some[0]?.metadata.labels, ports: [...(some[0]?.ports ?? [])].sort(byName), endpoints: some.flatMap(({ endpoints: own }) => own ?? []).sort((left, right) => ((left.targetRef?.name ?? '') < (right.targetRef?.name ?? '') ? -1 : 1)) }))
}

function byName(left: { readonly name?: string }, right: { readonly name?: string }): number {
  return (left.name ?? '') < (right.name ?? '') ? -1 : 1
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => sorted(item)).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(withoutEmpty(value) ?? {}).sort(([left], [right]) => (left < right ? -1 : 1)).map(([key, part]) => [key, sorted(part)]))
}
