/** Which start a CronJob has missed, and when it is looked at again (`pkg/controller/cronjob/utils.go`). */

import type { CronJob } from 'kubernetes-types/batch/v1.d.ts'
import { parseTimeMs } from '../../../kernel/clock.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { nextDueMs } from '../cron-schedule.ts'

export type CronJobObject = KubeObject & CronJob

/** `nextScheduleDelta`: clocks of the machines differ. */
const PADDING_MS = 100
/** From so many missed starts on a warning is written. */
const MANY = 100

export interface Missed {
  /** Before it nothing is looked for: the last start, the creation, or the starting deadline. */
  readonly earliestMs: number
  /** The latest start that has passed. */
  readonly latestMs?: number
  readonly count: 'none' | 'few' | 'many'
}

export function zoneOf(cron: CronJobObject): string | undefined {
  return (cron.spec as { timeZone?: string } | undefined)?.timeZone
}

/** `mostRecentScheduleTime`; undefined for a schedule that is never due twice. */
export function missedTimes(cron: CronJobObject, options: { readonly nowMs: number; readonly keepsDeadline: boolean }): Missed | undefined {
  const { nowMs } = options
  const next = nextOf(cron)
  const earliestMs = earliest(cron, options)
  const firstMs = next(earliestMs)
  if (firstMs !== undefined && nowMs < firstMs) return { earliestMs, count: 'none' }
  const secondMs = firstMs === undefined ? undefined : next(firstMs)
  if (firstMs === undefined || secondMs === undefined || secondMs - firstMs < 1_000) return undefined
  if (nowMs < secondMs) return { earliestMs, latestMs: firstMs, count: 'none' }
  const distanceMs = Math.round((secondMs - firstMs) / 1000) * 1000
  const count = Math.floor((nowMs - firstMs) / distanceMs) + 1
  // Not each is looked at: by the first distance it is near the last one.
  const latestMs = latestBefore(next, firstMs + (count - 2) * distanceMs, nowMs)
  return { earliestMs, ...(latestMs === undefined ? {} : { latestMs }), count: count > MANY ? 'many' : 'few' }
}

function earliest(cron: CronJobObject, { nowMs, keepsDeadline }: { readonly nowMs: number; readonly keepsDeadline: boolean }): number {
  const sinceMs = parseTimeMs((cron.status?.lastScheduleTime ?? cron.metadata.creationTimestamp) as string | undefined) ?? nowMs
  const deadline = keepsDeadline ? cron.spec?.startingDeadlineSeconds : undefined
  return deadline === undefined ? sinceMs : Math.max(sinceMs, nowMs - deadline * 1000)
}

function latestBefore(next: (afterMs: number) => number | undefined, fromMs: number, nowMs: number): number | undefined {
  let latest: number | undefined
  for (let dueMs = next(fromMs); dueMs !== undefined && dueMs <= nowMs; dueMs = next(dueMs)) latest = dueMs
  return latest
}

/** `nextScheduleTimeDuration`: until the start after the latest that has passed, whether that one began or not. */
export function untilNextMs(cron: CronJobObject, nowMs: number): number | undefined {
  const missed = missedTimes(cron, { nowMs, keepsDeadline: false })
  const fromMs = missed === undefined ? nowMs : (missed.latestMs ?? (missed.count === 'none' ? missed.earliestMs : nowMs))
  const dueMs = nextOf(cron)(fromMs)
  return dueMs === undefined ? undefined : Math.max(0, dueMs + PADDING_MS - nowMs)
}

function nextOf(cron: CronJobObject): (afterMs: number) => number | undefined {
  return (afterMs) => nextDueMs(cron.spec?.schedule ?? '', afterMs, zoneOf(cron))
}
