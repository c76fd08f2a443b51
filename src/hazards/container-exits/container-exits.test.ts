import { expect, test } from 'vitest'
import { ago, container, crashed, deployment, event, log, pod, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronJob, ended, job, newEvent, owned } from '../testing/workloads.ts'
import { containerExits } from './container-exits.ts'

const one = { revisions: [{ spec: container(), minutes: 6000 }] }
const failing = (name: string, plans: string[][] = []) => [{ subject: name, plans }]
const since = (minutes: number, restartCount: number) => ({ ...running, minutes: 6000, state: { ...running.state, restartCount, lastState: { terminated: { exitCode: 1, finishedAt: ago(minutes) } } } })
const rolledOut = (first: number, pods = [crashed({ exitCode: 1 })]) => deployment('ledger', { revisions: [{ spec: container(), minutes: first + 4000 }, { spec: container({ args: ['--new'] }), minutes: first }], pods })
const killed = crashed({ exitCode: 137 })
const withInit = { initContainers: [{ name: 'migrate', image: 'registry.test/app:1' }], ...container() }
const initFails = { state: { state: { waiting: { reason: 'PodInitializing' } } }, status: { phase: 'Pending', initContainerStatuses: [{ name: 'migrate', image: 'i', imageID: '', ready: false, restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 3, finishedAt: ago(2) } } }] } }
const twoContainers = { containers: [{ name: 'main', image: 'a:1' }, { name: 'proxy', image: 'p:1' }] }
const second = { state: { ready: true, state: { running: {} } }, status: { containerStatuses: [{ name: 'main', image: 'a:1', imageID: '', ready: true, restartCount: 0, state: { running: {} } }, { name: 'proxy', image: 'p:1', imageID: '', ready: false, restartCount: 6, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 139, finishedAt: ago(1) } } }] } }

