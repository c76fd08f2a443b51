import { expect, test } from 'vitest'
import { ago, clusterObject, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { finalizerStuck } from './finalizer-stuck.ts'

const gone = (minutes: number) => clusterObject('v1', 'Namespace', 'old', { metadata: { deletionTimestamp: ago(minutes) }, spec: { finalizers: ['kubernetes'] } })

test.each([
  { name: 'deleted an hour ago', view: viewOf([gone(60)]), want: [{ subject: 'Namespace old', plans: [] }] },
  { name: 'look-alike: deleted a moment ago', view: viewOf([gone(2)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(finalizerStuck, view)).toEqual(want))
