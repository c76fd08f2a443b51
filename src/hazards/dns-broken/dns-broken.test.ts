import { expect, test } from 'vitest'
import { container, crashed, deployment, log, object, running, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { dnsBroken } from './dns-broken.ts'

const store = [service('store', { port: 5432 }), ...deployment('store', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] })]
const api = (dnsPolicy?: string) => deployment('api', { revisions: [{ spec: { ...container(), ...(dnsPolicy === undefined ? {} : { dnsPolicy }) }, minutes: 9000 }], pods: [crashed({ exitCode: 1 })] })
const said = [log('api-h1-p0', 'dial tcp: lookup store on 8.8.8.8:53: no such host')]

test.each([
  { name: 'the pod asks the node\'s DNS', view: viewOf([store, api('Default')], said), want: [{ subject: 'Deployment shop/api', plans: [['patch Deployment shop/api']] }] },
  { name: 'the cluster\'s DNS is dead', view: viewOf([store, api(), object('v1', 'Service', 'dns', { metadata: { namespace: 'kube-system' }, spec: { selector: { a: 'b' }, ports: [{ port: 53 }] } })], said), want: [{ subject: 'Service kube-system/dns', plans: [] }] },
  { name: 'look-alike: no such Service', view: viewOf([api('Default')], said), want: [] },
])('$name', ({ view, want }) => expect(seenBy(dnsBroken, view)).toEqual(want))
