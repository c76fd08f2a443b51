import { expect, test } from 'vitest'
import { container, deployment, node, running, viewOf } from '../testing/cluster.ts'
import { unplaced } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { nodeTainted } from './node-tainted.ts'

const closed = node('n1', { spec: { taints: [{ key: 'team', value: 'data', effect: 'NoSchedule' }] } })
const stays = deployment('old', { revisions: [{ spec: container(), minutes: 9000 }], pods: [running] })
const guest = deployment('old', { revisions: [{ spec: { ...container(), tolerations: [{ key: 'team', operator: 'Exists' }] }, minutes: 9000 }], pods: [running] })
const waits = deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [unplaced('0/1 nodes are available: 1 node(s) had untolerated taint {team: data}.')] })

test.each([
  { name: 'tainted under a running pod, and another waits', view: viewOf([closed, stays, waits]), want: [{ subject: 'Node n1', plans: [['patch Node n1']] }] },
  { name: 'look-alike: a pool reserved from the start runs only what tolerates it', view: viewOf([closed, guest, waits]), want: [] },
  { name: 'look-alike: nothing waits', view: viewOf([closed, stays]), want: [] },
  { name: 'look-alike: another node takes it', view: viewOf([closed, node('n2'), stays, waits]), want: [] },
  { name: 'good', view: viewOf([node('n1'), stays]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(nodeTainted, view)).toEqual(want))
