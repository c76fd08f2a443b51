/**
 * Somebody who proposes plans besides the hazards: a model, a runbook, another program. A proposer is believed in nothing.
 * It is told what was found, and answers with something; `decide/admit-proposals.ts` makes plans of what fits, and those
 * go the way of every plan: rehearsal, gate, people. It has no way to a cluster, to a verdict, or to an approval.
 */

import type { Diagnosis } from '../model/diagnosis.ts'
import type { Subject } from '../model/kube-object.ts'

export interface ProposalRequest {
  readonly diagnosis: Diagnosis
  /** The objects that a plan may name. */
  readonly inventory: readonly Subject[]
}

export interface Proposer {
  /** Who proposes, for the record. */
  readonly name: string
  /** Plans, or anything at all. A rejection is an empty answer. */
  propose(request: ProposalRequest): Promise<unknown>
}
