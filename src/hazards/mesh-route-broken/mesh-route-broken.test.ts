import { expect, test } from 'vitest'
import { container, deployment, object, running, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { meshRouteBroken } from './mesh-route-broken.ts'

const web = [service('web'), ...deployment('web', { revisions: [{ spec: container(), minutes: 900, labels: { version: 'v1' } }], pods: [running] })]
const route = (destination: object, protocol = 'http') => object('networking.istio.io/v1', 'VirtualService', 'r', { spec: { hosts: ['web'], [protocol]: [{ route: [{ destination }] }] } })
const rule = (subsets: readonly object[], host = 'web') => object('networking.istio.io/v1', 'DestinationRule', 'd', { spec: { host, subsets } })
const v1 = { name: 'v1', labels: { version: 'v1' } }

test.each([
  { name: 'its Service does not exist', objects: [web, route({ host: 'webb' })], want: [{ subject: 'VirtualService shop/r', plans: [] }] },
  { name: 'by the long name', objects: [web, route({ host: 'webb.shop.svc.cluster.local' }, 'tcp')], want: [{ subject: 'VirtualService shop/r', plans: [] }] },
  { name: 'the Service has another port', objects: [web, route({ host: 'web', port: { number: 8080 } })], want: [{ subject: 'VirtualService shop/r', plans: [['patch VirtualService shop/r']] }] },
  { name: 'no rule defines the subset, and there is one other', objects: [web, rule([v1]), route({ host: 'web', subset: 'v2' })], want: [{ subject: 'VirtualService shop/r', plans: [['patch VirtualService shop/r']] }] },
  { name: 'no rule defines any subset', objects: [web, route({ host: 'web', subset: 'v2' })], want: [{ subject: 'VirtualService shop/r', plans: [] }] },
  { name: 'no pod has the labels of the subset', objects: [web, rule([v1, { name: 'v2', labels: { version: 'v2' } }], 'web.shop.svc.cluster.local'), route({ host: 'web', subset: 'v2' })], want: [{ subject: 'DestinationRule shop/d', plans: [] }] },
  { name: 'good', objects: [web, rule([v1]), route({ host: 'web', subset: 'v1', port: { number: 80 } })], want: [] },
  { name: 'look-alike: a host outside the cluster', objects: [web, route({ host: 'api.example.com' })], want: [] },
  { name: 'look-alike: a host that a ServiceEntry declares', objects: [web, object('networking.istio.io/v1', 'ServiceEntry', 'e', { spec: { hosts: ['legacy'] } }), route({ host: 'legacy' })], want: [] },
  { name: 'look-alike: a folder without Services', objects: [route({ host: 'web' })], want: [] },
  { name: 'look-alike: a Service without pods: its subsets are empty for another reason', objects: [service('web'), rule([v1]), route({ host: 'web', subset: 'v1' })], want: [] },
])('$name', ({ objects, want }) => expect(seenBy(meshRouteBroken, viewOf(objects))).toEqual(want))
