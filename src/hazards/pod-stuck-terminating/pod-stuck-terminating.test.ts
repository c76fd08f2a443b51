import { expect, test } from 'vitest'
import { ago, container, pod, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { podStuckTerminating } from './pod-stuck-terminating.ts'

const leaving = (minutes: number, finalizers: string[] = []) => pod('p', { spec: container(), draft: running, metadata: { deletionTimestamp: ago(minutes), finalizers } })

test.each([
  { name: 'long past its time', view: viewOf([leaving(30)]), want: [{ subject: 'Pod shop/p', plans: [] }] },
  { name: 'look-alike: a moment ago', view: viewOf([leaving(1)]), want: [] },
  { name: 'look-alike: a finalizer holds it', view: viewOf([leaving(30, ['example.com/x'])]), want: [] },
  { name: 'good', view: viewOf([pod('p', { spec: container(), draft: running })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(podStuckTerminating, view)).toEqual(want))
