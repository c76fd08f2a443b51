import { expect, test } from 'vitest'
import { clusterObject, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { ingressClassMissing } from './ingress-class-missing.ts'

const ingress = (spec: object, metadata: object = {}) => object('networking.k8s.io/v1', 'Ingress', 'in', { metadata, spec })
const klass = (name: string) => clusterObject('networking.k8s.io/v1', 'IngressClass', name)

test.each([
  { name: 'a slip of the pen', view: viewOf([ingress({ ingressClassName: 'ngnix' }), klass('nginx')]), want: [{ subject: 'Ingress shop/in', plans: [['patch Ingress shop/in']] }] },
  { name: 'the only class there is is another: it may be a public one', view: viewOf([ingress({ ingressClassName: 'nginx-internal' }), klass('public')]), want: [{ subject: 'Ingress shop/in', plans: [] }] },
  { name: 'no class, and no default', view: viewOf([ingress({}), klass('nginx')]), want: [{ subject: 'Ingress shop/in', plans: [] }] },
  { name: 'good', view: viewOf([ingress({ ingressClassName: 'nginx' }), klass('nginx')]), want: [] },
  { name: 'look-alike: no classes were collected', view: viewOf([ingress({ ingressClassName: 'x' })]), want: [] },
  { name: 'look-alike: a cloud serves it without an object', view: viewOf([ingress({ ingressClassName: 'gce' }), klass('nginx')]), want: [] },
  { name: 'look-alike: the annotation of old controllers', view: viewOf([ingress({}, { annotations: { 'kubernetes.io/ingress.class': 'old' } }), klass('nginx')]), want: [] },
  { name: 'look-alike: it has an address', view: viewOf([{ ...ingress({ ingressClassName: 'x' }), status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } } }, klass('nginx')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(ingressClassMissing, view)).toEqual(want))
