/**
 * A CronJob that is not suspended and starts nothing: its schedule or time zone cannot be read, a run that does not end
 * forbids the next one, or its starting deadline is shorter than the controller's own rhythm.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { isTimeZone } from '../../kernel/time-zone.ts'
import { eventEvidence, objectEvidence, type Evidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { objectOf } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'
import { restoreApplied } from '../shared/ways-back.ts'

const ID = 'cronjob-cannot-run'
/** The controller looks every ten seconds (pkg/controller/cronjob): a shorter deadline misses runs by chance. */
const RHYTHM_SECONDS = 10
const SPECIAL = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \d+[hms]\S*)$/
/** Minutes, hours, days of the month, months, days of the week, each with its bounds. */
const FIELDS: readonly (readonly [number, number, RegExp])[] = [[0, 59, /^$/], [0, 23, /^$/], [1, 31, /^\?$/], [1, 12, /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i], [0, 7, /^(\?|sun|mon|tue|wed|thu|fri|sat)$/i]]

interface CronSpec {
  readonly schedule?: string
  readonly timeZone?: string
  readonly suspend?: boolean
  readonly concurrencyPolicy?: string
  readonly startingDeadlineSeconds?: number
}

function detect(view: View): Finding[] {
  return view.list('batch', 'CronJob').flatMap((cron) => {
    const spec = (cron['spec'] ?? {}) as CronSpec
    const why = spec.suspend === true ? undefined : (unreadable(cron, spec) ?? toldBy(view, cron) ?? heldUp(view, cron, spec) ?? tooShort(cron, spec))
    return why === undefined ? [] : [findingFrom(cron, why)]
  })
}

interface Why {
  readonly text: string
  readonly evidence: Evidence
  readonly hurts: boolean
  readonly symptoms?: readonly KubeObject[]
  readonly sinceMs?: number | undefined
}

function unreadable(cron: KubeObject, { schedule = '', timeZone }: CronSpec): Why | undefined {
  if (!isReadable(schedule)) return { text: `its schedule "${schedule}" cannot be read`, evidence: objectEvidence(cron, 'spec.schedule', `schedule is "${schedule}"`), hurts: true }
  if (timeZone === undefined || isTimeZone(timeZone)) return undefined
  return { text: `its time zone ${timeZone} is not known`, evidence: objectEvidence(cron, 'spec.timeZone', `timeZone is ${timeZone}`), hurts: true }
}

/** Five fields of the standard form, or a word for one; a zone before it is refused by the API. */
export function isReadable(schedule: string): boolean {
  const text = schedule.trim()
  if (text.startsWith('@')) return SPECIAL.test(text)
  const fields = text.split(/\s+/)
  return fields.length === FIELDS.length && fields.every((field, index) => field.split(',').every((part) => isPart(part, FIELDS[index] as (typeof FIELDS)[number])))
}

function isPart(part: string, [low, high, words]: (typeof FIELDS)[number]): boolean {
  const match = /^(\*|[^/-]+(?:-[^/-]+)?)(?:\/(\d+))?$/.exec(part)
  if (match === null || match[2] === '0') return false
  const range = match[1] ?? ''
  if (range === '*') return true
  const ends = range.split('-')
  const known = ends.every((end) => words.test(end) || (/^\d+$/.test(end) && Number(end) >= low && Number(end) <= high))
  return known && (ends.length === 1 || !ends.every((end) => /^\d+$/.test(end)) || Number(ends[0]) <= Number(ends[1]))
}

const TOLD = /^(UnparseableSchedule|InvalidSchedule|UnknownTimeZone|TooManyMissedTimes|FailedNeedsStart|MissSchedule|FailedCreate|JobAlreadyActive)$/

function toldBy(view: View, cron: KubeObject): Why | undefined {
  const event = view.eventsFor(cron).find((item) => TOLD.test(item.reason) && item.type === 'Warning')
  return event === undefined ? undefined : { text: `${event.reason}: ${event.message.slice(0, 200)}`, evidence: eventEvidence(event), hurts: true, sinceMs: event.firstMs }
}

/** A run that has lasted through several of its turns, where the next may not start beside it. */
const HELD_MS = 60 * 60_000

function heldUp(view: View, cron: KubeObject, { concurrencyPolicy }: CronSpec): Why | undefined {
  if (concurrencyPolicy !== 'Forbid') return undefined
  const running = view.ownedBy(cron).filter((job) => job.kind === 'Job' && conditionOf(job, 'Complete')?.status !== 'True' && conditionOf(job, 'Failed')?.status !== 'True')
  const old = running.find((job) => view.nowMs - (parseTimeMs(job.metadata.creationTimestamp) ?? view.nowMs) > HELD_MS)
  const missed = old !== undefined && view.eventsFor(cron).some((event) => event.reason === 'JobAlreadyActive')
  if (old === undefined) return undefined
  const sinceMs = parseTimeMs(old.metadata.creationTimestamp)
  return { text: `${subjectText(subjectOf(old))} has not ended since ${old.metadata.creationTimestamp ?? ''}, and concurrencyPolicy is Forbid`, evidence: objectEvidence(old, 'status', 'it is still active'), hurts: missed || view.nowMs - (sinceMs ?? 0) > 2 * HELD_MS, symptoms: [old], sinceMs }
}

function tooShort(cron: KubeObject, { startingDeadlineSeconds }: CronSpec): Why | undefined {
  if (startingDeadlineSeconds === undefined || startingDeadlineSeconds >= RHYTHM_SECONDS) return undefined
  return { text: `its starting deadline of ${startingDeadlineSeconds} s is shorter than the rhythm in which schedules are looked at (${RHYTHM_SECONDS} s)`, evidence: objectEvidence(cron, 'spec.startingDeadlineSeconds', `startingDeadlineSeconds is ${startingDeadlineSeconds}`), hurts: true }
}

function findingFrom(cron: KubeObject, why: Why): Finding {
  return findingOf({
    hazard: ID,
    subject: cron,
    symptoms: why.hurts ? [subjectOf(cron), ...(why.symptoms ?? []).map(subjectOf)] : [],
    summary: `${subjectText(subjectOf(cron))} starts no jobs: ${why.text}`,
    evidence: [why.evidence],
    confidence: 0.9,
    sinceMs: why.sinceMs,
    facts: { dependent: (why.symptoms ?? []).length > 0 },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const cron = objectOf(view, finding.subject)
  return cron === undefined ? [] : restoreApplied({ hazard: ID, object: cron, paths: [['spec', 'schedule'], ['spec', 'timeZone'], ['spec', 'startingDeadlineSeconds'], ['spec', 'concurrencyPolicy']], expectedEffect: 'it starts jobs on the schedule it had' })
}

export const cronjobCannotRun: Hazard = {
  id: ID,
  title: 'A CronJob starts no jobs',
  severity: 3,
  family: 'control',
  appliesTo: ['batch/CronJob'],
  faces: ['live', 'static'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. Its owners must say when it should run, or end the run that blocks it.`,
  lookAlikes: ['a CronJob that is suspended', 'a schedule that is rare', 'a run that takes long where runs may overlap'],
  prevention: 'Give jobs a deadline of their own (activeDeadlineSeconds), and check schedules in the pipeline.',
  sources: [{ title: 'CronJob', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/' }],
  reviewBy: '2027-06-30',
}
