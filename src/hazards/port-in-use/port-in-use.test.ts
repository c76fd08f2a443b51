import { expect, test } from 'vitest'
import { container, crashed, deployment, log, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { portInUse } from './port-in-use.ts'

const crash = crashed({ exitCode: 1 })
const two = { containers: [...container({ ports: [{ containerPort: 8080 }] }).containers, { name: 'proxy', image: 'p', ports: [{ containerPort: 8080 }] }] }

test.each([
  { name: 'a sidecar has it: back', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }, { spec: two, minutes: 20 }], pods: [crash] }), [log('w-h2-p0', 'listen tcp :8080: bind: address already in use')]), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'it always had: asks', view: viewOf(deployment('w', { revisions: [{ spec: two, minutes: 900 }], pods: [crash] }), [log('w-h1-p0', 'Error: listen EADDRINUSE: address already in use :::8080')]), want: [{ subject: 'Deployment shop/w', plans: [['ask: port']] }] },
  { name: 'good: the same port, and nobody complains', view: viewOf(deployment('w', { revisions: [{ spec: two, minutes: 900 }], pods: [running] })), want: [] },
  { name: 'look-alike: no right to listen', view: viewOf(deployment('w', { revisions: [{ spec: two, minutes: 900 }], pods: [crash] }), [log('w-h1-p0', 'listen tcp :80: bind: permission denied')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(portInUse, view)).toEqual(want))
