/** `k8s.io/apimachinery/pkg/util/duration.HumanDuration`: the ages that people read in kubectl's columns. */

import { parseTimeMs } from '../../kernel/clock.ts'

const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400
const YEAR = 365 * DAY

export function humanDuration(durationMs: number): string {
  const seconds = Math.trunc(durationMs / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 2 * MINUTE) return `${seconds}s`
  if (seconds < 10 * MINUTE) return two({ seconds, unit: MINUTE, name: 'm', rest: 1, restName: 's' })
  if (seconds < 3 * HOUR) return `${Math.trunc(seconds / MINUTE)}m`
  if (seconds < 8 * HOUR) return two({ seconds, unit: HOUR, name: 'h', rest: MINUTE, restName: 'm' })
  if (seconds < 2 * DAY) return `${Math.trunc(seconds / HOUR)}h`
  if (seconds < 8 * DAY) return two({ seconds, unit: DAY, name: 'd', rest: HOUR, restName: 'h' })
  if (seconds < 2 * YEAR) return `${Math.trunc(seconds / DAY)}d`
  if (seconds < 8 * YEAR) return two({ seconds, unit: YEAR, name: 'y', rest: DAY, restName: 'd' })
  return `${Math.trunc(seconds / YEAR)}y`
}

function two(parts: { readonly seconds: number; readonly unit: number; readonly name: string; readonly rest: number; readonly restName: string }): string {
  const { seconds, unit, name, rest, restName } = parts
  const left = Math.trunc((seconds % unit) / rest)
  return `${Math.trunc(seconds / unit)}${name}${left === 0 ? '' : `${left}${restName}`}`
}

/** Age of a timestamp, `<unknown>` where there is none. */
export function ageOf(timestamp: string | undefined, nowMs: number): string {
  const sinceMs = parseTimeMs(timestamp)
  return sinceMs === undefined ? '<unknown>' : humanDuration(nowMs - sinceMs)
}
