import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { clusterObject, object } from '../testing/cluster.ts'
import { dynakubeSettings } from './dynakube-settings.ts'

const tolerations = [{ key: 'CriticalAddonsOnly', operator: 'Exists' }]
const dynakube = (fields: object = {}, apiVersion = 'dynatrace.com/v1beta6') => object(apiVersion, 'DynaKube', 'd', { spec: { oneAgent: { cloudNativeFullStack: { tolerations } } }, ...fields })
const withAgent = (settings: object) => dynakube({ spec: { oneAgent: { cloudNativeFullStack: { tolerations, ...settings } } } })
const binding = clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'b', { subjects: [{ kind: 'ServiceAccount', name: 'dynatrace-kubernetes-monitoring' }] })

test.each([
  { name: 'a version that is not served', objects: [dynakube({}, 'dynatrace.com/v1beta3')], want: ['a version that is not served'] },
  { name: 'seccomp switched off', objects: [dynakube({ metadata: { annotations: { 'feature.dynatrace.com/init-container-seccomp-profile': 'false' } } })], want: ['seccomp is off'] },
  { name: 'agents miss tainted pools', objects: [withAgent({ tolerations: [] })], want: ['agents miss tainted nodes'] },
  { name: 'a starved agent', objects: [withAgent({ oneAgentResources: { limits: { memory: '128Mi' } } })], want: ['an agent that is starved'] },
  { name: 'an account that is gone', objects: [dynakube(), binding], want: ['an account that is gone'] },
  { name: 'good', objects: [dynakube()], want: [] },
  { name: 'look-alike: no seccomp annotation, which is on by default', objects: [dynakube({ metadata: { annotations: {} } })], want: [] },
  { name: 'look-alike: other numbers than the sample', objects: [withAgent({ oneAgentResources: { limits: { memory: '1.5Gi', cpu: '300m' } } }), dynakube({ spec: { activeGate: { resources: { requests: { memory: '6Gi' }, limits: { memory: '6Gi' } } } } })], want: [] },
  { name: 'look-alike: the old account beside an old operator', objects: [dynakube({}, 'dynatrace.com/v1beta2'), binding], want: ['a version that is not served'] },
])('$name', ({ objects, want }) => expect(findingsOf(dynakubeSettings, { objects }).map(({ cause }) => cause)).toEqual(want))
