import { expect, test } from 'vitest'
import { container, crashed, deployment, log, object, running, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { networkPolicyBlocks } from './network-policy-blocks.ts'

const store = [service('store', { port: 5432 }), ...deployment('store', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] })]
const api = deployment('api', { revisions: [{ spec: container({ env: [{ name: 'DB_HOST', value: 'store:5432' }] }), minutes: 9000 }], pods: [crashed({ exitCode: 1 })] })
const policy = (name: string, app: string, ingress: object[]) => object('networking.k8s.io/v1', 'NetworkPolicy', name, { spec: { podSelector: { matchLabels: { app } }, policyTypes: ['Ingress'], ingress } })
const timeout = [log('api-h1-p0', 'dial tcp 10.0.0.5:5432: i/o timeout')]

test.each([
  { name: 'nobody may call the store', view: viewOf([store, api, policy('deny', 'store', [])], timeout), want: [{ subject: 'NetworkPolicy shop/deny', plans: [['patch NetworkPolicy shop/deny']] }] },
  { name: 'another port is open', view: viewOf([store, api, policy('deny', 'store', [{ ports: [{ port: 80 }] }])], timeout), want: [{ subject: 'NetworkPolicy shop/deny', plans: [['patch NetworkPolicy shop/deny']] }] },
  { name: 'look-alike: another policy allows it', view: viewOf([store, api, policy('deny', 'store', []), policy('let', 'store', [{ from: [{ podSelector: { matchLabels: { app: 'api' } } }] }])], timeout), want: [] },
  { name: 'look-alike: the policy is for others', view: viewOf([store, api, policy('deny', 'other', [])], timeout), want: [] },
  { name: 'look-alike: a refused connection has arrived', view: viewOf([store, api, policy('deny', 'store', [])], [log('api-h1-p0', 'connect ECONNREFUSED 10.0.0.5:5432')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(networkPolicyBlocks, view)).toEqual(want))
