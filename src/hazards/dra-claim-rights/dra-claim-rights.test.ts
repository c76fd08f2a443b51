import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { clusterObject, object } from '../testing/cluster.ts'
import { draClaimRights } from './dra-claim-rights.ts'

const rbac = 'rbac.authorization.k8s.io/v1'
const role = (resources: string[], verbs: string[], kind = 'ClusterRole') => (kind === 'Role' ? object : clusterObject)(rbac, kind, 'r', { rules: [{ apiGroups: ['resource.k8s.io'], resources, verbs }] })
const bound = clusterObject(rbac, 'ClusterRoleBinding', 'b', { roleRef: { kind: 'ClusterRole', name: 'r' }, subjects: [{ kind: 'ServiceAccount', name: 'driver', namespace: 'shop' }] })
const driver = workload(oneContainer({}, { serviceAccountName: 'driver' }), { kind: 'DaemonSet', name: 'driver' })
const claim = object('resource.k8s.io/v1', 'ResourceClaim', 'c', { spec: { devices: { requests: [{ name: 'a', exactly: { adminAccess: true } }] } } })

test.each([
  { name: 'classes', objects: [role(['deviceclasses'], ['create'])], want: ['classes and slices'] },
  { name: 'claims everywhere', objects: [role(['resourceclaims'], ['create']), bound], want: ['claims in every namespace'] },
  { name: 'devices of others', objects: [claim], want: ['access to devices of others'] },
  { name: 'good', objects: [role(['resourceclaims'], ['create'], 'Role')], want: [] },
  { name: 'look-alike: a driver', objects: [role(['resourceslices'], ['create', 'delete']), bound, driver], want: [] },
  { name: 'look-alike: only reading', objects: [role(['deviceclasses', 'resourceslices'], ['get', 'list', 'watch']), bound], want: [] },
  { name: 'look-alike: a namespace that may', objects: [claim, clusterObject('v1', 'Namespace', 'shop', { metadata: { labels: { 'resource.kubernetes.io/admin-access': 'true' } } })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(draClaimRights, { objects }).map(({ cause }) => cause)).toEqual(want))
