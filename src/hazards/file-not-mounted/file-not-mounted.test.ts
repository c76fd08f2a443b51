import { expect, test } from 'vitest'
import { container, crashed, deployment, log, object, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { fileNotMounted } from './file-not-mounted.ts'

const crash = crashed({ exitCode: 1 })
const settings = object('v1', 'ConfigMap', 'settings', { data: { 'app.yaml': 'a: 1' } })
const mounted = (mountPath: string) => ({ ...container({ volumeMounts: [{ name: 'v', mountPath }] }), volumes: [{ name: 'v', configMap: { name: 'settings' } }] })
const one = (mountPath: string) => deployment('w', { revisions: [{ spec: mounted(mountPath), minutes: 900 }], pods: [crash] })
const said = (text: string) => [log('w-h1-p0', text)]

test.each([
  { name: 'the volume is mounted elsewhere, and holds the file', view: viewOf([settings, one('/etc/ap')], said('open /etc/app/app.yaml: no such file or directory')), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w'], ['ask: /etc/app/app.yaml']] }] },
  { name: 'the last rollout moved the mount: back', view: viewOf([settings, deployment('w', { revisions: [{ spec: mounted('/etc/app'), minutes: 900 }, { spec: mounted('/etc/ap'), minutes: 20 }], pods: [crash] })], [log('w-h2-p0', "FileNotFoundError: [Errno 2] No such file or directory: '/etc/app/app.yaml'")]), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'nobody holds it: asks', view: viewOf([settings, one('/etc/app')], said("ENOENT: no such file or directory, open '/etc/app/other.yaml'")), want: [{ subject: 'Deployment shop/w', plans: [['ask: /etc/app/other.yaml']] }] },
  { name: 'good', view: viewOf([settings, deployment('w', { revisions: [{ spec: mounted('/etc/app'), minutes: 900 }], pods: [running] })]), want: [] },
  { name: 'look-alike: a library of the image', view: viewOf([settings, one('/etc/app')], said('/usr/lib/libfoo.so: no such file or directory')), want: [] },
  { name: 'look-alike: the command itself', view: viewOf(deployment('w', { revisions: [{ spec: mounted('/etc/app'), minutes: 900 }], pods: [crashed({ exitCode: 127 })] }), said('/app/run: no such file or directory')), want: [] },
])('$name', ({ view, want }) => expect(seenBy(fileNotMounted, view)).toEqual(want))
