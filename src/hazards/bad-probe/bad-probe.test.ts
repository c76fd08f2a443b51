import { expect, test } from 'vitest'
import { ago, container, deployment, event, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { badProbe } from './bad-probe.ts'

const probe = (fields: object, more: object = {}) => container({ ports: [{ containerPort: 8080 }], livenessProbe: { httpGet: { path: '/l', port: 8080 }, ...fields }, ...more })
const killed = { state: { ready: false, restartCount: 4, state: { running: { startedAt: ago(1) } }, lastState: { terminated: { exitCode: 137, startedAt: ago(2), finishedAt: ago(1.5) } } } }
const failed = (message: string) => event({ kind: 'Pod', name: 'w-h1-p0' }, { reason: 'Unhealthy', message, minutes: 1 })
const w = (spec: ReturnType<typeof container>) => deployment('w', { revisions: [{ spec, minutes: 900 }], pods: [killed] })

test.each([
  { name: 'the wrong port, one declared', view: viewOf([w(probe({ httpGet: { path: '/l', port: 9999 } })), failed('Liveness probe failed: Get "http://10.0.0.1:9999/l": dial tcp 10.0.0.1:9999: connect: connection refused')]), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }] },
  { name: 'gives up before any start', view: viewOf([w(probe({ periodSeconds: 1, failureThreshold: 1 })), failed('Liveness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused')]), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }] },
  { name: 'a 404, and nothing shows the right path', view: viewOf([w(probe({})), failed('Liveness probe failed: HTTP probe failed with statuscode: 404')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'look-alike: 500 is the application', view: viewOf([w(probe({})), failed('Liveness probe failed: HTTP probe failed with statuscode: 500')]), want: [] },
  { name: 'look-alike: refused after a long life', view: viewOf([w(probe({ periodSeconds: 10, failureThreshold: 6 })), failed('Liveness probe failed: dial tcp 10.0.0.1:8080: connect: connection refused')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(badProbe, view)).toEqual(want))
