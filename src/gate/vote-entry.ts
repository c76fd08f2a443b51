/**
 * A vote as the ledger has it. Written when it is cast, and again (once, by its key) before the request it belongs to is
 * settled: a process that died between storing a vote and recording it leaves no vote that counts without an entry.
 */

import type { Approval, Vote } from '../model/approval.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'

export function voteEntry(approval: Approval, vote: Vote): LedgerEntryInit {
  const { by, decision, reason, door, name, teams, authentication, proof } = vote
  return {
    type: 'approval-voted',
    key: `${approval.id}/vote/${by}/${decision}`,
    incidentId: approval.incidentId,
    missionId: approval.missionId,
    actor: by,
    data: { approvalId: approval.id, planHash: approval.planHash, decision, reason, door, name, teams, authentication, proof },
  }
}
