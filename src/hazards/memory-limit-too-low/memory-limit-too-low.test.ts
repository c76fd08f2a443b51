import { expect, test } from 'vitest'
import { ago, container, crashed, deployment, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { memoryLimitTooLow } from './memory-limit-too-low.ts'

const limited = (memory: string, image = 'a:1') => container({ image, resources: { limits: { memory } } })
const oom = { exitCode: 137, reason: 'OOMKilled' }

test.each([
  {
    name: 'the rollout lowered the limit: back to the revision that worked, or raise',
    view: viewOf(deployment('w', { revisions: [{ spec: limited('512Mi'), minutes: 600 }, { spec: limited('64Mi'), minutes: 20 }], pods: [crashed(oom)] })),
    want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1'], ['patch Deployment shop/w']] }],
  },
  {
    name: 'no other revision: raise only',
    view: viewOf(deployment('w', { revisions: [{ spec: limited('64Mi'), minutes: 600 }], pods: [crashed(oom)] })),
    want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }],
  },
  {
    name: 'a LimitRange forbids more: nothing to propose',
    view: viewOf([deployment('w', { revisions: [{ spec: limited('64Mi'), minutes: 600 }], pods: [crashed(oom)] }), object('v1', 'LimitRange', 'l', { spec: { limits: [{ type: 'Container', max: { memory: '64Mi' } }] } })]),
    want: [{ subject: 'Deployment shop/w', plans: [] }],
  },
  {
    name: 'the earlier revision had less memory: not a place to go back to',
    view: viewOf(deployment('w', { revisions: [{ spec: limited('32Mi'), minutes: 600 }, { spec: limited('64Mi'), minutes: 20 }], pods: [crashed(oom)] })),
    want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }],
  },
  { name: 'look-alike: 137 without OOMKilled', view: viewOf(deployment('w', { revisions: [{ spec: limited('64Mi'), minutes: 600 }], pods: [crashed({ exitCode: 137 })] })), want: [] },
  { name: 'look-alike: OOMKilled without a limit', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 600 }], pods: [crashed(oom)] })), want: [] },
  {
    name: 'look-alike: one end long ago, ready since',
    view: viewOf(deployment('w', { revisions: [{ spec: limited('64Mi'), minutes: 6000 }], pods: [{ ...running, state: { ...running.state, restartCount: 1, lastState: { terminated: { ...oom, finishedAt: ago(900) } } } }] })),
    want: [],
  },
])('$name', ({ view, want }) => expect(seenBy(memoryLimitTooLow, view)).toEqual(want))
