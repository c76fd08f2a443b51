import { expect, test } from 'vitest'
import { object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronjobSuspended } from './cronjob-suspended.ts'

const job = (suspend: boolean) => object('batch/v1', 'CronJob', 'j', { spec: { schedule: '* * * * *', suspend } })

test.each([
  { name: 'suspended', view: viewOf([job(true)]), want: [{ subject: 'CronJob shop/j', plans: [['patch CronJob shop/j']] }] },
  { name: 'a Job', view: viewOf([object('batch/v1', 'Job', 'j', { spec: { suspend: true } })]), want: [{ subject: 'Job shop/j', plans: [['patch Job shop/j']] }] },
  { name: 'look-alike: a queue holds it back', view: viewOf([object('batch/v1', 'Job', 'j', { metadata: { labels: { 'kueue.x-k8s.io/queue-name': 'team' } }, spec: { suspend: true } })]), want: [] },
  { name: 'look-alike: it is complete', view: viewOf([object('batch/v1', 'Job', 'j', { spec: { suspend: true }, status: { conditions: [{ type: 'Complete', status: 'True' }] } })]), want: [] },
  { name: 'good', view: viewOf([job(false)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(cronjobSuspended, view)).toEqual(want))
