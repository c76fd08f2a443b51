import { describe, expect, test } from 'vitest'
import { applied, clusterObject, container, crashed, deployment, log, logNow, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { rbacForbidden } from './rbac-forbidden.ts'

const refusal = 'pods is forbidden: User "system:serviceaccount:shop:op" cannot list resource "pods" in API group "" in the namespace "shop"'
const said = [log('op-h1-p0', refusal)]
const op = deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] })
const role = (verbs: string[]) => object('rbac.authorization.k8s.io/v1', 'Role', 'reader', { rules: [{ apiGroups: [''], resources: ['pods'], verbs }] })
const binding = (account: string, roleName = 'reader') => object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'bind', { subjects: [{ kind: 'ServiceAccount', name: account }], roleRef: { kind: 'Role', name: roleName } })
const account = object('v1', 'ServiceAccount', 'op')

test.each([
  { name: 'the log quotes the refusal', view: viewOf([op], said), want: [{ subject: 'Deployment shop/op', plans: [] }] },
  { name: 'the rollout brought another account: back', view: viewOf([deployment('op', { revisions: [{ spec: { ...container(), serviceAccountName: 'good' }, minutes: 900 }, { spec: { ...container(), serviceAccountName: 'op' }, minutes: 20 }], pods: [crashed({ exitCode: 1 })] })], [log('op-h2-p0', refusal)]), want: [{ subject: 'Deployment shop/op', plans: [['roll back Deployment shop/op from revision 2 to 1']] }] },
  { name: 'it stands and is refused', view: viewOf([deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })], [logNow('op-h1-p0', refusal)]), want: [{ subject: 'Deployment shop/op', plans: [] }] },
  { name: 'look-alike: refused before its last start, and well', view: viewOf([deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })], said), want: [] },
  { name: 'look-alike: 401', view: viewOf([op], [log('op-h1-p0', 'Unauthorized (401)')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(rbacForbidden, view)).toEqual(want))

describe('why', () => {
  test.each([
    { name: 'its role leaves the verb out', objects: [role(['get']), binding('op'), account], want: 'Role shop/reader' },
    { name: 'its binding names a role that is not there', objects: [clusterObject('rbac.authorization.k8s.io/v1', 'ClusterRole', 'x'), binding('op', 'gone'), account], want: 'RoleBinding shop/bind' },
    { name: 'the binding names an account that is not there', objects: [role(['list']), binding('opp'), account], want: 'RoleBinding shop/bind' },
    { name: 'nobody binds it', objects: [role(['list']), account], want: 'Deployment shop/op' },
  ])('$name', ({ objects, want }) => expect(seenBy(rbacForbidden, viewOf([op, ...objects], said))).toEqual([{ subject: want, plans: [] }]))

  test('a role that was narrowed by hand goes back; no other right is ever given', () => {
    const view = viewOf([op, applied(role(['get']), role(['get', 'list'])), binding('op'), account], said)
    expect(seenBy(rbacForbidden, view)).toEqual([{ subject: 'Role shop/reader', plans: [['patch Role shop/reader']] }])
  })
})
