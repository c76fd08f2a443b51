import { expect, test } from 'vitest'
import { container, deployment, event, node, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { nodeGoingAway } from './node-going-away.ts'

const w = deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] })

test.each([
  { name: 'an interruption is announced', view: viewOf([node('n1', { spec: { taints: [{ key: 'cloud.google.com/impending-node-termination', effect: 'NoSchedule' }] } }), node('n2'), w]), want: [{ subject: 'Node n1', plans: [['cordon Node n1', 'drain Node n1']] }] },
  { name: 'an event says so', view: viewOf([node('n1'), node('n2'), w, event({ kind: 'Node', name: 'n1' }, { reason: 'SpotInterruption', message: 'two minutes' })]), want: [{ subject: 'Node n1', plans: [['cordon Node n1', 'drain Node n1']] }] },
  { name: 'somebody is already at it: not raced', view: viewOf([node('n1', { spec: { taints: [{ key: 'aws-node-termination-handler/spot-itn', effect: 'NoSchedule' }, { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' }] } }), node('n2'), w]), want: [{ subject: 'Node n1', plans: [] }] },
  { name: 'there is no other node', view: viewOf([node('n1', { conditions: [{ type: 'PreemptScheduled', status: 'True' }] }), w]), want: [{ subject: 'Node n1', plans: [] }] },
  { name: 'good', view: viewOf([node('n1'), node('n2'), w]), want: [] },
  { name: 'look-alike: a notice of last week', view: viewOf([node('n1'), node('n2'), w, event({ kind: 'Node', name: 'n1' }, { reason: 'SpotInterruption', message: 'x', minutes: 9000 })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(nodeGoingAway, view)).toEqual(want))
