import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { jobNeverRemoved } from './job-never-removed.ts'

test.each([
  { name: 'nothing is said', objects: [workload(oneContainer(), { kind: 'Job' })], want: ['Job web spec'] },
  { name: 'good', objects: [workload(oneContainer(), { kind: 'Job', fields: { ttlSecondsAfterFinished: 60 } })], want: [] },
  { name: 'look-alike: of a CronJob', objects: [object('batch/v1', 'Job', 'j', { metadata: { ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'c', controller: true }] }, spec: {} }), workload(oneContainer(), { kind: 'CronJob' })], want: [] },
  { name: 'look-alike: a hook', objects: [object('batch/v1', 'Job', 'j', { metadata: { annotations: { 'helm.sh/hook': 'pre-install' } }, spec: {} })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(jobNeverRemoved, { objects })).toEqual(want))
