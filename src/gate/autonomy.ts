/**
 * What a playbook may do by itself, told from what its runs came to. Pure: the same record gives the same level, so the
 * level is never stored and cannot be set by hand.
 *
 * A failure costs a level at once; an undo that failed costs all of them. A level is earned slowly: by verified fixes
 * where the playbook may act, and by passed rehearsals where it may only look. A person's no ends a streak. Above the
 * ceiling that the operator set, nothing is earned.
 */

import { toIso } from '../kernel/clock.ts'
import { AUTONOMY_LEVELS, type AutonomyLevel, type PlaybookOutcome } from '../model/playbook.ts'
import type { PlaybookStanding } from '../ports/gate-facts.ts'

export interface AutonomyRules {
  /** Where a playbook stands that has never run. */
  readonly start: AutonomyLevel
  /** Successes in a row that raise it by one level. */
  readonly earnedAfter: number
  /** Failures count as recent this long, in milliseconds. */
  readonly recentMs: number
  /** The first whose pattern matches holds: an exact playbook, or one that ends in `*`. */
  readonly ceilings: readonly { readonly playbook: string; readonly level: AutonomyLevel }[]
}

interface Tally {
  readonly level: AutonomyLevel
  readonly streak: number
  readonly lastFailureMs?: number
}

/** `outcomes` in the order in which they happened. */
export function standingOf(playbook: string, outcomes: readonly PlaybookOutcome[], options: { readonly rules: AutonomyRules; readonly nowMs: number }): PlaybookStanding {
  const { rules, nowMs } = options
  const tally = outcomes.reduce<Tally>((before, outcome) => counted(before, outcome, rules), { level: rules.start, streak: 0 })
  const ceiling = rules.ceilings.find((rule) => matches(rule.playbook, playbook))?.level ?? 'auto'
  const level = lower(tally.level, ceiling)
  const recentFailures = outcomes.filter(({ event, atMs }) => isFailure(event) && atMs > nowMs - rules.recentMs).length
  return { level, recentFailures, detail: detailOf(playbook, { tally, level, ceiling, rules }) }
}

function counted(tally: Tally, { event, atMs }: PlaybookOutcome, rules: AutonomyRules): Tally {
  switch (event) {
    case 'undo-failed':
      return { level: 'observe', streak: 0, lastFailureMs: atMs }
    case 'failed':
      return { level: step(tally.level, -1), streak: 0, lastFailureMs: atMs }
    case 'denied':
      return { ...tally, streak: 0 }
    case 'rehearsed':
      return mayAct(tally.level) ? tally : succeeded(tally, rules)
    case 'verified':
      return mayAct(tally.level) ? succeeded(tally, rules) : tally
  }
}

function succeeded(tally: Tally, rules: AutonomyRules): Tally {
  const streak = tally.streak + 1
  return streak >= rules.earnedAfter && tally.level !== 'auto' ? { ...tally, level: step(tally.level, 1), streak: 0 } : { ...tally, streak }
}

function mayAct(level: AutonomyLevel): boolean {
  return level === 'approve' || level === 'auto'
}

function isFailure(event: PlaybookOutcome['event']): boolean {
  return event === 'failed' || event === 'undo-failed'
}

function step(level: AutonomyLevel, by: 1 | -1): AutonomyLevel {
  const index = AUTONOMY_LEVELS.indexOf(level) + by
  return AUTONOMY_LEVELS[Math.min(Math.max(index, 0), AUTONOMY_LEVELS.length - 1)] ?? 'observe'
}

function lower(left: AutonomyLevel, right: AutonomyLevel): AutonomyLevel {
  return AUTONOMY_LEVELS.indexOf(left) < AUTONOMY_LEVELS.indexOf(right) ? left : right
}

function matches(pattern: string, playbook: string): boolean {
  return pattern.endsWith('*') ? playbook.startsWith(pattern.slice(0, -1)) : pattern === playbook
}

function detailOf(playbook: string, parts: { readonly tally: Tally; readonly level: AutonomyLevel; readonly ceiling: AutonomyLevel; readonly rules: AutonomyRules }): string {
  const { tally, level, ceiling, rules } = parts
  const failed = tally.lastFailureMs === undefined ? '' : `, it last failed at ${toIso(tally.lastFailureMs)}`
  const why = level === tally.level ? '' : `, held at "${ceiling}" by the settings`
  const progress = level === 'auto' || level !== tally.level ? '' : `, ${tally.streak} of ${rules.earnedAfter} ${mayAct(level) ? 'verified fixes' : 'passed rehearsals'} towards the next level`
  return `playbook ${playbook} stands at "${level}"${why}${failed}${progress}`
}
