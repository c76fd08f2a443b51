import { expect, test } from 'vitest'
import { object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { ingressTlsMissing } from './ingress-tls-missing.ts'

const ingress = (secretName: string) => object('networking.k8s.io/v1', 'Ingress', 'in', { spec: { tls: [{ hosts: ['a.example'], secretName }] } })
const tls = (name: string) => object('v1', 'Secret', name, { type: 'kubernetes.io/tls', data: { 'tls.crt': 'x', 'tls.key': 'x' } })

test.each([
  { name: 'a slip of the pen', view: viewOf([ingress('web-crt'), tls('web-cert')]), want: [{ subject: 'Ingress shop/in', plans: [['patch Ingress shop/in']] }] },
  { name: 'it does not exist, beside another', view: viewOf([ingress('cert'), tls('other')]), want: [{ subject: 'Ingress shop/in', plans: [] }] },
  { name: 'it holds something else', view: viewOf([ingress('cert'), object('v1', 'Secret', 'cert', { data: { password: 'x' } })]), want: [{ subject: 'Ingress shop/in', plans: [] }] },
  { name: 'an issuer should make it', view: viewOf([ingress('cert'), tls('other'), object('cert-manager.io/v1', 'Certificate', 'c', { spec: { secretName: 'cert' } })]), want: [{ subject: 'Certificate shop/c', plans: [] }] },
  { name: 'a listener of a Gateway', view: viewOf([object('gateway.networking.k8s.io/v1', 'Gateway', 'g', { spec: { listeners: [{ name: 'l', tls: { certificateRefs: [{ name: 'cert' }] } }] } }), tls('a'), tls('b')]), want: [{ subject: 'Gateway shop/g', plans: [] }] },
  { name: 'good', view: viewOf([ingress('cert'), tls('cert')]), want: [] },
  { name: 'look-alike: no Secrets were collected', view: viewOf([ingress('cert')]), want: [] },
  { name: 'look-alike: collected without its keys', view: viewOf([ingress('cert'), object('v1', 'Secret', 'cert', {})]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(ingressTlsMissing, view)).toEqual(want))
