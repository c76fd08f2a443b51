import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { podTemplate, testDeployment, testTwin } from '../test-twin.ts'
import type { Twin } from '../twin.ts'

type Slice = KubeObject & { readonly endpoints: readonly { readonly conditions: { readonly ready: boolean; readonly serving: boolean } }[] | null; readonly ports: readonly { readonly port: number }[] | null }

const service = (spec: object = {}): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec } }) as KubeObject
const webWith = (ports: readonly object[], image = 'app:1'): KubeObject => testDeployment('web', { image, ports, readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } })
const twinBehind = (spec: object, workloads: readonly KubeObject[]): Twin => {
  const twin = testTwin({ objects: [service(spec), ...workloads], world: { images: [{ image: 'deaf:1', serves: [] }] } })
  twin.advance(60_000)
  return twin
}
const slicesOf = (twin: Twin): readonly Slice[] => [...twin.store.list('discovery.k8s.io/EndpointSlice', 'shop')] as never
const HTTP = [{ name: 'http', containerPort: 8080 }]
const other = (containerPort: number): KubeObject => ({ ...testDeployment('other'), spec: { replicas: 1, selector: { matchLabels: { app: 'web', part: 'other' } }, template: { ...podTemplate('web', { ports: [{ name: 'http', containerPort }] }), metadata: { labels: { app: 'web', part: 'other' } } } } }) as KubeObject

test.each([
  { name: 'nothing behind it: one slice without ports', spec: {}, workloads: [], slices: [{ ports: [], ready: 0, all: 0 }] },
  { name: 'pods that are ready', spec: {}, workloads: [webWith(HTTP)], slices: [{ ports: [8080], ready: 2, all: 2 }] },
  { name: 'a port that no container has', spec: {}, workloads: [webWith([])], slices: [{ ports: [], ready: 2, all: 2 }] },
  { name: 'pods of two minds about the port', spec: {}, workloads: [webWith(HTTP), other(9090)], slices: [{ ports: [8080], ready: 2, all: 2 }, { ports: [9090], ready: 1, all: 1 }] },
  { name: 'pods that are not ready', spec: {}, workloads: [webWith(HTTP, 'deaf:1')], slices: [{ ports: [8080], ready: 0, all: 2 }] },
  { name: 'the same, published all the same', spec: { publishNotReadyAddresses: true }, workloads: [webWith(HTTP, 'deaf:1')], slices: [{ ports: [8080], ready: 2, all: 2 }] },
])('$name', ({ spec, workloads, slices }) => {
  const seen = slicesOf(twinBehind(spec, workloads)).map(({ endpoints, ports }) => ({ ports: (ports ?? []).map(({ port }) => port), ready: (endpoints ?? []).filter(({ conditions }) => conditions.ready).length, all: endpoints?.length ?? 0 }))
  expect(seen.toSorted((left, right) => (left.ports[0] ?? 0) - (right.ports[0] ?? 0))).toEqual(slices)
})

test('publishing does not make a pod serve', () => {
  const [slice] = slicesOf(twinBehind({ publishNotReadyAddresses: true }, [webWith(HTTP, 'deaf:1')]))
  expect(slice?.endpoints?.map(({ conditions }) => conditions.serving)).toEqual([false, false])
})

test('a headless Service says so on its slices, and its Endpoints go with it', () => {
  const twin = twinBehind({ clusterIP: 'None' }, [webWith(HTTP)])
  expect(slicesOf(twin).map(({ metadata }) => metadata.labels)).toEqual([{ 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io', 'service.kubernetes.io/headless': '' }])
  twin.api.remove({ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' })
  twin.advance(5_000)
  expect([...twin.store.list('/Endpoints', 'shop'), ...slicesOf(twin)]).toEqual([])
})
