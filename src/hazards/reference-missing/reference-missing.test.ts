import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { referenceMissing } from './reference-missing.ts'

const web = (spec: object) => workload(oneContainer({}, spec))
const account = object('v1', 'ServiceAccount', 'web')
const config = object('v1', 'ConfigMap', 'settings')
const binding = object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'b', { roleRef: { kind: 'Role', name: 'reader' }, subjects: [] })
const role = (name: string) => object('rbac.authorization.k8s.io/v1', 'Role', name, { rules: [] })
const mounted = (name: string) => web({ volumes: [{ name: 'c', configMap: { name } }] })

test.each([
  { name: 'an account', objects: [web({ serviceAccountName: 'api' }), account], want: ['ServiceAccount is not there'] },
  { name: 'a slip', objects: [mounted('setings'), config], want: ['ConfigMap is not there'] },
  { name: 'a role', objects: [binding, role('other')], want: ['Role is not there'] },
  { name: 'in all of a cluster', objects: [web({ runtimeClassName: 'gvisor', priorityClassName: 'high', volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'd' } }] })], complete: true, want: ['PriorityClass is not there', 'RuntimeClass is not there', 'PersistentVolumeClaim is not there'] },
  { name: 'good', objects: [web({ serviceAccountName: 'web' }), account, mounted('settings'), config, binding, role('reader')], want: [] },
  { name: 'look-alike: made elsewhere', objects: [mounted('generated'), config, web({ serviceAccountName: 'web' })], want: [] },
  { name: 'look-alike: optional', objects: [web({ volumes: [{ name: 'c', configMap: { name: 'setings', optional: true } }] }), config], want: [] },
  { name: 'look-alike: what there always is', objects: [web({ serviceAccountName: 'default', priorityClassName: 'system-node-critical' }), object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'v', { roleRef: { kind: 'ClusterRole', name: 'view' } })], complete: true, want: [] },
])('$name', ({ objects, want, complete = false }) => expect(findingsOf(referenceMissing, { objects, complete }).map(({ cause }) => cause)).toEqual(want))
