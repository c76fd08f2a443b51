import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { networkPolicyMissing } from './network-policy-missing.ts'

const policy = (podSelector: object) => object('networking.k8s.io/v1', 'NetworkPolicy', 'p', { spec: { podSelector } })
const [web, api] = [workload(oneContainer()), workload(oneContainer(), { name: 'api' })]

test.each([
  { name: 'none: once a namespace', objects: [web, api, workload(oneContainer(), { namespace: 'other' })], want: ['no NetworkPolicy guards namespace other (1 workloads)', 'no NetworkPolicy guards namespace shop (2 workloads)'] },
  { name: 'some are left out', objects: [web, api, policy({ matchLabels: { app: 'web' } })], want: ['no NetworkPolicy selects 1 of 2 workloads of namespace shop: api'] },
  { name: 'good: all', objects: [web, api, policy({})], want: [] },
  { name: 'look-alike: Cilium', objects: [web, object('cilium.io/v2', 'CiliumNetworkPolicy', 'c')], want: [] },
  { name: 'look-alike: jobs only', objects: [workload(oneContainer(), { kind: 'Job' })], want: [] },
  { name: 'look-alike: the network of the host', objects: [workload(oneContainer({}, { hostNetwork: true }), { kind: 'DaemonSet' })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(networkPolicyMissing, { objects }).map(({ summary }) => summary)).toEqual(want))
