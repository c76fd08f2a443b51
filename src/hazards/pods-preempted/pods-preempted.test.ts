import { expect, test } from 'vitest'
import { ago, container, deployment, event, node, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { unplaced } from '../testing/workloads.ts'
import { podsPreempted } from './pods-preempted.ts'

const asks = (cpu: string, priority: number, priorityClassName?: string) => ({ ...container({ resources: { requests: { cpu } } }), priority, ...(priorityClassName === undefined ? {} : { priorityClassName }) })
const full = '0/1 nodes are available: 1 Insufficient cpu.'
const low = (pod: PodDraft, name = 'low') => deployment(name, { revisions: [{ spec: asks('1', 0), minutes: 9000 }], pods: [pod] })
const high = (pod: PodDraft = { ...running, minutes: 15 }) => deployment('high', { revisions: [{ spec: asks('3500m', 1000, 'urgent'), minutes: 16 }], pods: [pod] })
const grown = deployment('high', { revisions: [{ spec: asks('500m', 1000, 'urgent'), minutes: 9000 }, { spec: asks('3500m', 1000, 'urgent'), minutes: 16 }], pods: [{ ...running, minutes: 15 }] })
const told = (by: string, victim = 'low-h1-x2x4z') => event({ kind: 'Pod', name: victim }, { reason: 'Preempted', message: `Preempted by pod ${by} on node n1`, type: 'Normal', minutes: 15 })
const asking = [{ subject: 'Deployment shop/high', plans: [['ask: requests']] }]

test.each([
  { name: 'the scheduler said who took whose place', view: viewOf([node('n1'), low(unplaced(full)), high(), told('shop/high-h1-p0')]), want: asking },
  { name: 'it came with a rollout that asks for more: back', view: viewOf([node('n1'), low(unplaced(full)), grown, told('shop/high-h2-p0')]), want: [{ subject: 'Deployment shop/high', plans: [['roll back Deployment shop/high from revision 2 to 1']] }] },
  { name: 'no events: priorities and times say so', view: viewOf([node('n1'), low(unplaced(full)), high()]), want: asking },
  { name: 'a chain is told by its links', view: viewOf([node('n1'), low(unplaced(full)), high(unplaced(full)), told('shop/high-h1-p0'), deployment('top', { revisions: [{ spec: asks('3900m', 9000), minutes: 12 }], pods: [{ ...running, minutes: 12 }] }), told('shop/top-h1-p0', 'high-h1-abcde')]), want: [{ subject: 'Deployment shop/top', plans: [['ask: requests']] }, ...asking] },
  { name: 'good', view: viewOf([node('n1'), low(running), high()]), want: [] },
  { name: 'look-alike: pods that were displaced and run elsewhere', view: viewOf([node('n1'), node('n2'), low({ ...running, node: 'n2' }), high(), told('shop/high-h1-p0')]), want: [] },
  { name: 'look-alike: pods that wait for room although nobody more important came', view: viewOf([node('n1'), low(unplaced(full)), low({ ...running, minutes: 15 }, 'peer')]), want: [] },
  { name: 'look-alike: pods that a node evicted for its own memory', view: viewOf([node('n1'), low(running), event({ kind: 'Pod', name: 'low-h1-gone' }, { reason: 'Evicted', message: 'The node was low on resource: memory.' })]), want: [] },
  { name: 'look-alike: a more important workload that has stood for long', view: viewOf([node('n1'), low(unplaced(full)), high({ ...running, minutes: 6000 })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(podsPreempted, view)).toEqual(want))

test('who was young when the other came has not been displaced', () => {
  const late = deployment('late', { revisions: [{ spec: asks('1', 0), minutes: 5 }], pods: [unplaced(full, { minutes: 5 })], fields: { metadata: { creationTimestamp: ago(5) } } })
  expect(seenBy(podsPreempted, viewOf([node('n1'), late, high()]))).toEqual([])
})
