import { expect, test } from 'vitest'
import { container, deployment, event, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { quotaExceeded } from './quota-exceeded.ts'

const wants = (cpu: string) => container({ resources: { requests: { cpu } } })
const refusal = event({ kind: 'ReplicaSet', name: 'web-h2' }, { reason: 'FailedCreate', message: 'Error creating: pods "web-h2-x" is forbidden: exceeded quota: team, requested: requests.cpu=8, used: requests.cpu=1, limited: requests.cpu=4' })

test.each([
  { name: 'the rollout asks for more than the quota leaves', view: viewOf([deployment('web', { revisions: [{ spec: wants('1'), minutes: 900, ready: 1 }, { spec: wants('8'), minutes: 20 }] }), refusal]), want: [{ subject: 'Deployment shop/web', plans: [['roll back Deployment shop/web from revision 2 to 1']] }] },
  { name: 'look-alike: refused once, complete now', view: viewOf([deployment('web', { revisions: [{ spec: wants('1'), minutes: 900 }, { spec: wants('2'), minutes: 20, ready: 1 }] }), refusal]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(quotaExceeded, view)).toEqual(want))
