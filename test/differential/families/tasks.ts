/** Jobs beyond the plain one, and CronJobs that are not due: what policies make of a failure, and what is made from a CronJob by hand. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Step } from '../script.ts'
import { jobOf } from './workload-objects.ts'

const count = fc.integer({ min: 1, max: 3 })
const size = { parallelism: count, completions: count }
const spared = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }
const byCode = (action: string, operator: 'In' | 'NotIn'): object => ({ action, onExitCodes: { operator, values: [3] } })

/** A pod that is evicted, one that fails, one index that fails for the others, a queue of work, one that starts again in its place. */
const sparing = fc.record({ ...size, image: fc.constantFrom('long:1', 'work:1'), backoffLimit: fc.constant(0), podFailurePolicy: fc.constantFrom([spared], [byCode('FailJob', 'In'), spared], [spared, byCode('Count', 'In')]).map((rules) => ({ rules })) })
const failing = fc.record({ ...size, image: fc.constantFrom('crash:1', 'work:1'), completionMode: fc.constant('Indexed'), backoffLimitPerIndex: fc.constant(1), maxFailedIndexes: fc.constantFrom(undefined, 0, 1), podFailurePolicy: fc.constantFrom({ rules: [byCode('FailIndex', 'In')] }, { rules: [byCode('FailJob', 'NotIn'), byCode('FailIndex', 'In')] }) })
const queue = fc.record({ parallelism: fc.constantFrom(0, 1, 2, 3), image: fc.constantFrom('work:1', 'long:1', 'crash:1'), backoffLimit: fc.constant(0) })
const succeeding = fc.record({ ...size, image: fc.constantFrom('work:1', 'long:1'), completionMode: fc.constant('Indexed'), successPolicy: fc.constantFrom({ rules: [{ succeededIndexes: '0', succeededCount: 1 }] }, { rules: [{ succeededIndexes: '0-1' }, { succeededCount: 2 }] }) })
const elastic = fc.record({ ...size, image: fc.constantFrom('long:1', 'work:1'), completionMode: fc.constant('Indexed'), backoffLimit: fc.constant(0) })
const drawn = fc.oneof(sparing, failing, queue, succeeding, elastic)

export function ruledJobs(app: string): Arbitrary<KubeObject> {
  return drawn.map((parts) => {
    const { image, ...spec } = JSON.parse(JSON.stringify(parts)) as { readonly image: string; readonly completions?: number; readonly successPolicy?: object }
    return jobOf(app, image, spec)
  })
}

/** A Job that is made larger or smaller while it works; one of indexes in both its sizes at once. */
export function resized(app: string): Arbitrary<Step> {
  const target = { apiVersion: 'batch/v1', kind: 'Job', name: app }
  return fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()).map(([parallelism, isElastic]) => ({ do: 'patch', target, patch: { type: 'merge', body: { spec: { parallelism, ...(isElastic ? { completions: parallelism } : {}) } } } }))
}

/** Once a year, or never: no play lasts until then. */
const schedules = ['0 0 1 1 *', '@yearly', '30 4 29 2 *', '0 0 1 JAN *']

export function cronJobs(app: string): Arbitrary<KubeObject> {
  const history = fc.constantFrom(undefined, 0, 1)
  const spec = fc.record({ schedule: fc.constantFrom(...schedules), suspend: fc.constantFrom(undefined, true), timeZone: fc.constantFrom(undefined, undefined, 'Etc/UTC', 'Europe/Paris'), concurrencyPolicy: fc.constantFrom(undefined, 'Forbid', 'Replace'), successfulJobsHistoryLimit: history, failedJobsHistoryLimit: history, startingDeadlineSeconds: fc.constantFrom(undefined, 60) })
  return fc.tuple(spec, fc.constantFrom('work:1', 'crash:1', 'long:1')).map(([parts, image]) => {
    const { spec: job } = jobOf(app, image, { backoffLimit: 0 }) as unknown as { readonly spec: object }
    return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: app }, spec: { ...(JSON.parse(JSON.stringify(parts)) as object), jobTemplate: { metadata: { labels: { team: 'a' }, annotations: { note: 'kept' } }, spec: job } } }
  })
}

/** By hand, told to wait, put to another time (also one that is none), with another history. */
export function cronSteps(app: string): Arbitrary<readonly Step[]> {
  const target = { apiVersion: 'batch/v1', kind: 'CronJob', name: app }
  const change = fc.oneof(
    fc.boolean().map((suspend) => ({ suspend })),
    fc.constantFrom(...schedules, '0 0 * *', '61 * * * *', '@often', 'TZ=UTC 0 0 1 1 *').map((schedule) => ({ schedule })),
    fc.constantFrom({ successfulJobsHistoryLimit: 0 }, { failedJobsHistoryLimit: 2 }, { successfulJobsHistoryLimit: -1 }, { timeZone: 'Nowhere/At_all' }, { concurrencyPolicy: 'Sometimes' }, { startingDeadlineSeconds: -1 }),
  )
  const changed = change.map((spec): Step => ({ do: 'patch', target, patch: { type: 'merge', body: { spec } } }))
  const made = fc.constantFrom('one', 'two', 'three').map((name): Step => ({ do: 'instantiate', cronJob: app, name }))
  const gone = fc.constantFrom('Background' as const, 'Foreground' as const, 'Orphan' as const).map((propagation): Step => ({ do: 'remove', target, propagation }))
  return fc.array(fc.oneof({ weight: 4, arbitrary: made }, { weight: 2, arbitrary: changed }, { weight: 1, arbitrary: gone }), { minLength: 1, maxLength: 5 })
}
