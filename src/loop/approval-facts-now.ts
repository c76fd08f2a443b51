/** Reads what has become of everything an approval was given for, and asks the gate whether it still holds. */

import { evaluateCondition } from '../audit/conditions.ts'
import { approversOf, expire } from '../gate/approvals.ts'
import { whyVoid } from '../gate/approval-validity.ts'
import { required } from '../kernel/assert.ts'
import type { Approval } from '../model/approval.ts'
import { normalSubject } from '../model/principal.ts'
import { createView, type View } from '../model/view.ts'
import { detectHazard } from './detect-hazard.ts'
import type { Judged } from './stages.ts'
import { takeSnapshot } from './take-snapshot.ts'
import type { StageParts } from './wire-stages.ts'

/** Why a grant cannot be used any more; undefined while it can. */
export async function whyVoidNow(parts: StageParts, approval: Approval, { plan, rehearsal }: Judged): Promise<string | undefined> {
  const { store, cluster, clock, gate, desk } = parts
  if (expire(approval, clock.now()).state !== 'granted') return undefined
  const incident = required(await store.incident(parts.incident.id), `incident ${parts.incident.id}`)
  const view = createView(await takeSnapshot({ cluster, clock }))
  return whyVoid(approval, {
    plan,
    view,
    incident,
    agentVersion: desk.agentVersion,
    verdict: await gate.judge({ plan, rehearsal, view, approvals: [approval], incident }),
    troubled: await isTroubled(parts, approval, { plan, view }),
    fallenVoters: await fallenVoters(parts, approval),
  })
}

/** An alert that ended is a report; the cluster is looked at before it is believed. */
async function isTroubled({ store }: StageParts, { incidentId, requestedAtMs }: Approval, { plan, view }: { readonly plan: Judged['plan']; readonly view: View }): Promise<boolean> {
  const [newest] = (await store.signals(incidentId)).filter((signal) => signal.observedAtMs >= requestedAtMs).toSorted((left, right) => right.observedAtMs - left.observedAtMs)
  if (newest?.status !== 'resolved') return true
  return !evaluateCondition({ type: 'hazard-absent', hazard: plan.hazard, subject: plan.subject }, { view, detect: detectHazard }).held
}

async function fallenVoters({ desk }: Pick<StageParts, 'desk'>, approval: Approval): Promise<Record<string, string>> {
  const counting = approversOf(approval)
  const fallen: Record<string, string> = {}
  for (const vote of approval.votes) {
    const person = normalSubject(vote.by)
    const reason = counting.includes(person) ? await desk.whyNoVote(approval, vote) : undefined
    if (reason !== undefined) fallen[person] = reason
  }
  return fallen
}

/** The same, between two steps of a plan that runs: who approved it may have been shut out meanwhile. */
export async function whyNoVoters(parts: Pick<StageParts, 'desk'>, approval: Approval): Promise<string | undefined> {
  const reasons = Object.values(await fallenVoters(parts, approval))
  return reasons.length === 0 ? undefined : reasons.join('; ')
}
