import { expect, test } from 'vitest'
import { ago, container, deployment, event, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cpuLimitTooLow } from './cpu-limit-too-low.ts'

const limited = (cpu: string) => container({ ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { path: '/', port: 80 } }, resources: { limits: { cpu } } })
const unready = { state: { ready: false, restartCount: 3, state: { running: { startedAt: ago(1) } }, lastState: { terminated: { exitCode: 137, startedAt: ago(3), finishedAt: ago(2) } } } }
const one = (cpu: string) => deployment('w', { revisions: [{ spec: limited(cpu), minutes: 900 }], pods: [unready] })
const timeout = 'Liveness probe failed: Get "http://10.0.0.1:80/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
const failed = (name: string, message: string) => event({ kind: 'Pod', name }, { reason: 'Unhealthy', message, minutes: 1 })

test.each([
  { name: 'the last rollout lowered it: back', view: viewOf([deployment('w', { revisions: [{ spec: limited('1'), minutes: 900 }, { spec: limited('100m'), minutes: 20 }], pods: [unready] }), failed('w-h2-p0', timeout)]), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'it always was a trickle', view: viewOf([one('10m'), failed('w-h1-p0', timeout)]), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }] },
  { name: 'good', view: viewOf(deployment('w', { revisions: [{ spec: limited('10m'), minutes: 900 }], pods: [running] })), want: [] },
  { name: 'look-alike: refused', view: viewOf([one('10m'), failed('w-h1-p0', 'Liveness probe failed: dial tcp: connection refused')]), want: [] },
  { name: 'look-alike: times out with CPU enough', view: viewOf([one('2'), failed('w-h1-p0', timeout)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(cpuLimitTooLow, view)).toEqual(want))
