import { expect, test } from 'vitest'
import { ago, applied, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { customResourceNotReady } from './custom-resource-not-ready.ts'

const db = (status: object, spec: object = {}) => object('example.com/v1', 'Database', 'db', { spec, status })
const found = [{ subject: 'Database shop/db', plans: [] }]

test.each([
  { name: 'a condition is False, with words', view: viewOf([db({ conditions: [{ type: 'Ready', status: 'False', reason: 'InvalidSpec', message: 'no such class', lastTransitionTime: ago(20) }] })]), want: found },
  { name: 'a condition of failure', view: viewOf([db({ conditions: [{ type: 'ReconcileError', status: 'True', message: 'x', lastTransitionTime: ago(20) }] })]), want: found },
  { name: 'a phase', view: viewOf([db({ phase: 'Failed' })]), want: found },
  { name: 'an application of Argo CD that is degraded', view: viewOf([db({ health: { status: 'Degraded' } })]), want: found },
  { name: 'changed by hand: back', view: viewOf([applied(db({ phase: 'Failed' }, { replicas: 3 }), db({}, { replicas: 1 }))]), want: [{ subject: 'Database shop/db', plans: [['patch Database shop/db']] }] },
  { name: 'good', view: viewOf([db({ conditions: [{ type: 'Ready', status: 'True' }] })]), want: [] },
  { name: 'look-alike: still at work', view: viewOf([db({ conditions: [{ type: 'Ready', status: 'False', reason: 'Creating', message: 'x' }] })]), want: [] },
  { name: 'look-alike: for a moment', view: viewOf([db({ conditions: [{ type: 'Ready', status: 'False', reason: 'X', message: 'x', lastTransitionTime: ago(1) }] })]), want: [] },
  { name: 'look-alike: False, and nothing wrong with that', view: viewOf([db({ conditions: [{ type: 'Progressing', status: 'False', message: 'done' }] })]), want: [] },
  { name: 'look-alike: being deleted', view: viewOf([{ ...db({ phase: 'Failed' }), metadata: { name: 'db', namespace: 'shop', deletionTimestamp: ago(1) } }]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(customResourceNotReady, view)).toEqual(want))
