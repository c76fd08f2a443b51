import { expect, test } from 'vitest'
import { ago, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { failedJob } from './failed-job.ts'

const run = (name: string, minutes: number, type: string, owner = 'nightly') => object('batch/v1', 'Job', name, { metadata: { creationTimestamp: ago(minutes), ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: owner, controller: true }] }, status: { conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded', message: 'limit', lastTransitionTime: ago(minutes) }] } })
const nightly = object('batch/v1', 'CronJob', 'nightly', { spec: { schedule: '* * * * *' } })

test.each([
  { name: 'the last run failed', view: viewOf([nightly, run('n-1', 90, 'Complete'), run('n-2', 30, 'Failed')]), want: [{ subject: 'CronJob shop/nightly', plans: [] }] },
  { name: 'look-alike: a later run made it good', view: viewOf([nightly, run('n-1', 90, 'Failed'), run('n-2', 30, 'Complete')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(failedJob, view)).toEqual(want))
