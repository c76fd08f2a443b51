/**
 * What the operator says of the site, read anew for each judgement: a file is the simplest thing that stops an agent at
 * 3 AM, from any shell, also when its API does not answer. A calendar that cannot be read is a freeze, or a holiday.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createCalendar, type Calendar } from '../adapters/calendar/calendar.ts'
import { createSite, type Site } from '../gate/site.ts'
import { toIso, type Clock } from '../kernel/clock.ts'
import type { KillSwitch } from '../ports/kill-switch.ts'
import type { Settings } from './settings/settings.ts'

export interface SiteReaderOptions {
  readonly home: string
  readonly clusterId: string
  readonly environment: string
  readonly settings: Settings
  /** The cluster's time: freezes and holidays are told in it. */
  readonly clock: Clock
  /** What `boyd stop` throws; a switch that cannot be read lets nothing be judged. */
  readonly killSwitch: Pick<KillSwitch, 'stopped'>
  /** What paths of the settings mean. */
  pathOf(path: string): string
}

/** `boyd stop`, or `touch $BOYD_HOME/kill-switch`, stops every change; `touch $BOYD_HOME/freeze` lets only a broken glass through. */
export function siteReader(options: SiteReaderOptions): () => Promise<Site> {
  const { home, clusterId, environment, clock, killSwitch, pathOf } = options
  const { site, policy } = options.settings
  const { timeZone, systemNamespaces, businessHours, holidays } = site
  const calendarOf = (source: string): Calendar => createCalendar({ source: pathOf(source), timeZone, clock })
  const freezes = policy.freezeCalendars.map(calendarOf)
  const feasts = site.holidayCalendars.map(calendarOf)
  const { targets, nonProduction, preconditions } = policy
  return async () => {
    const nowMs = clock.now()
    const frozen = existsSync(join(home, 'freeze')) ? `there is a file ${join(home, 'freeze')}` : await firstEvent(freezes, nowMs)
    const holiday = holidays.find((day) => day === dayAt(nowMs, timeZone)) ?? (await firstEvent(feasts, nowMs))
    // Last, so that nothing that is slow to read stands between the switch and what it stops.
    const stopped = await killSwitch.stopped()
    return createSite({
      timeZone,
      systemNamespaces,
      businessHours,
      targets,
      nonProduction,
      preconditions,
      clusterId,
      environment,
      killSwitch: stopped !== undefined || existsSync(join(home, 'kill-switch')),
      freeze: frozen !== undefined,
      ...(frozen === undefined ? {} : { freezeDetail: frozen }),
      holiday: holiday !== undefined,
      ...(holiday === undefined ? {} : { holidayDetail: holiday }),
    })
  }
}

/** What is in one of the calendars now, or why that cannot be told; undefined when all are silent. */
async function firstEvent(calendars: readonly Calendar[], nowMs: number): Promise<string | undefined> {
  for (const calendar of calendars) {
    const reading = await calendar.at(nowMs)
    if (reading.type === 'unreadable') return reading.detail
    const [event] = reading.events
    if (event !== undefined) return `${event.summary === '' ? 'an event' : `"${event.summary}"`} until ${toIso(event.endMs)}`
  }
  return undefined
}

/** `2026-12-25`. */
function dayAt(timeMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(timeMs)
}
