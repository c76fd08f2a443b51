/**
 * Diagnosis and rehearsal over a folder of collected objects: no cluster, no database, nothing changed.
 */

import { loadFolder } from '../../adapters/manifests/load-folder.ts'
import { decide } from '../../decide/decide.ts'
import { rank } from '../../decide/rank.ts'
import { hazards } from '../../hazards/registry.ts'
import { fault } from '../../kernel/fault.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { seededIds } from '../../kernel/ids.ts'
import { PLANS_REHEARSED_MAX, REHEARSAL_SEEDS } from '../../kernel/limits.ts'
import { createRng } from '../../kernel/rng.ts'
import { digestOf } from '../../kernel/canonical-json.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import type { Candidate } from '../../model/mission.ts'
import { planHash, type Plan } from '../../model/plan.ts'
import type { Rehearsal } from '../../model/rehearsal.ts'
import type { Signal } from '../../model/signal.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { createView } from '../../model/view.ts'
import { detectHazard } from '../../loop/detect-hazard.ts'
import { loadForRehearsal, rehearse } from '../../loop/rehearse.ts'
import { readAlertmanager } from '../../observe/sources/alertmanager.ts'
import { orient } from '../../orient/orient.ts'
import type { TwinFromSnapshot } from '../../twin/from-snapshot.ts'

export interface OfflineInput {
  readonly folder: string
  /** An Alertmanager v4 payload. */
  readonly alert?: Uint8Array
  /** RFC 3339; defaults to the newest time found in the folder. */
  readonly now?: string
}

export interface OfflineDiagnosis {
  readonly snapshot: Snapshot
  readonly diagnosis: Diagnosis
  /** Best first, before any rehearsal. */
  readonly plans: readonly Plan[]
}

/** Fault `invalid` when the folder holds nothing that is a Kubernetes object, or the alert or the time is not one. */
export async function diagnoseFolder(input: OfflineInput): Promise<OfflineDiagnosis> {
  const nowMs = readNow(input.now)
  const snapshot = await loadFolder(input.folder, nowMs === undefined ? {} : { nowMs })
  if (snapshot.objects.length === 0) {
    throw fault({ code: 'invalid', operation: 'read folder', subject: input.folder, message: 'no Kubernetes object was found there', hint: snapshot.notes[0]?.message ?? 'Give a folder with .yaml or .json files.' })
  }
  return diagnoseSnapshot(snapshot, readSignals(input.alert, snapshot.takenAtMs))
}

/** The cause of what a snapshot shows, and the plans for it. Without signals the whole cluster is asked. */
export function diagnoseSnapshot(snapshot: Snapshot, signals: readonly Signal[]): OfflineDiagnosis {
  const view = createView(snapshot)
  const diagnosis = orient({ view, signals, hazards })
  return { snapshot, diagnosis, plans: decide({ diagnosis, view }) }
}

export interface OfflineRehearsal {
  readonly plan: Plan
  readonly rehearsal: Rehearsal
  /** Objects as they stood at the end of the first run. */
  readonly endState: Snapshot
  /** The other plans that were rehearsed to find the best. */
  readonly others: readonly Candidate[]
}

/** Plays one plan, or all of them to find the best. Fault `not-found` when no plan has the id. */
export async function rehearseFolder(input: OfflineInput & { readonly plan: string }): Promise<OfflineRehearsal | { readonly diagnosed: OfflineDiagnosis }> {
  const diagnosed = await diagnoseFolder(input)
  const runnable = diagnosed.plans.filter((plan) => plan.needsInput.length === 0)
  const chosen = input.plan === 'best' ? runnable.slice(0, PLANS_REHEARSED_MAX) : diagnosed.plans.filter((plan) => plan.id === input.plan)
  if (chosen.length === 0 && input.plan !== 'best') {
    throw fault({ code: 'not-found', operation: 'rehearse', subject: input.plan, message: 'there is no such plan', hint: `Plans: ${diagnosed.plans.map((plan) => plan.id).join(', ') || 'none'}.` })
  }
  if (chosen.length === 0) return { diagnosed }
  const played: Played[] = []
  const base = loadForRehearsal(diagnosed.snapshot)
  for (const plan of chosen) played.push(await play(plan, diagnosed.snapshot, base))
  const ranked = rank({ candidates: played.map((one) => ({ plan: one.plan, planHash: planHash(one.plan), rehearsal: one.rehearsal })) })
  const best = played.find((one) => one.plan.id === ranked[0]?.plan.id) ?? (played[0] as Played)
  return { ...best, others: ranked.slice(1) }
}

type Played = Omit<OfflineRehearsal, 'others'>

async function play(plan: Plan, snapshot: Snapshot, base: TwinFromSnapshot): Promise<Played> {
  let endState = snapshot
  const rehearsal = await rehearse({
    id: `reh-${plan.id}`,
    plan,
    snapshot,
    base,
    seeds: Array.from({ length: REHEARSAL_SEEDS }, (_, index) => index + 1),
    rehearsedAtMs: snapshot.takenAtMs,
    detect: detectHazard,
    onRunEnded: (run, twin) => {
      if (run.seed === 1) endState = twin.snapshot()
    },
  })
  return { plan, rehearsal, endState }
}

function readSignals(alert: Uint8Array | undefined, nowMs: number): readonly Signal[] {
  if (alert === undefined) return []
  const ids = seededIds(createRng(Number.parseInt(digestOf(alert).slice(7, 15), 16)))
  return readAlertmanager({ body: alert, trust: 'unsigned', ids, nowMs })
}

function readNow(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const nowMs = parseTimeMs(text)
  if (nowMs === undefined) throw fault({ code: 'invalid', operation: 'read --now', subject: text, message: 'that is not a time', hint: 'Write it as 2026-03-01T02:03:04Z.' })
  return nowMs
}
