import { expect, test } from 'vitest'
import { container, crashed, deployment, log, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { rbacForbidden } from './rbac-forbidden.ts'

const said = [log('op-h1-p0', 'pods is forbidden: User "system:serviceaccount:shop:op" cannot list resource "pods" in API group "" in the namespace "shop"')]

test.each([
  { name: 'the log quotes the refusal', view: viewOf([deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] })], said), want: [{ subject: 'Deployment shop/op', plans: [] }] },
  { name: 'look-alike: refused and well', view: viewOf([deployment('op', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })], said), want: [] },
])('$name', ({ view, want }) => expect(seenBy(rbacForbidden, view)).toEqual(want))
