import { expect, test } from 'vitest'
import { container, node, viewOf } from '../testing/cluster.ts'
import { owned } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { daemonsetCoversNothing } from './daemonset-covers-nothing.ts'

const picky = { ...container(), nodeSelector: { disk: 'ssd' } }

test.each([
  { name: 'labels that no node has; the change before had none: back', view: viewOf([node('n1'), owned('DaemonSet', 'agent', { spec: picky, earlier: [container()] })]), want: [{ subject: 'DaemonSet shop/agent', plans: [['roll back DaemonSet shop/agent from revision 2 to 1']] }] },
  { name: 'all nodes are tainted', view: viewOf([node('n1', { spec: { taints: [{ key: 'team', value: 'a', effect: 'NoSchedule' }] } }), owned('DaemonSet', 'agent', { spec: container() })]), want: [{ subject: 'DaemonSet shop/agent', plans: [] }] },
  { name: 'good', view: viewOf([node('n1'), owned('DaemonSet', 'agent', { spec: container() })]), want: [] },
  { name: 'look-alike: for some of the nodes', view: viewOf([node('n1'), node('n2', { labels: { disk: 'ssd' } }), owned('DaemonSet', 'agent', { spec: picky })]), want: [] },
  { name: 'look-alike: cordoned nodes are served', view: viewOf([node('n1', { spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] } }), owned('DaemonSet', 'agent', { spec: container() })]), want: [] },
  { name: 'look-alike: no nodes were collected', view: viewOf(owned('DaemonSet', 'agent', { spec: picky })), want: [] },
])('$name', ({ view, want }) => expect(seenBy(daemonsetCoversNothing, view)).toEqual(want))
