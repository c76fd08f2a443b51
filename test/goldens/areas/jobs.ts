/** What a Job makes of a pod that failed: count it, overlook it, or give up. */

import * as fc from 'fast-check'
import type { PodObject } from '../../../src/model/kube/workload.ts'
import { failureVerdict, type FailurePolicy } from '../../../src/twin/controllers/job/failure-policy.ts'
import { area } from '../area.ts'

const code = fc.constantFrom(0, 1, 2, 42, 137)
const rule = fc.oneof(
  fc.record({ action: fc.constantFrom('Ignore', 'FailJob', 'Count'), onExitCodes: fc.record({ containerName: fc.constantFrom('app', 'side', 'init'), operator: fc.constantFrom('In', 'NotIn'), values: fc.uniqueArray(fc.constantFrom(1, 2, 42, 137), { minLength: 1, maxLength: 2 }) }, { requiredKeys: ['operator', 'values'] }) }),
  fc.record({ action: fc.constantFrom('Ignore', 'FailJob', 'Count'), onPodConditions: fc.array(fc.record({ type: fc.constantFrom('DisruptionTarget', 'Ready'), status: fc.constantFrom('True', 'False') }), { minLength: 1, maxLength: 2 }) }),
)
const statusOf = (name: string) => fc.oneof({ weight: 4, arbitrary: code.map((exitCode) => ({ name, state: { terminated: { exitCode } } })) }, { weight: 1, arbitrary: fc.constant({ name, state: { running: {} } }) })
const pod = fc
  .record({ app: statusOf('app'), side: statusOf('side'), init: fc.option(statusOf('init'), { nil: undefined }), conditions: fc.uniqueArray(fc.record({ type: fc.constantFrom('DisruptionTarget', 'Ready'), status: fc.constantFrom('True', 'False', 'Unknown') }), { maxLength: 2, selector: ({ type }) => type }) })
  .map(({ app, side, init, conditions }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-x', namespace: 'shop' },
    status: { phase: 'Failed', containerStatuses: [app, side], ...(init === undefined ? {} : { initContainerStatuses: [init] }), conditions },
  }))

export const failurePolicy = area<{ readonly policy: FailurePolicy; readonly pod: PodObject }>({
  name: 'failure-policy',
  questions: fc.record({ policy: fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 3 }) }), pod }) as never,
  count: 600,
  answer(asked) {
    const verdict = failureVerdict(asked.policy, asked.pod)
    if (verdict.type === 'fail-job') return { verdict: 'fail-job', message: verdict.message }
    return { verdict: verdict.type }
  },
  agrees: (ours, upstream) => JSON.stringify(ours) === JSON.stringify(verdictOf(upstream as Upstream)),
})

interface Upstream {
  readonly counts: boolean
  readonly action?: string
  readonly message?: string
}

function verdictOf({ counts, message }: Upstream): object {
  if (message !== undefined) return { verdict: 'fail-job', message }
  return { verdict: counts ? 'count' : 'ignore' }
}
