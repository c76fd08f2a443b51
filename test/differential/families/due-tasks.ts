/**
 * CronJobs that come due, at two moments of the play (see moments.ts): under each concurrency policy, suspended over a moment and
 * resumed after it, with a deadline, with histories, and with Jobs that people made or took away.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonValue } from '../../../src/kernel/json.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { SCHEDULES } from '../moments.ts'
import type { Script, Step } from '../script.ts'
import { APP, targetOf } from './acts.ts'
import { jobOf } from './workload-objects.ts'

const changed = (spec: JsonValue): Step => ({ do: 'patch', target: targetOf('CronJob'), patch: { type: 'merge', body: { spec } } })
const until = (moment: number): Step => ({ do: 'await', moment })
const jobGone = (moment: number): Step => ({ do: 'remove', target: targetOf('Job', `${APP}-{moment:${moment}}`), propagation: 'Background' })

const cronJob: Arbitrary<KubeObject> = fc
  .record({
    schedule: fc.constantFrom(...SCHEDULES),
    concurrencyPolicy: fc.constantFrom('Allow', 'Forbid', 'Replace'),
    suspend: fc.constantFrom(false, false, true),
    startingDeadlineSeconds: fc.constantFrom(null, null, 20, 600),
    successfulJobsHistoryLimit: fc.constantFrom(null, 0, 1),
    failedJobsHistoryLimit: fc.constantFrom(null, 0),
    image: fc.constantFrom('work:1', 'long:1', 'long:1', 'crash:1'),
  })
  .map(({ image, ...spec }) => {
    const { spec: job } = jobOf(APP, image, { backoffLimit: 0 }) as unknown as { readonly spec: object }
    const drawn = Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== null))
    return { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: APP }, spec: { ...drawn, jobTemplate: { spec: job } } as object }
  })

const between = fc.constantFrom<Step>(...SCHEDULES.map((schedule) => changed({ schedule })), changed({ suspend: true }), changed({ suspend: false }), changed({ concurrencyPolicy: 'Forbid' }), { do: 'instantiate', cronJob: APP, name: 'by-hand' }, jobGone(0), { do: 'settle' })
const after = fc.constantFrom<Step>(changed({ suspend: false }), changed({ successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0 }), jobGone(0), jobGone(1), { do: 'remove', target: targetOf('CronJob'), propagation: 'Foreground' }, { do: 'remove', target: targetOf('CronJob'), propagation: 'Orphan' })

/** One step between the moments at most: it has to come to rest before the second. A short deadline and a resumption do not go together: how long the rest before it takes is the machine's. */
export const dueScripts: Arbitrary<Script> = fc
  .tuple(cronJob, fc.option(between, { freq: 3 }), fc.array(after, { maxLength: 3 }))
  .map(([object, middle, last]): Script => ({ name: 'CronJob that is due', steps: [{ do: 'create', object }, until(0), ...(middle === null ? [] : [middle]), until(1), ...last] }))
  .filter(({ steps: [first, ...rest] }) => !(JSON.stringify(first).includes('"startingDeadlineSeconds":20') && rest.some((step) => step.do === 'patch' && JSON.stringify(step.patch).includes('"suspend":false'))))
