import { expect, test } from 'vitest'
import { clusterObject, object, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { gatewayRouteBroken } from './gateway-route-broken.ts'

const route = (spec: object) => object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'r', { spec })
const gateway = (name: string, spec: object = {}, namespace = 'shop') => object('gateway.networking.k8s.io/v1', 'Gateway', name, { metadata: { namespace }, spec: { listeners: [{ name: 'http' }], ...spec } })
const far = object('v1', 'Service', 'web', { metadata: { namespace: 'other' }, spec: { ports: [{ port: 80 }] } })
const found = [{ subject: 'HTTPRoute shop/r', plans: [] }]
const patched = [{ subject: 'HTTPRoute shop/r', plans: [['patch HTTPRoute shop/r']] }]

test.each([
  { name: 'the Gateway does not exist, beside the only one', view: viewOf([route({ parentRefs: [{ name: 'gw' }] }), gateway('gate')]), want: patched },
  { name: 'the Gateway lies elsewhere and lets its own in only', view: viewOf([route({ parentRefs: [{ name: 'gate', namespace: 'infra' }] }), gateway('gate', {}, 'infra')]), want: found },
  { name: 'no such listener', view: viewOf([route({ parentRefs: [{ name: 'gate', sectionName: 'https' }] }), gateway('gate')]), want: found },
  { name: 'a port that the Service does not serve', view: viewOf([route({ parentRefs: [{ name: 'gate' }], rules: [{ backendRefs: [{ name: 'web', port: 8080 }] }] }), gateway('gate'), service('web')]), want: patched },
  { name: 'no such Service', view: viewOf([route({ rules: [{ backendRefs: [{ name: 'wob', port: 80 }] }] }), service('web')]), want: found },
  { name: 'another namespace, and no grant', view: viewOf([route({ rules: [{ backendRefs: [{ name: 'web', namespace: 'other', port: 80 }] }] }), far]), want: found },
  { name: 'a class that does not exist', view: viewOf([gateway('gate', { gatewayClassName: 'x' }), clusterObject('gateway.networking.k8s.io/v1', 'GatewayClass', 'y')]), want: [{ subject: 'Gateway shop/gate', plans: [['patch Gateway shop/gate']] }] },
  { name: 'good', view: viewOf([route({ parentRefs: [{ name: 'gate' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] }), gateway('gate'), service('web')]), want: [] },
  { name: 'good: granted', view: viewOf([route({ rules: [{ backendRefs: [{ name: 'web', namespace: 'other', port: 80 }] }] }), far, object('gateway.networking.k8s.io/v1beta1', 'ReferenceGrant', 'g', { metadata: { namespace: 'other' }, spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' }], to: [{ kind: 'Service' }] } })]), want: [] },
  { name: 'look-alike: no Gateways and no Services were collected', view: viewOf([route({ parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] })]), want: [] },
  { name: 'look-alike: labels of its namespace were not collected', view: viewOf([route({ parentRefs: [{ name: 'gate' }] }), gateway('gate', { listeners: [{ name: 'http', allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { a: 'b' } } } } }] })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(gatewayRouteBroken, view)).toEqual(want))
