import { expect, test } from 'vitest'
import { ago, container, deployment, event, log, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { newEvent, owned } from '../testing/workloads.ts'
import { applicationUnhealthy } from './application-unhealthy.ts'

const probed = (more: object = {}) => container({ ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { path: '/r', port: 8080 }, ...more } })
const startedAgo = (minutes: number, restartCount = 0): PodDraft => ({ minutes, state: { ready: false, restartCount, state: { running: { startedAt: ago(minutes) } } } })
const says = (pod: string, message: string, minutes = 1) => event({ kind: 'Pod', name: pod }, { reason: 'Unhealthy', message, minutes })
const failing = 'Readiness probe failed: HTTP probe failed with statuscode: 503'
const one = (pods: PodDraft[], spec = probed()) => deployment('w', { revisions: [{ spec, minutes: 6000 }], pods })
const slowStart = { ...container({ startupProbe: { tcpSocket: { port: 80 }, periodSeconds: 10, failureThreshold: 60 } }) }
const sidecar = { containers: [{ name: 'main', image: 'a:1' }, { name: 'proxy', image: 'p:1', readinessProbe: { httpGet: { path: '/', port: 15_021 } } }] }
const sidecarUnready: PodDraft = { state: {}, status: { containerStatuses: [{ name: 'main', image: 'a:1', imageID: '', ready: true, restartCount: 0, state: { running: {} } }, { name: 'proxy', image: 'p:1', imageID: '', ready: false, restartCount: 0, state: { running: { startedAt: ago(20) } } }] } }

test.each([
  { name: 'answers 503 since the rollout: back', view: viewOf([deployment('w', { revisions: [{ spec: container({ image: 'a:1' }), minutes: 6000 }, { spec: probed(), minutes: 20 }], pods: [startedAgo(20)] }), says('w-h2-p0', failing)]), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'answers 503, and no rollout came before', view: viewOf([one([startedAgo(20)]), says('w-h1-p0', failing)]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'a StatefulSet, told by events.k8s.io', view: viewOf([owned('StatefulSet', 'db', { spec: probed(), pods: [startedAgo(20)] }), newEvent({ kind: 'Pod', name: 'db-0' }, { reason: 'Unhealthy', note: failing })]), want: [{ subject: 'StatefulSet shop/db', plans: [] }] },
  { name: 'the sidecar of a DaemonSet', view: viewOf([owned('DaemonSet', 'agent', { spec: sidecar, pods: [sidecarUnready] }), says('agent-0', failing)]), want: [{ subject: 'DaemonSet shop/agent', plans: [] }] },
  { name: 'a command that says no', view: viewOf([one([startedAgo(20)], container({ readinessProbe: { exec: { command: ['check'] } } })), says('w-h1-p0', 'Readiness probe failed: queue is not drained')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'no answer in time, in two of its pods', view: viewOf([one([startedAgo(20), startedAgo(20), running]), says('w-h1-p0', 'Readiness probe failed: context deadline exceeded'), says('w-h1-p1', 'Readiness probe failed: context deadline exceeded')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'has used up its time to start and been killed for it', view: viewOf([one([startedAgo(2, 3)], slowStart), says('w-h1-p0', 'Startup probe failed: dial tcp 10.0.0.1:80: connect: connection refused')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'good', view: viewOf(one([running])), want: [] },
  { name: 'good: failed once while it started, ready now', view: viewOf([one([running]), says('w-h1-p0', failing, 18)]), want: [] },
  { name: 'look-alike: 404 from a healthy server', view: viewOf([one([startedAgo(20)]), says('w-h1-p0', 'Readiness probe failed: HTTP probe failed with statuscode: 404')]), want: [] },
  { name: 'look-alike: a slow start within its start-up probe', view: viewOf([one([startedAgo(4)], slowStart), says('w-h1-p0', 'Startup probe failed: dial tcp 10.0.0.1:80: connect: connection refused')]), want: [] },
  { name: 'look-alike: a start within its readiness probe', view: viewOf([one([startedAgo(0.5)], probed({ initialDelaySeconds: 20 })), says('w-h1-p0', 'Readiness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused', 0.2)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(applicationUnhealthy, view)).toEqual(want))

test('the summary quotes what the application says', () => {
  const [finding] = applicationUnhealthy.detect(viewOf([one([startedAgo(20)]), says('w-h1-p0', failing)], [{ ...log('w-h1-p0', 'GET /r 503\nerror: pool exhausted'), previous: false }]))
  expect(finding?.summary).toContain('pool exhausted')
})
