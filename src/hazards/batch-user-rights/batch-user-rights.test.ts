import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { clusterObject } from '../testing/cluster.ts'
import { batchUserRights } from './batch-user-rights.ts'

const reads = { apiGroups: [''], resources: ['namespaces', 'nodes', 'pods'], verbs: ['get', 'list', 'watch'] }
const bound = (rules: object[], user = 'aws-batch') => [
  clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'batch', { rules }),
  clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'batch', { roleRef: { kind: 'ClusterRole', name: 'batch' }, subjects: [{ kind: 'User', name: user }] }),
]

test.each([
  { name: 'one role with everything everywhere', objects: bound([reads, { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'patch'] }]), want: ['writing in every namespace'] },
  { name: 'a verb is missing', objects: bound([{ ...reads, verbs: ['get', 'list'] }]), want: ['a verb is missing'] },
  { name: 'good', objects: bound([reads]), want: [] },
  { name: 'look-alike: another user', objects: bound([{ resources: ['pods'], verbs: ['create'] }], 'ci'), want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(batchUserRights, { objects }).map(({ cause }) => cause)).toEqual(want))
