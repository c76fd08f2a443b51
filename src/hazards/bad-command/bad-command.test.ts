import { expect, test } from 'vitest'
import { applied, container, crashed, deployment, log, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { badCommand } from './bad-command.ts'

const started = container({ command: ['/app/servr'] })
const one = (pod: PodDraft) => deployment('w', { revisions: [{ spec: started, minutes: 900 }], pods: [pod] })
const noStart = crashed({ exitCode: 128, reason: 'StartError', message: 'failed to create containerd task: exec: "/app/servr": stat /app/servr: no such file or directory: unknown' })
const asks = [{ subject: 'Deployment shop/w', plans: [['ask: command']] }]

test.each([
  { name: 'the runtime does not find it; an earlier revision was started otherwise', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }, { spec: started, minutes: 20 }], pods: [noStart] })), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'code 127 alone', view: viewOf(one(crashed({ exitCode: 127 }))), want: asks },
  { name: 'code 126 alone', view: viewOf(one(crashed({ exitCode: 126 }))), want: asks },
  { name: 'the shell says so', view: viewOf(one(crashed({ exitCode: 1 })), [log('w-h1-p0', '/bin/sh: 1: servr: not found')]), want: asks },
  { name: 'an argument that the program does not take', view: viewOf(one(crashed({ exitCode: 2 })), [log('w-h1-p0', 'flag provided but not defined: -prot')]), want: asks },
  { name: 'the manifest that was applied was started otherwise', view: viewOf(one(noStart).map((item) => (item.kind === 'Deployment' ? applied(item, { ...item, spec: { ...(item['spec'] as object), template: { metadata: { labels: { app: 'w' } }, spec: container() } } }) : item))), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }] },
  { name: 'good', view: viewOf(one(running)), want: [] },
  { name: 'look-alike: a record is not found by the program at work', view: viewOf(one(crashed({ exitCode: 1 })), [log('w-h1-p0', 'user 7 not found')]), want: [] },
  { name: 'look-alike: another architecture', view: viewOf(one(crashed({ exitCode: 1 })), [log('w-h1-p0', 'exec /app/server: exec format error')]), want: [] },
  { name: 'look-alike: the program may not write', view: viewOf(one(crashed({ exitCode: 1 })), [log('w-h1-p0', 'mkdir /data: permission denied')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(badCommand, view)).toEqual(want))
