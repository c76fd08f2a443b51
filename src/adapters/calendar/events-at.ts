/**
 * Which events of an iCalendar (RFC 5545) cover an instant: single ones, recurring ones with their exceptions, whole
 * days. Times are in the zone they name; floating times and whole days are in the site's. What cannot be told for sure
 * (a zone that nobody defines, a rule without an end to its expansion) throws, and the caller assumes the worst.
 */

import ICAL from 'ical.js'
import { instantOf, wallMs, type WallTime } from './zoned-time.ts'

export interface CalendarEvent {
  readonly summary: string
  readonly startMs: number
  readonly endMs: number
}

/** A rule that repeats every minute for years is not a freeze; it is a mistake. */
const OCCURRENCES_MAX = 20_000

/** Wall times of any two zones are less than this apart. */
const ZONES_APART_MS = 36 * 3_600_000

/** Throws `Error` with one line when the text is no calendar, or an event in it cannot be placed in time. */
export function eventsAt(text: string, options: { readonly nowMs: number; readonly timeZone: string }): CalendarEvent[] {
  const root = new ICAL.Component(ICAL.parse(text) as unknown[])
  if (root.name !== 'vcalendar') throw new Error('it is no VCALENDAR')
  const components = root.getAllSubcomponents('vevent').filter((component) => String(component.getFirstPropertyValue('status')).toUpperCase() !== 'CANCELLED')
  const isException = (component: ICAL.Component): boolean => component.hasProperty('recurrence-id')
  return components
    .filter((component) => !isException(component))
    .flatMap((component) => {
      const event = new ICAL.Event(component)
      for (const other of root.getAllSubcomponents('vevent')) {
        if (isException(other) && other.getFirstPropertyValue('uid') === event.uid) event.relateException(new ICAL.Event(other))
      }
      return occurrencesAt(event, { root, ...options })
    })
}

interface Place {
  readonly root: ICAL.Component
  readonly nowMs: number
  readonly timeZone: string
}

function occurrencesAt(event: ICAL.Event, place: Place): CalendarEvent[] {
  if (event.startDate === null) throw new Error(`event "${event.summary ?? ''}" has no start`)
  if (!event.isRecurring()) return covering({ startDate: event.startDate, endDate: event.endDate, item: event }, place)
  const found: CalendarEvent[] = []
  const starts = event.iterator()
  for (let count = 0; ; count += 1) {
    if (count > OCCURRENCES_MAX) throw new Error(`event "${event.summary ?? ''}" recurs more than ${OCCURRENCES_MAX} times before now`)
    const start = starts.next() as ICAL.Time | null | undefined
    if (start === null || start === undefined) return found
    if (wallMs(start) > place.nowMs + ZONES_APART_MS) return found
    const details = event.getOccurrenceDetails(start)
    if (wallMs(details.endDate) < place.nowMs - ZONES_APART_MS) continue
    if (String(details.item.component.getFirstPropertyValue('status')).toUpperCase() !== 'CANCELLED') found.push(...covering(details, place))
  }
}

function covering({ startDate, endDate, item }: { readonly startDate: ICAL.Time; readonly endDate: ICAL.Time; readonly item: ICAL.Event }, place: Place): CalendarEvent[] {
  const startMs = instant(startDate, zoneOf(item.component, 'dtstart'), place)
  const endMs = instant(endDate, zoneOf(item.component, 'dtend') ?? zoneOf(item.component, 'dtstart'), place)
  return startMs <= place.nowMs && place.nowMs < endMs ? [{ summary: item.summary ?? '', startMs, endMs }] : []
}

function zoneOf(component: ICAL.Component, property: string): string | undefined {
  const zone: unknown = component.getFirstProperty(property)?.getParameter('tzid')
  return typeof zone === 'string' ? zone : undefined
}

function instant(time: ICAL.Time, zone: string | undefined, { root, timeZone }: Place): number {
  const wall: WallTime = time
  if (time.isDate) return instantOf({ ...dayOf(time), hour: 0, minute: 0, second: 0 }, timeZone)
  if (zone === undefined) return time.zone === ICAL.Timezone.utcTimezone ? wallMs(wall) : instantOf(wall, timeZone)
  const defined = root.getAllSubcomponents('vtimezone').find((component) => component.getFirstPropertyValue('tzid') === zone)
  if (isKnownZone(zone)) return instantOf(wall, zone)
  if (defined === undefined) throw new Error(`time zone "${zone}" is not known and not defined`)
  return wallMs(wall) - new ICAL.Timezone(defined).utcOffset(time) * 1000
}

function dayOf({ year, month, day }: ICAL.Time): Pick<WallTime, 'year' | 'month' | 'day'> {
  return { year, month, day }
}

function isKnownZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