test.each([
  { name: 'crashes since the rollout: back', view: viewOf(rolledOut(20)), want: failing('Deployment shop/ledger', [['roll back Deployment shop/ledger from revision 2 to 1']]) },
  { name: 'crashes long after the rollout: nothing to undo', view: viewOf([rolledOut(4000), event({ kind: 'Pod', name: 'ledger-h2-p0' }, { reason: 'BackOff', message: 'Back-off restarting failed container main', minutes: 5 })]), want: failing('Deployment shop/ledger') },
  { name: 'three pods of one workload are one finding', view: viewOf(deployment('w', { ...one, pods: [crashed({ exitCode: 1 }), crashed({ exitCode: 1 }), crashed({ exitCode: 2 })] })), want: failing('Deployment shop/w') },
  { name: 'a StatefulSet goes back, and its stuck pod is freed', view: viewOf(owned('StatefulSet', 'db', { spec: container({ args: ['--new'] }), earlier: [container()], pods: [crashed({ exitCode: 1 })] })), want: failing('StatefulSet shop/db', [['roll back StatefulSet shop/db from revision 2 to 1', 'delete-pod Pod shop/db-0']]) },
  { name: 'a DaemonSet', view: viewOf(owned('DaemonSet', 'agent', { spec: container(), pods: [crashed({ exitCode: 255 }), running] })), want: failing('DaemonSet shop/agent') },
  { name: 'an init container', view: viewOf(deployment('w', { revisions: [{ spec: withInit, minutes: 6000 }], pods: [initFails] })), want: failing('Deployment shop/w') },
  { name: 'the second of two containers', view: viewOf(deployment('w', { revisions: [{ spec: twoContainers, minutes: 6000 }], pods: [second] })), want: failing('Deployment shop/w') },
  { name: 'a pod of its own', view: viewOf([pod('lonely', { spec: container(), draft: crashed({ exitCode: 1 }) })]), want: failing('Pod shop/lonely') },
  { name: 'a Job that fails', view: viewOf(job('import', { spec: container(), pods: [ended(1)] })), want: failing('Job shop/import') },
  { name: 'the run of a CronJob that fails', view: viewOf([cronJob('nightly', container()), job('nightly-2', { spec: container(), of: 'nightly', pods: [ended(1)], finished: 'Failed' })]), want: failing('CronJob shop/nightly') },
  { name: 'ends well where it should run on', view: viewOf(deployment('w', { ...one, pods: [crashed({ exitCode: 0, reason: 'Completed' })] })), want: failing('Deployment shop/w') },
  { name: 'the runtime cannot start it', view: viewOf(deployment('w', { ...one, pods: [{ state: { state: { waiting: { reason: 'RunContainerError', message: 'exec: "serve": executable file not found in $PATH' } } } }] })), want: failing('Deployment shop/w') },
  { name: 'OOMKilled without a limit', view: viewOf(deployment('w', { ...one, pods: [crashed({ exitCode: 137, reason: 'OOMKilled' })] })), want: failing('Deployment shop/w') },
  { name: 'good', view: viewOf(deployment('w', { ...one, pods: [running] })), want: [] },
  { name: 'good: no statuses were collected', view: viewOf(deployment('w', { ...one, pods: [{ state: {}, status: { containerStatuses: undefined } }] })), want: [] },
  { name: 'look-alike: restarted once, ready since', view: viewOf(deployment('w', { ...one, pods: [since(3, 1)] })), want: [] },
  { name: 'look-alike: a counter that is high and old', view: viewOf(deployment('w', { ...one, pods: [since(3000, 40)] })), want: [] },
  { name: 'look-alike: OOMKilled at its limit', view: viewOf(deployment('w', { revisions: [{ spec: container({ resources: { limits: { memory: '64Mi' } } }), minutes: 6000 }], pods: [crashed({ exitCode: 137, reason: 'OOMKilled' })] })), want: [] },
  { name: 'look-alike: killed after failed liveness probes', view: viewOf([deployment('w', { ...one, pods: [killed] }), event({ kind: 'Pod', name: 'w-h1-p0' }, { reason: 'Killing', message: 'Container main failed liveness probe, will be restarted', minutes: 1 })]), want: [] },
  { name: 'look-alike: the same, told by events.k8s.io', view: viewOf([deployment('w', { ...one, pods: [killed] }), newEvent({ kind: 'Pod', name: 'w-h1-p0' }, { reason: 'Unhealthy', note: 'Liveness probe failed: HTTP probe failed with statuscode: 500', minutes: 1 })]), want: [] },
  { name: 'look-alike: a Job whose pod ended with 0', view: viewOf(job('import', { spec: container(), pods: [ended(0)], finished: 'Complete' })), want: [] },
  { name: 'look-alike: a Job that needed a second try', view: viewOf(job('import', { spec: container(), pods: [ended(1), ended(0)], finished: 'Complete' })), want: [] },
  { name: 'look-alike: an earlier run of a CronJob that the next one made good', view: viewOf([cronJob('nightly', container()), job('nightly-1', { spec: container(), of: 'nightly', minutes: 90, pods: [ended(1)], finished: 'Failed' }), job('nightly-2', { spec: container(), of: 'nightly', pods: [ended(0)], finished: 'Complete' })]), want: [] },
  { name: 'look-alike: evicted by the node, replaced since', view: viewOf(deployment('w', { ...one, pods: [running, { ...ended(137, { reason: 'Evicted', message: 'The node was low on resource: memory.' }) }] })), want: [] },
  { name: 'look-alike: waits for its image', view: viewOf(deployment('w', { ...one, pods: [{ state: { state: { waiting: { reason: 'ImagePullBackOff' } } } }] })), want: [] },
])('$name', ({ view, want }) => expect(seenBy(containerExits, view)).toEqual(want))

test('the summary quotes what the container said before it ended', () => {
  const [finding] = containerExits.detect(viewOf(deployment('w', { ...one, pods: [crashed({ exitCode: 1 })] }), [log('w-h1-p0', 'starting\npanic: no such table: orders\nbye')]))
  expect(finding?.summary).toContain('panic: no such table: orders')
})
