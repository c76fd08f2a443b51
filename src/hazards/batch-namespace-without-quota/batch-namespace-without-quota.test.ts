import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { batchNamespaceWithoutQuota } from './batch-namespace-without-quota.ts'

const job = (name: string) => workload(oneContainer(), { kind: 'CronJob', name })

test.each([
  { name: 'jobs alone', objects: [job('a'), job('b')], want: ['CronJob a metadata.namespace'] },
  { name: 'good', objects: [job('a'), job('b'), object('v1', 'ResourceQuota', 'q')], want: [] },
  { name: 'look-alike: a service with a nightly job', objects: [job('a'), workload(oneContainer())], want: [] },
  { name: 'look-alike: a queue', objects: [job('a'), job('b'), object('kueue.x-k8s.io/v1beta1', 'LocalQueue', 'q')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(batchNamespaceWithoutQuota, { objects })).toEqual(want))
