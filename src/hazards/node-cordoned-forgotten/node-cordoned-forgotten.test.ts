import { expect, test } from 'vitest'
import { ago, container, deployment, node, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { nodeCordonedForgotten } from './node-cordoned-forgotten.ts'

const pending = deployment('web', { revisions: [{ spec: container(), minutes: 20 }], pods: [{ state: {}, status: { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: ago(15) }] } }] }).map((item) => (item.kind === 'Pod' ? { ...item, spec: { ...(item['spec'] as object), nodeName: undefined } } : item))

test.each([
  { name: 'a pod waits that would fit', view: viewOf([node('n1', { spec: { unschedulable: true } }), pending]), want: [{ subject: 'Node n1', plans: [['uncordon Node n1']] }] },
  { name: 'look-alike: not cordoned', view: viewOf([node('n1')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(nodeCordonedForgotten, view)).toEqual(want))
