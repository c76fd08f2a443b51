/** Delays that double, and schedules. */

import * as fc from 'fast-check'
import { backoffUntil, nextBackoff } from '../../../src/twin/kubelet/backoff.ts'
import type { Backoff } from '../../../src/twin/kubelet/runtime.ts'
import { nextDueMs } from '../../../src/twin/controllers/cron-schedule.ts'
import { area } from '../area.ts'

interface Failures {
  readonly initialMs: number
  readonly maxMs: number
  readonly eventsMs: readonly number[]
}

const failures = fc
  .record({ initialMs: fc.constant(10_000), maxMs: fc.constant(300_000), gapsMs: fc.array(fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 900 })).map((seconds) => seconds * 1000), { minLength: 1, maxLength: 9 }) })
  .map(({ gapsMs, ...limits }): Failures => ({ ...limits, eventsMs: gapsMs.map((_, index) => gapsMs.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0)) }))

/** flowcontrol.NewFakeBackOff forgets after twice the longest delay, as the kubelet's does. */
export const backoff = area<Failures>({
  name: 'backoff',
  questions: failures,
  count: 300,
  answer({ initialMs, maxMs, eventsMs }) {
    const limits = { initialMs, maxMs, resetMs: 2 * maxMs }
    let current: Backoff | undefined
    return eventsMs.map((atMs) => {
      const until = backoffUntil(current, limits, atMs)
      current = nextBackoff(current, limits, { eventMs: atMs, nowMs: atMs })
      return { waits: until !== undefined && until > atMs, delayMs: current.delayMs }
    })
  },
})

const minute = fc.constantFrom('*', '0', '*/15', '5,35', '10-20', '10-50/20', '59', '60')
const hour = fc.constantFrom('*', '0', '1', '2', '3', '*/6', '9-17', '23', '24')
const day = fc.constantFrom('*', '*', '1', '31', '13', '1-7', '?')
const month = fc.constantFrom('*', '*', '2', 'JAN', '3-10', '13')
const weekday = fc.constantFrom('*', '*', '1-5', 'SUN', '0', '7', 'MON,WED')
const schedules = fc.oneof(
  fc.tuple(minute, hour, day, month, weekday).map((fields) => fields.join(' ')),
  fc.constantFrom('@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@every 1h30m', '@every 90s', '* * * *', '@never'),
)

/** Zones whose clocks change at one, two or midnight, by an hour or a half, in both halves of the year; and some that never do. */
const zones = fc.constantFrom('', 'Etc/UTC', 'Asia/Kolkata', 'Europe/Berlin', 'Europe/London', 'America/New_York', 'Africa/Cairo', 'America/Santiago', 'Australia/Lord_Howe')
const [FIRST_S, LAST_S] = [Date.UTC(2026, 0, 1) / 1000, Date.UTC(2027, 11, 31) / 1000]
/** Half of them in the days when somebody's clocks change. */
const CHANGES_S = ['2026-03-08', '2026-03-29', '2026-04-05', '2026-04-24', '2026-09-06', '2026-10-04', '2026-10-25', '2026-10-30', '2026-11-01'].map((day) => Date.parse(day) / 1000)
const instants = fc.oneof(fc.integer({ min: FIRST_S, max: LAST_S }), fc.tuple(fc.constantFrom(...CHANGES_S), fc.integer({ min: -200_000, max: 100_000 })).map(([day, seconds]) => day + seconds))

interface Schedule {
  readonly schedule: string
  readonly timeZone: string
  readonly afterMs: number
}

export const cron = area<Schedule>({
  name: 'cron',
  questions: fc.record({ schedule: schedules, timeZone: zones, afterMs: instants.map((seconds) => seconds * 1000) }),
  count: 500,
  answer({ schedule, timeZone, afterMs }) {
    const dueMs: number[] = []
    let atMs: number | undefined = afterMs
    while (dueMs.length < 3) {
      atMs = nextDueMs(schedule, atMs, timeZone === '' ? 'Etc/UTC' : timeZone)
      if (atMs === undefined) break
      dueMs.push(atMs)
    }
    return dueMs
  },
})
