import { expect, test } from 'vitest'
import { ago, container, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { tokenShorterThanJob } from './token-shorter-than-job.ts'

const asking = { ...container(), volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600 } }] } }] }
const ran = (minutes: number, spec: object = asking) => object('batch/v1', 'Job', 'export', { spec: { template: { spec } }, status: { startTime: ago(minutes + 5), completionTime: ago(5) } })

test.each([
  { name: 'four hours with a token of one', view: viewOf([ran(240)]), want: [{ subject: 'Job shop/export', plans: [] }] },
  { name: 'good: shorter than its token', view: viewOf([ran(10)]), want: [] },
  { name: 'look-alike: it asks for no token', view: viewOf([ran(240, container())]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(tokenShorterThanJob, view)).toEqual(want))
