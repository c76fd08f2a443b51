import { describe, expect, test } from 'vitest'
import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { ago, container, deployment, node, object, pod, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronJob, job, newEvent, owned, unplaced } from '../testing/workloads.ts'
import { unschedulable } from './unschedulable.ts'

const picky: PodSpec = { ...container(), nodeSelector: { disk: 'ssd' } }
const large = container({ resources: { requests: { cpu: '64' } } })
const usingClaim: PodSpec = { ...container(), volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] }
const noFit = unplaced('0/1 nodes are available: 1 Insufficient cpu.')
const web = (spec: PodSpec, pods = [noFit]) => deployment('web', { revisions: [{ spec, minutes: 6000 }], pods })
const found = (subject: string) => [{ subject, plans: [] }]

describe('who is found', () => {
  test.each([
    { name: 'the rollout asks for labels no node has: back', view: viewOf([node('n1'), deployment('web', { revisions: [{ spec: container(), minutes: 6000 }, { spec: picky, minutes: 20 }], pods: [noFit] })]), want: [{ subject: 'Deployment shop/web', plans: [['roll back Deployment shop/web from revision 2 to 1']] }] },
    { name: 'the revision before asked for the same', view: viewOf([node('n1'), deployment('web', { revisions: [{ spec: large, minutes: 6000 }, { spec: { ...large, containers: [{ ...large.containers[0], name: 'main', args: ['--new'] }] }, minutes: 20 }], pods: [noFit] })]), want: found('Deployment shop/web') },
    { name: 'two pods are one finding', view: viewOf([node('n1'), web(large, [noFit, noFit])]), want: found('Deployment shop/web') },
    { name: 'a StatefulSet', view: viewOf([node('n1'), owned('StatefulSet', 'db', { spec: large, pods: [running, noFit] })]), want: found('StatefulSet shop/db') },
    { name: 'a DaemonSet', view: viewOf([node('n1'), owned('DaemonSet', 'agent', { spec: large, pods: [noFit] })]), want: found('DaemonSet shop/agent') },
    { name: 'the run of a CronJob', view: viewOf([node('n1'), cronJob('nightly', large), job('nightly-1', { spec: large, of: 'nightly', pods: [noFit] })]), want: found('CronJob shop/nightly') },
    { name: 'a pod of its own', view: viewOf([node('n1'), pod('lonely', { spec: large, draft: noFit })]), want: found('Pod shop/lonely') },
    { name: 'only an event says so, in the newer API', view: viewOf([node('n1'), web(large, [{ ...noFit, status: { phase: 'Pending', conditions: undefined, containerStatuses: undefined } }]), newEvent({ kind: 'Pod', name: 'web-h1-p0' }, { reason: 'FailedScheduling', note: '0/1 nodes are available: 1 Insufficient cpu.' })]), want: found('Deployment shop/web') },
    { name: 'its template names a node that is not there; the one before did not: back', view: viewOf([node('n1'), deployment('web', { revisions: [{ spec: container(), minutes: 6000 }, { spec: { ...container(), nodeName: 'ghost' }, minutes: 20 }], pods: [{ state: {}, node: 'ghost', status: { phase: 'Pending', containerStatuses: undefined } }] })]), want: [{ subject: 'Deployment shop/web', plans: [['roll back Deployment shop/web from revision 2 to 1']] }] },
    { name: 'a slip of a label that a node has', view: viewOf([node('n1', { labels: { disktype: 'solid' } }), web({ ...container(), nodeSelector: { disktype: 'sollid' } })]), want: [{ subject: 'Deployment shop/web', plans: [['patch Deployment shop/web']] }] },
    { name: 'good', view: viewOf([node('n1'), web(container(), [running])]), want: [] },
    { name: 'good: no statuses were collected', view: viewOf([node('n1'), web(container(), [noFit])].flat().map((item) => (item.kind === 'Pod' ? { ...item, status: undefined } : item))), want: [] },
    { name: 'look-alike: waits for less than a minute', view: viewOf([node('n1'), web(large, [unplaced('0/1 nodes are available', { minutes: 0.5 })])]), want: [] },
    { name: 'look-alike: held by a scheduling gate', view: viewOf([node('n1'), web(container(), [unplaced('Scheduling is blocked due to non-empty scheduling gates', { reason: 'SchedulingGated' })])]), want: [] },
    { name: 'look-alike: a claim that is not bound', view: viewOf([node('n1'), web(usingClaim, [unplaced('0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.')]), object('v1', 'PersistentVolumeClaim', 'data', { metadata: { creationTimestamp: ago(30) }, spec: {}, status: { phase: 'Pending' } })]), want: [] },
    { name: 'look-alike: a claim that is not there', view: viewOf([node('n1'), web(usingClaim, [unplaced('persistentvolumeclaim "data" not found')])]), want: [] },
    { name: 'the claim is bound where the pod may not go', view: viewOf([node('n1'), web(usingClaim, [unplaced('0/1 nodes are available: 1 node(s) had volume node affinity conflict.')])]), want: found('Deployment shop/web') },
  ])('$name', ({ view, want }) => expect(seenBy(unschedulable, view)).toEqual(want))
})

describe('why', () => {
  const causes = (view: ReturnType<typeof viewOf>): unknown => unschedulable.detect(view)[0]?.facts['causes']

  test.each([
    { name: 'too little cpu', message: '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available.', want: ['cpu'] },
    { name: 'a taint and memory', message: '0/3 nodes are available: 1 node(s) had untolerated taint {team: data}, 2 Insufficient memory.', want: ['memory', 'taint'] },
    { name: 'the taint of a cordon is the cordon', message: '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }, 1 node(s) were unschedulable.', want: ['cordoned'] },
    { name: 'a device', message: '0/3 nodes are available: 3 Insufficient nvidia.com/gpu.', want: ['other-resource'] },
    { name: 'labels', message: "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", want: ['node-selector'] },
  ])('the scheduler says: $name', ({ message, want }) => expect(causes(viewOf([node('n1'), web(container(), [unplaced(message)])]))).toEqual(want))

  test.each([
    { name: 'labels', node: node('n1'), spec: picky, want: ['node-selector'] },
    { name: 'a taint', node: node('n1', { spec: { taints: [{ key: 'team', value: 'data', effect: 'NoSchedule' }] } }), spec: container(), want: ['taint'] },
    { name: 'a cordon', node: node('n1', { spec: { unschedulable: true } }), spec: container(), want: ['cordoned'] },
    { name: 'cpu', node: node('n1'), spec: large, want: ['cpu'] },
  ])('nobody says, and the objects do: $name', ({ node: only, spec, want }) => expect(causes(viewOf([only, web(spec, [unplaced('')])]))).toEqual(want))
})
