import { expect, test } from 'vitest'
import { container, crashed, deployment, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { ended, job } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { containerFinishes } from './container-finishes.ts'

const done = crashed({ exitCode: 0, reason: 'Completed' })
const one = (pod: PodDraft) => deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [pod] })

test.each([
  { name: 'a task in a Deployment', view: viewOf(one(done)), want: [{ subject: 'Deployment shop/w', plans: [['ask: command']] }] },
  { name: 'since the rollout: back', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }, { spec: container({ args: ['--once'] }), minutes: 20 }], pods: [done] })), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'good', view: viewOf(one(running)), want: [] },
  { name: 'look-alike: a Job that is done', view: viewOf(job('j', { spec: container(), pods: [ended(0)] })), want: [] },
  { name: 'look-alike: it failed', view: viewOf(one(crashed({ exitCode: 1 }))), want: [] },
])('$name', ({ view, want }) => expect(seenBy(containerFinishes, view)).toEqual(want))
