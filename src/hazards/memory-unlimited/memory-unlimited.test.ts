import { expect, test } from 'vitest'
import { container, crashed, deployment, event, node, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { memoryUnlimited } from './memory-unlimited.ts'

const limited = container({ resources: { limits: { memory: '64Mi' } } })
const oom = crashed({ exitCode: 137, reason: 'OOMKilled' })
const one = (spec: typeof limited, pod: PodDraft) => deployment('w', { revisions: [{ spec, minutes: 900 }], pods: [pod] })

test.each([
  { name: 'no limit, and killed for memory', view: viewOf([node('n1'), one(container(), oom)]), want: [{ subject: 'Deployment shop/w', plans: [['ask: memory']] }] },
  { name: 'the last rollout took the limit away: back', view: viewOf(deployment('w', { revisions: [{ spec: limited, minutes: 900 }, { spec: container(), minutes: 20 }], pods: [oom] })), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'killed without a word of the runtime, and the node says that it ran out', view: viewOf([node('n1'), one(container(), crashed({ exitCode: 137 })), event({ kind: 'Node', name: 'n1' }, { reason: 'SystemOOM', message: 'System OOM encountered, victim process: python', minutes: 2 })]), want: [{ subject: 'Deployment shop/w', plans: [['ask: memory']] }] },
  { name: 'good', view: viewOf(one(container(), running)), want: [] },
  { name: 'look-alike: its own limit', view: viewOf(one(limited, oom)), want: [] },
  { name: 'look-alike: any SIGKILL', view: viewOf(one(container(), crashed({ exitCode: 137 }))), want: [] },
])('$name', ({ view, want }) => expect(seenBy(memoryUnlimited, view)).toEqual(want))
