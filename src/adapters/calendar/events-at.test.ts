import { describe, expect, test } from 'vitest'
import { eventsAt } from './events-at.ts'
import { instantOf } from './zoned-time.ts'

function calendar(...events: readonly string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//boyd//test//EN', ...events, 'END:VCALENDAR'].join('\r\n')
}

function event(...lines: readonly string[]): string {
  return ['BEGIN:VEVENT', 'UID:one', 'SUMMARY:freeze', ...lines, 'END:VEVENT'].join('\r\n')
}

function summaries(text: string, at: string, timeZone = 'Europe/Berlin'): string[] {
  return eventsAt(text, { nowMs: Date.parse(at), timeZone }).map(({ summary }) => summary)
}

const PACIFIC = ['BEGIN:VTIMEZONE', 'TZID:Our Office', 'BEGIN:STANDARD', 'DTSTART:20201101T020000', 'TZOFFSETFROM:-0700', 'TZOFFSETTO:-0800', 'END:STANDARD', 'END:VTIMEZONE'].join('\r\n')

describe('the events of an instant', () => {
  const inUtc = event('DTSTART:20261127T080000Z', 'DTEND:20261130T080000Z')
  const wholeDay = event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227')
  const floating = event('DTSTART:20260601T220000', 'DTEND:20260602T020000')
  const zoned = event('DTSTART;TZID=America/New_York:20260601T090000', 'DTEND;TZID=America/New_York:20260601T170000')
  const weekly = event('DTSTART;TZID=Europe/Berlin:20260102T160000', 'DTEND;TZID=Europe/Berlin:20260102T230000', 'RRULE:FREQ=WEEKLY;BYDAY=FR', 'EXDATE;TZID=Europe/Berlin:20260605T160000')
  const moved = ['BEGIN:VEVENT', 'UID:one', 'SUMMARY:moved', 'RECURRENCE-ID;TZID=Europe/Berlin:20260612T160000', 'DTSTART;TZID=Europe/Berlin:20260611T160000', 'DTEND;TZID=Europe/Berlin:20260611T230000', 'END:VEVENT'].join('\r\n')
  const monthEnd = event('DTSTART;VALUE=DATE:20260131', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=-1')
  const until = event('DTSTART:20260101T000000Z', 'DTEND:20260101T060000Z', 'RRULE:FREQ=DAILY;UNTIL=20260110T000000Z')
  test.each([
    { name: 'in UTC, at its first second', text: inUtc, at: '2026-11-27T08:00:00Z', found: ['freeze'] },
    { name: 'in UTC, a second before', text: inUtc, at: '2026-11-27T07:59:59Z', found: [] },
    { name: 'in UTC, at its end', text: inUtc, at: '2026-11-30T08:00:00Z', found: [] },
    { name: 'whole days begin at midnight of the site', text: wholeDay, at: '2026-12-23T23:00:00Z', found: ['freeze'] },
    { name: 'whole days end at midnight of the site', text: wholeDay, at: '2026-12-26T23:00:00Z', found: [] },
    { name: 'floating times are those of the site', text: floating, at: '2026-06-01T20:30:00Z', found: ['freeze'] },
    { name: 'floating times at another site', text: floating, at: '2026-06-01T20:30:00Z', zone: 'Asia/Tokyo', found: [] },
    { name: 'times of a named zone', text: zoned, at: '2026-06-01T13:00:00Z', found: ['freeze'] },
    { name: 'times of a named zone, an hour too early', text: zoned, at: '2026-06-01T12:00:00Z', found: [] },
    { name: 'a zone that the calendar defines', text: `${PACIFIC}\r\n${event('DTSTART;TZID=Our Office:20260115T090000', 'DTEND;TZID=Our Office:20260115T100000')}`, at: '2026-01-15T17:30:00Z', found: ['freeze'] },
    { name: 'every Friday, in winter', text: weekly, at: '2026-01-09T15:00:00Z', found: ['freeze'] },
    { name: 'every Friday, in summer: the same wall time', text: weekly, at: '2026-07-03T14:00:00Z', found: ['freeze'] },
    { name: 'every Friday, but not this one', text: weekly, at: '2026-06-05T15:00:00Z', found: [] },
    { name: 'no Thursday', text: weekly, at: '2026-07-02T15:00:00Z', found: [] },
    { name: 'moved to Thursday', text: `${weekly}\r\n${moved}`, at: '2026-06-11T15:00:00Z', found: ['moved'] },
    { name: 'moved away from its Friday', text: `${weekly}\r\n${moved}`, at: '2026-06-12T15:00:00Z', found: [] },
    { name: 'the last day of each month', text: monthEnd, at: '2026-02-28T12:00:00Z', found: ['freeze'] },
    { name: 'the day before', text: monthEnd, at: '2026-02-27T12:00:00Z', found: [] },
    { name: 'daily until a date', text: until, at: '2026-01-09T03:00:00Z', found: ['freeze'] },
    { name: 'and no longer', text: until, at: '2026-01-11T03:00:00Z', found: [] },
    { name: 'a cancelled event', text: event('DTSTART:20261127T080000Z', 'DTEND:20261130T080000Z', 'STATUS:CANCELLED'), at: '2026-11-28T08:00:00Z', found: [] },
    { name: 'a duration instead of an end', text: event('DTSTART:20261127T080000Z', 'DURATION:PT2H'), at: '2026-11-27T09:59:00Z', found: ['freeze'] },
    { name: 'an empty calendar', text: '', at: '2026-11-27T09:59:00Z', found: [] },
  ])('$name', ({ text, at, zone, found }) => {
    expect(summaries(text === '' ? calendar() : calendar(text), at, zone)).toEqual(found)
  })

  test.each([
    { name: 'text that is no calendar', text: 'hello' },
    { name: 'an empty file', text: '' },
    { name: 'a page of HTML', text: '<html></html>' },
    { name: 'half a calendar', text: 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260101T000000Z' },
    { name: 'a zone that nobody defines', text: calendar(event('DTSTART;TZID=Moon/Crater:20260101T000000', 'DTEND;TZID=Moon/Crater:20260101T010000')) },
    { name: 'a rule that repeats each second for years', text: calendar(event('DTSTART:20100101T000000Z', 'DTEND:20100101T000001Z', 'RRULE:FREQ=SECONDLY')) },
    { name: 'a card', text: 'BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD' },
    { name: 'an event without a start', text: calendar(event('DTEND:20260101T010000Z')) },
  ])('$name cannot be told', ({ text }) => {
    expect(() => summaries(text, '2026-06-01T00:00:00Z')).toThrow(Error)
  })
})

test.each([
  { name: 'winter', wall: [2026, 1, 1, 12, 0], zone: 'Europe/Berlin', at: '2026-01-01T11:00:00Z' },
  { name: 'summer', wall: [2026, 7, 1, 12, 0], zone: 'Europe/Berlin', at: '2026-07-01T10:00:00Z' },
  { name: 'the hour that comes twice is the first', wall: [2026, 10, 25, 2, 30], zone: 'Europe/Berlin', at: '2026-10-25T00:30:00Z' },
  { name: 'half an hour off', wall: [2026, 1, 1, 12, 0], zone: 'Asia/Kolkata', at: '2026-01-01T06:30:00Z' },
])('$name', ({ wall: [year = 0, month = 0, day = 0, hour = 0, minute = 0], zone, at }) => {
  expect(new Date(instantOf({ year, month, day, hour, minute, second: 0 }, zone)).toISOString()).toBe(at.replace('Z', '.000Z'))
})
