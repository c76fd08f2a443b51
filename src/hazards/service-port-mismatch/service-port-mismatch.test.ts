import { expect, test } from 'vitest'
import { container, deployment, logNow, object, running, service, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { owned } from '../testing/workloads.ts'
import { servicePortMismatch } from './service-port-mismatch.ts'

const listens = (...ports: object[]) => container({ ports: ports as never })
const web = (spec = listens({ name: 'http', containerPort: 8080 })) => deployment('web', { revisions: [{ spec, minutes: 6000 }], pods: [running] })
const mends = [{ subject: 'Service shop/web', plans: [['patch Service shop/web']] }]
const leads = (ports: object[], more: object = {}) => object('v1', 'Service', 'web', { spec: { selector: { app: 'web' }, ports, ...more } })
const withSidecar = { containers: [{ name: 'main', image: 'a:1', ports: [{ containerPort: 8080 }] }, { name: 'proxy', image: 'p:1', ports: [{ containerPort: 9443 }] }] }
const nativeSidecar = { initContainers: [{ name: 'proxy', image: 'p:1', restartPolicy: 'Always', ports: [{ containerPort: 9443 }] }], ...listens({ containerPort: 8080 }) }
const twoColours = [...deployment('blue', { revisions: [{ spec: listens({ name: 'http', containerPort: 8080 }), minutes: 6000, labels: { tier: 'front' } }], pods: [running] }), ...deployment('green', { revisions: [{ spec: listens({ name: 'web', containerPort: 8080 }), minutes: 6000, labels: { tier: 'front' } }], pods: [running] })]

test.each([
  { name: 'a number beside the one that is declared', view: viewOf([web(), service('web', { port: 80, targetPort: 9090 })]), want: mends },
  { name: 'no target: the port itself', view: viewOf([web(), service('web', { port: 80 })]), want: mends },
  { name: 'a name that no port has', view: viewOf([web(), service('web', { targetPort: 'htpp' })]), want: mends },
  { name: 'a name, and the pods declare nothing', view: viewOf([web(container()), service('web', { targetPort: 'http' })]), want: [{ subject: 'Service shop/web', plans: [] }] },
  { name: 'two candidates: a person says which', view: viewOf([web(listens({ containerPort: 8080 }, { containerPort: 9090 })), service('web', { targetPort: 7070 })]), want: [{ subject: 'Service shop/web', plans: [] }] },
  { name: 'two candidates, and the name of the port decides', view: viewOf([web(listens({ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 })), leads([{ name: 'http', port: 80, targetPort: 7070 }])]), want: mends },
  { name: 'the other protocol is another port', view: viewOf([web(listens({ containerPort: 8080 }, { containerPort: 53, protocol: 'UDP' })), leads([{ port: 53, targetPort: 53, protocol: 'TCP' }])]), want: mends },
  { name: 'the second of two ports', view: viewOf([web(), leads([{ name: 'a', port: 80, targetPort: 8080 }, { name: 'b', port: 81, targetPort: 8081 }])]), want: mends },
  { name: 'pods of a StatefulSet', view: viewOf([owned('StatefulSet', 'db', { spec: listens({ containerPort: 5432 }), pods: [running] }), service('db', { port: 5432, targetPort: 5433 })]), want: [{ subject: 'Service shop/db', plans: [['patch Service shop/db']] }] },
  { name: 'manifests only, no pod yet', view: viewOf([web().slice(0, 1), service('web', { targetPort: 9090 })]), want: mends },
  { name: 'good', view: viewOf([web(), service('web', { targetPort: 'http' })]), want: [] },
  { name: 'good: a number written as text', view: viewOf([web(), service('web', { targetPort: '8080' })]), want: [] },
  { name: 'nothing is declared, and the log says where it listens', view: viewOf([deployment('w', { revisions: [{ spec: container(), minutes: 900 }], pods: [running] }), service('w', { targetPort: 9090 })], [logNow('w-h1-p0', 'Server listening on port 8080')]), want: [{ subject: 'Service shop/w', plans: [['patch Service shop/w']] }] },
  { name: 'look-alike: pods that declare no ports', view: viewOf([web(container()), service('web', { targetPort: 9090 })]), want: [] },
  { name: 'look-alike: not declared, and a probe uses it', view: viewOf([web(container({ ports: [{ containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 9090 } } })), service('web', { targetPort: 9090 })]), want: [] },
  { name: 'look-alike: a sidecar serves it', view: viewOf([web(withSidecar), service('web', { targetPort: 9443 })]), want: [] },
  { name: 'look-alike: a sidecar among the init containers serves it', view: viewOf([web(nativeSidecar), service('web', { targetPort: 9443 })]), want: [] },
  { name: 'look-alike: one of two workloads behind it has the name', view: viewOf([twoColours, object('v1', 'Service', 'front', { spec: { selector: { tier: 'front' }, ports: [{ port: 80, targetPort: 'web' }] } })]), want: [] },
  { name: 'look-alike: headless, so callers choose the port', view: viewOf([web(), leads([{ port: 7000 }], { clusterIP: 'None' })]), want: [] },
  { name: 'look-alike: an external name', view: viewOf([web(), leads([{ port: 80, targetPort: 9090 }], { type: 'ExternalName', externalName: 'x.example.com' })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(servicePortMismatch, view)).toEqual(want))
