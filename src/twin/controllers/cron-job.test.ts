/** When a CronJob starts late, and when it does not. The twin begins at 12:00 on the first of March. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { twinFromSnapshot } from '../from-snapshot.ts'
import { eventsAbout, inShop, podTemplate, testTwin } from '../test-twin.ts'
import type { Twin } from '../twin.ts'

const LONG = { images: [{ image: 'task:1', exits: [{ code: 0, afterSeconds: 100_000 }] }] }
const REF = { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'tick' }

const cron = (spec: object, status?: object): KubeObject =>
  ({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick', namespace: 'shop', creationTimestamp: '2026-01-10T09:00:00Z' }, spec: { jobTemplate: { spec: { template: podTemplate('tick', { image: 'task:1' }, { restartPolicy: 'Never' }) } }, ...spec }, ...(status === undefined ? {} : { status }) }) as never
/** From a snapshot: what is created now has no past. */
const later = (...objects: KubeObject[]): Twin => {
  const base = testTwin({ objects: [] }).snapshot()
  return twinFromSnapshot({ snapshot: { ...base, objects: [...base.objects, ...objects.map((object, index) => ({ ...object, metadata: { ...object.metadata, uid: `old-${index}`, resourceVersion: '7' } }))] }, seed: 1 }).twin
}
const jobs = (twin: Twin): (string | undefined)[] => [...twin.store.list('batch/Job')].map(({ metadata }) => metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'])
const change = (twin: Twin, spec: object): void => void twin.api.patch(REF, { type: 'merge', body: { spec } as never })

describe('a CronJob that was suspended', () => {
  test.each([
    ['starts what it missed, however long ago', { schedule: '0 3 20 * *' }, ['2026-02-20T03:00:00Z']],
    ['starts the last of many', { schedule: '7-59/13 * * * *' }, ['2026-03-01T11:59:00Z']],
    ['waits where a deadline has passed', { schedule: '0 3 20 * *', startingDeadlineSeconds: 600 }, []],
    ['starts within its deadline', { schedule: '55 11 * * *', startingDeadlineSeconds: 600 }, ['2026-03-01T11:55:00Z']],
    ['keeps the hours of its zone', { schedule: '0 9 * * *', timeZone: 'America/New_York' }, ['2026-02-28T09:00:00-05:00']],
    ['never starts on a day that never comes', { schedule: '0 0 31 2 *' }, []],
  ])('%s', (_, spec, started) => {
    const twin = later(cron({ ...spec, suspend: true }))
    twin.advance(2_000)
    expect(jobs(twin)).toEqual([])
    change(twin, { suspend: false })
    twin.advance(2_000)
    expect(jobs(twin)).toEqual(started)
  })

  test('says that it missed more than a hundred', () => {
    const twin = later(cron({ schedule: '*/5 * * * *' }))
    twin.advance(2_000)
    expect(eventsAbout(twin, 'tick').some((text) => text.startsWith('TooManyMissedTimes: '))).toBe(true)
  })
})

test('a schedule that is changed is kept to from its next start on, not for what it would have started before', () => {
  const twin = later(cron({ schedule: '0 0 * * *' }, { lastScheduleTime: '2026-03-01T00:00:00Z' }))
  twin.advance(60_000)
  change(twin, { schedule: '*/5 * * * *' })
  twin.advance(30_000)
  expect(jobs(twin)).toEqual([])
  twin.advance(240_000)
  expect(jobs(twin)).toEqual(['2026-03-01T12:05:00Z'])
})

test('a start that is refused is tried again, and not at the next one only', () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'shop' }, spec: { hard: { 'count/jobs.batch': '0' } } } as never
  const twin = later(quota, cron({ schedule: '0 12 * * *' }, { lastScheduleTime: '2026-02-28T12:00:00Z' }))
  twin.advance(5_000)
  expect(jobs(twin)).toEqual([])
  twin.api.remove({ apiVersion: 'v1', kind: 'ResourceQuota', namespace: 'shop', name: 'none' })
  twin.advance(60_000)
  expect(jobs(twin)).toEqual(['2026-03-01T12:00:00Z'])
})

test.each([
  ['Forbid', ['2026-03-01T12:01:00Z'], 'JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid'],
  ['Replace', ['2026-03-01T12:02:00Z'], 'SuccessfulDelete: Deleted job tick-29539441'],
])('a Job that still runs, under %s', (concurrencyPolicy, started, said) => {
  const twin = testTwin({ objects: [cron({ schedule: '* * * * *', concurrencyPolicy })], world: LONG })
  twin.advance(120_110)
  expect(jobs(twin)).toEqual(started)
  expect((inShop(twin, 'CronJob', 'tick').status as unknown as { active: unknown[] }).active).toHaveLength(1)
  twin.advance(5_000)
  expect(eventsAbout(twin, 'tick')).toContain(said)
})

test('a starting deadline of nothing starts nothing', () => {
  const twin = testTwin({ objects: [cron({ schedule: '* * * * *', startingDeadlineSeconds: 0 })], world: LONG })
  twin.advance(300_000)
  expect(jobs(twin)).toEqual([])
})
