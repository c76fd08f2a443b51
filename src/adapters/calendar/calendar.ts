/**
 * A calendar of the site: a file, or an address that serves one. Whoever asks gets the events of this moment, or why they
 * cannot be told; what that means (a freeze must be assumed, a holiday must be assumed) is not for this file to say.
 */

import { readFileSync, statSync } from 'node:fs'
import type { Clock } from '../../kernel/clock.ts'
import { fetchText } from '../fetch-text.ts'
import { eventsAt, type CalendarEvent } from './events-at.ts'

export type CalendarReading = { readonly type: 'read'; readonly events: readonly CalendarEvent[] } | { readonly type: 'unreadable'; readonly detail: string }

export interface Calendar {
  /** Never rejects. */
  at(nowMs: number): Promise<CalendarReading>
}

const CALENDAR_BYTES_MAX = 1_048_576

/** An address is asked again after this long; a freeze that was entered is seen within it. */
const FETCHED_FOR_MS = 60_000

export function createCalendar(options: { readonly source: string; readonly timeZone: string; readonly clock: Clock }): Calendar {
  const { source, timeZone, clock } = options
  const read = /^https?:\/\//.test(source) ? fetched(source, clock) : () => Promise.resolve(fileText(source))
  return {
    async at(nowMs) {
      try {
        return { type: 'read', events: eventsAt(await read(), { nowMs, timeZone }) }
      } catch (error) {
        const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
        return { type: 'unreadable', detail: `calendar ${source}: ${why}` }
      }
    },
  }
}

function fileText(file: string): string {
  if (statSync(file).size > CALENDAR_BYTES_MAX) throw new Error(`it is larger than ${CALENDAR_BYTES_MAX} bytes`)
  return readFileSync(file, 'utf8')
}

function fetched(url: string, clock: Clock): () => Promise<string> {
  let last: { readonly text: string; readonly atMs: number } | undefined
  return async () => {
    if (last !== undefined && clock.now() - last.atMs < FETCHED_FOR_MS) return last.text
    last = undefined
    const text = await fetchText({ url, clock, bytesMax: CALENDAR_BYTES_MAX })
    last = { text, atMs: clock.now() }
    return text
  }
}
