import { expect, test } from 'vitest'
import { object, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { ingressBackendMissing } from './ingress-backend-missing.ts'

const ingress = (name: string, port: number) => object('networking.k8s.io/v1', 'Ingress', 'in', { spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name, port: { number: port } } } }] } }] } })

test.each([
  { name: 'no such Service', view: viewOf([service('web'), ingress('wob', 80)]), want: [{ subject: 'Ingress shop/in', plans: [] }] },
  { name: 'a port that the Service does not serve', view: viewOf([service('web'), ingress('web', 8080)]), want: [{ subject: 'Ingress shop/in', plans: [['patch Ingress shop/in']] }] },
  { name: 'a slip of one that is there', view: viewOf([service('checkout'), ingress('chekout', 80)]), want: [{ subject: 'Ingress shop/in', plans: [['patch Ingress shop/in']] }] },
  { name: 'good', view: viewOf([service('web'), ingress('web', 80)]), want: [] },
  { name: 'look-alike: collected without Services', view: viewOf([ingress('web', 80)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(ingressBackendMissing, view)).toEqual(want))
