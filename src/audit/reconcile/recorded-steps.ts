/**
 * What the ledger says Boyd did to a cluster: each step that started, what it was meant to touch, when, and how it ended.
 */

import { isRecord } from '../../kernel/json.ts'
import { actionText, planSchema, type Action, type Plan, isMutation } from '../../model/plan.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'

export interface RecordedStep {
  /** Of the entry that says it starts. */
  readonly seq: number
  readonly incidentId: string
  readonly stepId: string
  /** What it may touch; undefined where the ledger does not hold its plan. */
  readonly action: Action | undefined
  readonly text: string
  /** It takes the step back. */
  readonly undoes: boolean
  readonly fromMs: number
  /** Infinity while no entry says how it ended. */
  readonly toMs: number
  /** Changing requests that were sent, as the effect tells; undefined where it does not. */
  readonly requests: number | undefined
  /** It says that it changed something, so an audit log must show it. */
  readonly changed: boolean
}

export interface RecordedAnchor {
  readonly namespace: string
  readonly name: string
}

export interface Recorded {
  readonly steps: readonly RecordedStep[]
  /** ConfigMaps in the cluster that checkpoints are written to. */
  readonly anchors: readonly RecordedAnchor[]
}

type Data = Readonly<Record<string, unknown>>

/** `entries` of one ledger, in order. */
export function recordedIn(entries: readonly LedgerEntry[]): Recorded {
  const plans = new Map<string, Plan>()
  const steps = new Map<string, RecordedStep>()
  const anchors: RecordedAnchor[] = []
  for (const entry of entries) {
    const data: Data = isRecord(entry.data) ? entry.data : {}
    if (entry.type === 'plan-proposed') rememberPlan(plans, data)
    if (entry.type === 'keeping-changed') anchors.push(...anchorsIn(data))
    if (entry.type === 'step-started' || entry.type === 'undo-started') steps.set(entry.key, started(entry, data, plans.get(textOf(data, 'planHash'))))
    if (entry.type === 'effect-applied' || entry.type === 'effect-undone') {
      const step = steps.get(`${entry.key}/start`)
      if (step !== undefined) steps.set(`${entry.key}/start`, ended(step, entry, data))
    }
  }
  return { steps: [...steps.values()], anchors }
}

function rememberPlan(plans: Map<string, Plan>, data: Data): void {
  const plan = planSchema.safeParse(data['plan'])
  if (plan.success) plans.set(textOf(data, 'hash'), plan.data)
}

function started(entry: LedgerEntry, data: Data, plan: Plan | undefined): RecordedStep {
  const stepId = textOf(data, 'stepId')
  const step = plan?.steps.find(({ id }) => id === stepId)
  const undoes = entry.type === 'undo-started'
  const action = undoes ? (step?.undo ?? step?.action) : step?.action
  const text = action === undefined ? `step ${stepId} of a plan that the ledger does not hold` : actionText(action)
  return { seq: entry.seq, incidentId: entry.incidentId, stepId, action, text: undoes ? `undo: ${text}` : text, undoes, fromMs: Date.parse(entry.at), toMs: Infinity, requests: undefined, changed: false }
}

function ended(step: RecordedStep, entry: LedgerEntry, data: Data): RecordedStep {
  const requests = typeof data['requests'] === 'number' ? data['requests'] : undefined
  const mutates = step.action === undefined || isMutation(step.action)
  return { ...step, toMs: Date.parse(entry.at), requests, changed: mutates && data['outcome'] === 'applied' }
}

function anchorsIn(data: Data): RecordedAnchor[] {
  const anchors = Array.isArray(data['anchors']) ? data['anchors'].filter(isRecord) : []
  return anchors.filter((anchor) => anchor['type'] === 'config-map' && anchor['elsewhere'] !== true).map((anchor) => ({ namespace: textOf(anchor, 'namespace'), name: textOf(anchor, 'name') }))
}

function textOf(data: Data, field: string): string {
  const value = data[field]
  return typeof value === 'string' ? value : ''
}
