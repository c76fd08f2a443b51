/**
 * The facts about a whole plan that policies ask for, each read from where it is kept: the rehearsal, the approvals,
 * the snapshot, the site, the error budget, the record of the playbook. A note says, beside a fact, where it came from
 * or why it is not known; a person reads it with the reason.
 */

import type { Approval } from '../model/approval.ts'
import { playbookOf } from '../model/playbook.ts'
import type { Plan } from '../model/plan.ts'
import type { Rehearsal } from '../model/rehearsal.ts'
import type { View } from '../model/view.ts'
import type { ErrorBudgetReading, GateFacts } from '../ports/gate-facts.ts'
import { grantedFacts } from './approval-facts.ts'
import { blastRadiusOf } from './blast-radius.ts'
import type { ChangeContext, ErrorBudgetFacts } from './cedar-request.ts'
import type { Nature } from './change-nature.ts'
import { inBusinessHours, localTime } from './local-time.ts'
import type { Site } from './site.ts'

/** What is the same for every step of a plan. */
export type PlanContext = Omit<ChangeContext, keyof Nature | 'target' | 'preconditions' | 'taint' | 'errorBudget'>

export interface PlanFacts {
  readonly context: PlanContext
  /** By the name of the fact in the schema. */
  readonly notes: Readonly<Record<string, string>>
}

export interface PlanFactsOptions {
  readonly plan: Plan
  readonly rehearsal?: Rehearsal
  readonly view: View
  readonly approvals?: readonly Approval[]
  readonly planHash: string
  readonly nowMs: number
  readonly site: Site
  readonly facts: GateFacts
}

export async function planFacts(options: PlanFactsOptions): Promise<PlanFacts> {
  const { plan, rehearsal, view, nowMs, site, facts } = options
  const granted = grantedFacts(options.approvals ?? [], { planHash: options.planHash, rehearsalId: rehearsal?.id, nowMs })
  const playbook = await facts.playbook(playbookOf(plan))
  const time = localTime(nowMs, site.timeZone)
  const context: PlanContext = {
    planHash: options.planHash,
    rehearsal: rehearsalFacts(rehearsal, nowMs),
    approvals: granted.approvals,
    blast: blastRadiusOf(plan, view),
    playbook: { level: playbook.level, recentFailures: playbook.recentFailures },
    assumedValues: plan.values === 'assumed',
    freeze: site.freeze,
    breakGlass: granted.breakGlass,
    killSwitch: site.killSwitch,
    ...time,
    businessHours: !site.holiday && inBusinessHours(time, site.businessHours),
    holiday: site.holiday,
  }
  return { context, notes: { playbook: playbook.detail, ...siteNotes(site) } }
}

function rehearsalFacts(rehearsal: Rehearsal | undefined, nowMs: number): ChangeContext['rehearsal'] {
  if (rehearsal === undefined) return { passed: false, planHash: '', ageSec: -1, confidencePct: 0 }
  const { passed, planHash, rehearsedAtMs, confidence } = rehearsal
  return { passed, planHash, ageSec: Math.ceil((nowMs - rehearsedAtMs) / 1000), confidencePct: Math.floor(confidence * 100) }
}

function siteNotes({ freeze, freezeDetail, holiday, holidayDetail }: Site): Record<string, string> {
  return {
    ...(freeze && freezeDetail !== undefined ? { freeze: freezeDetail } : {}),
    ...(holiday && holidayDetail !== undefined ? { holiday: holidayDetail } : {}),
  }
}

/** An unknown budget is a spent one. */
export function errorBudgetFacts(reading: ErrorBudgetReading): ErrorBudgetFacts {
  if (reading.type === 'known') return { tracked: true, known: true, leftPct: Math.floor(reading.leftPct) }
  return { tracked: reading.type === 'unknown', known: false, leftPct: 0 }
}
