import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { clusterObject, object } from '../testing/cluster.ts'
import { rbacTooWide } from './rbac-too-wide.ts'

const role = (rule: object, metadata: object = {}) => [clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'r', { metadata, rules: [rule] })]
const bound = (name: string, subject: object) => [clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'b', { roleRef: { kind: 'ClusterRole', name }, subjects: [subject] })]
const account = { kind: 'ServiceAccount', name: 'agent', namespace: 'x' }

test.each([
  { name: 'everything', objects: role({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }), want: ['everything'] },
  { name: 'everything of a group', objects: role({ apiGroups: ['apps'], resources: ['*'], verbs: ['*'] }), want: ['wildcards'] },
  { name: 'rights that make more', objects: role({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['escalate'] }), want: ['rights that make more rights'] },
  { name: 'every Secret', objects: role({ apiGroups: [''], resources: ['secrets'], verbs: ['list'] }), want: ['every Secret'] },
  { name: 'commands in pods', objects: role({ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }), want: ['commands in pods'] },
  { name: 'administrator', objects: bound('cluster-admin', account), want: ['cluster-admin'] },
  { name: 'everybody', objects: bound('view', { kind: 'Group', name: 'system:authenticated' }), want: ['everybody'] },
  { name: 'kubelets', objects: role({ apiGroups: [''], resources: ['nodes', 'nodes/proxy'], verbs: ['get'] }), want: ['the kubelets'] },
  { name: 'tokens', objects: role({ apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] }), want: ['tokens of others'] },
  { name: 'admission', objects: role({ apiGroups: ['admissionregistration.k8s.io'], resources: ['mutatingwebhookconfigurations'], verbs: ['*'] }), want: ['admission'] },
  { name: 'certificates', objects: role({ apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'], verbs: ['update'] }), want: ['certificates'] },
  { name: 'pods', objects: role({ apiGroups: ['apps'], resources: ['deployments'], verbs: ['create'] }), want: ['creating pods'] },
  { name: 'look-alike: pods that are only read', objects: role({ apiGroups: [''], resources: ['pods', 'serviceaccounts'], verbs: ['get', 'list', 'watch'] }), want: [] },
  { name: 'look-alike: its own webhook', objects: role({ apiGroups: ['admissionregistration.k8s.io'], resources: ['mutatingwebhookconfigurations'], verbs: ['patch'], resourceNames: ['mine'] }), want: [] },
  { name: 'good', objects: [...role({ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }), ...bound('view', account)], want: [] },
  { name: 'look-alike: one Secret', objects: role({ apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['tls'] }), want: [] },
  { name: 'look-alike: made by the API server', objects: role({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } }), want: [] },
  { name: 'look-alike: Secrets of another group', objects: [object('rbac.authorization.k8s.io/v1', 'Role', 'r', { rules: [{ apiGroups: ['secrets-store.csi.x-k8s.io'], resources: ['secretproviderclasses'], verbs: ['list'] }] })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(rbacTooWide, { objects }).map(({ cause }) => cause)).toEqual(want))
