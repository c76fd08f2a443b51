import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { cronjobPilesUp } from './cronjob-piles-up.ts'

const cron = (fields: object) => [workload(oneContainer(), { kind: 'CronJob', fields })]

test.each([
  { name: 'nothing is said', objects: cron({}), want: ['CronJob web spec'] },
  { name: 'Allow', objects: cron({ concurrencyPolicy: 'Allow' }), want: ['CronJob web spec.concurrencyPolicy'] },
  { name: 'good', objects: cron({ concurrencyPolicy: 'Forbid' }), want: [] },
  { name: 'look-alike: runs that end', objects: cron({ jobTemplate: { spec: { activeDeadlineSeconds: 60 } } }), want: [] },
  { name: 'look-alike: suspended', objects: cron({ suspend: true }), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(cronjobPilesUp, { objects })).toEqual(want))
