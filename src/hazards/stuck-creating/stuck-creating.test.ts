import { expect, test } from 'vitest'
import { container, deployment, event, viewOf, waiting } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { stuckCreating } from './stuck-creating.ts'

const user = (minutes: number) => deployment('db', { revisions: [{ spec: container(), minutes: 90 }], pods: [{ ...waiting('ContainerCreating'), minutes }] })
const attach = event({ kind: 'Pod', name: 'db-h1-p0' }, { reason: 'FailedAttachVolume', message: 'Multi-Attach error for volume "v"' })

test.each([
  { name: 'the volume is still elsewhere', view: viewOf([user(20), attach]), want: [{ subject: 'Deployment shop/db', plans: [] }] },
  { name: 'look-alike: placed a minute ago', view: viewOf([user(1), attach]), want: [] },
  { name: 'look-alike: nothing complains', view: viewOf([user(20)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(stuckCreating, view)).toEqual(want))
