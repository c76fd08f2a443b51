import { expect, test } from 'vitest'
import { container, deployment, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { unplaced } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { schedulingGated } from './scheduling-gated.ts'

const gated = { ...container(), schedulingGates: [{ name: 'example.com/quota' }] }
const held = (minutes = 30): PodDraft => unplaced('Scheduling is blocked due to non-empty scheduling gates', { reason: 'SchedulingGated', minutes })
const one = (pod: PodDraft) => deployment('w', { revisions: [{ spec: gated, minutes: 900 }], pods: [pod] })

test.each([
  { name: 'the last rollout set the gate: back', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }, { spec: gated, minutes: 20 }], pods: [held()] })), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'it always was there', view: viewOf(one(held())), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'look-alike: for a moment', view: viewOf(one(held(2))), want: [] },
  { name: 'look-alike: no node takes it', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [unplaced('x')] })), want: [] },
  { name: 'good', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })), want: [] },
])('$name', ({ view, want }) => expect(seenBy(schedulingGated, view)).toEqual(want))
