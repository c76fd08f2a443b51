import { expect, test } from 'vitest'
import { object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronjobSuspended } from './cronjob-suspended.ts'

const job = (suspend: boolean) => object('batch/v1', 'CronJob', 'j', { spec: { schedule: '* * * * *', suspend } })

test.each([
  { name: 'suspended', view: viewOf([job(true)]), want: [{ subject: 'CronJob shop/j', plans: [['patch CronJob shop/j']] }] },
  { name: 'good', view: viewOf([job(false)]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(cronjobSuspended, view)).toEqual(want))
