import { expect, test } from 'vitest'
import { applied, container, event, object, viewOf } from '../testing/cluster.ts'
import { job } from '../testing/workloads.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { cronjobCannotRun } from './cronjob-cannot-run.ts'

const cron = (spec: object) => object('batch/v1', 'CronJob', 'nightly', { spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: { spec: container() } } }, ...spec } })
const found = [{ subject: 'CronJob shop/nightly', plans: [] }]

test.each([
  { name: 'a schedule of six fields', view: viewOf([cron({ schedule: '0 0 * * * *' })]), want: found },
  { name: 'an hour that does not exist', view: viewOf([cron({ schedule: '0 25 * * *' })]), want: found },
  { name: 'a time zone that does not exist', view: viewOf([cron({ timeZone: 'Europe/Atlantis' })]), want: found },
  { name: 'a deadline shorter than the rhythm', view: viewOf([cron({ startingDeadlineSeconds: 5 })]), want: found },
  { name: 'the controller says so', view: viewOf([cron({}), event({ kind: 'CronJob', name: 'nightly' }, { reason: 'TooManyMissedTimes', message: 'too many missed start times' })]), want: found },
  { name: 'a run that does not end forbids the next', view: viewOf([cron({ concurrencyPolicy: 'Forbid' }), ...job('nightly-1', { spec: container(), of: 'nightly', minutes: 300 })]), want: found },
  { name: 'changed by hand: back', view: viewOf([applied(cron({ schedule: 'x' }), cron({}))]), want: [{ subject: 'CronJob shop/nightly', plans: [['patch CronJob shop/nightly']] }] },
  { name: 'good', view: viewOf([cron({ schedule: '*/5 1-3,22 * jan-mar mon,fri' })]), want: [] },
  { name: 'good: a word', view: viewOf([cron({ schedule: '@daily' })]), want: [] },
  { name: 'look-alike: suspended', view: viewOf([cron({ schedule: 'x', suspend: true })]), want: [] },
  { name: 'look-alike: a long run beside which others may start', view: viewOf([cron({}), ...job('nightly-1', { spec: container(), of: 'nightly', minutes: 300 })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(cronjobCannotRun, view)).toEqual(want))
