import { expect, test } from 'vitest'
import { container, crashed, deployment, log, running, viewOf, waiting } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { containerLacksPermission } from './container-lacks-permission.ts'

const crash = crashed({ exitCode: 1 })
const readOnly = container({ securityContext: { readOnlyRootFilesystem: true } })
const one = (spec: ReturnType<typeof container>, pod = crash) => deployment('w', { revisions: [{ spec, minutes: 900 }], pods: [pod] })
const said = (text: string) => [log('w-h1-p0', text)]
const found = [{ subject: 'Deployment shop/w', plans: [] }]

test.each([
  { name: 'the last rollout made the file system read-only: back', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }, { spec: readOnly, minutes: 20 }], pods: [crash] }), [log('w-h2-p0', "OSError: [Errno 30] Read-only file system: '/var/cache/x'")]), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'it always was: room where it writes', view: viewOf(one(readOnly), said('open /var/cache/x: read-only file system')), want: [{ subject: 'Deployment shop/w', plans: [['patch Deployment shop/w']] }] },
  { name: 'root is forbidden', view: viewOf(one({ ...container(), securityContext: { runAsNonRoot: true } }, waiting('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root (pod: "w", container: main)'))), want: found },
  { name: 'a file of another user', view: viewOf(one(container()), said('mkdir /data/db: permission denied')), want: found },
  { name: 'a low port', view: viewOf(one(container()), said('listen tcp :80: bind: permission denied')), want: found },
  { name: 'good', view: viewOf(one(readOnly, running)), want: [] },
  { name: 'look-alike: a command that may not be executed', view: viewOf(one(container(), crashed({ exitCode: 126 })), said('/app/run: permission denied')), want: [] },
  { name: 'look-alike: the database refuses', view: viewOf(one(container()), said('ERROR: permission denied for table /orders')), want: [] },
])('$name', ({ view, want }) => expect(seenBy(containerLacksPermission, view)).toEqual(want))
