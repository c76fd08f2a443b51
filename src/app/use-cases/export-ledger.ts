/** The ledger to keep: its newest checkpoint, and one incident as a file that stands by itself. */

import { parseCheckpoint } from '../../audit/notes/checkpoint.ts'
import type { Keeper } from '../../audit/keeping/keeper.ts'
import { bundleText, claimOf, policyDigestsOf } from '../../audit/proof/incident-bundle.ts'
import { required } from '../../kernel/assert.ts'
import { fault } from '../../kernel/fault.ts'
import type { Incident } from '../../model/incident.ts'
import type { LedgerEntry, LedgerEntryInit } from '../../model/ledger-entry.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'

export interface ExportParts {
  readonly ledgerStore: Pick<LedgerStore, 'ofIncident'>
  readonly keeper: Pick<Keeper, 'checkpoint' | 'proofs' | 'keys'>
  record(entry: LedgerEntryInit): Promise<unknown>
}

/** Records that it was exported, and by whom. Exporting again without anything new gives the same entries. */
export async function exportIncident(parts: ExportParts, incident: Incident, by: string): Promise<string> {
  const before = await parts.ledgerStore.ofIncident(incident.id)
  if (typeOf(before.at(-1)) !== 'incident-exported') {
    const claim = claimOf(before)
    await parts.record({ type: 'incident-exported', key: `${incident.id}/exported/${claim.digest}`, incidentId: incident.id, missionId: incident.missionId, actor: by, data: claim })
  }
  const lines = upToExport(await parts.ledgerStore.ofIncident(incident.id), incident.id)
  const checkpoint = await parts.keeper.checkpoint()
  const size = required(parseCheckpoint(checkpoint), 'a checkpoint that was just signed').size
  const entries = lines.map((line) => JSON.parse(line) as LedgerEntry)
  const proofs = parts.keeper.proofs(entries.map(({ seq }) => seq), size)
  const header = { incidentId: incident.id, policyDigests: policyDigestsOf(entries.map(({ data }) => data)), checkpoint, keys: parts.keeper.keys(size) }
  return bundleText(header, lines.map((line, index) => ({ line, proof: required(proofs[index], 'a proof for each entry') })))
}

/** An incident that goes on while it is exported has entries behind the one of its export; they belong to the next. */
function upToExport(lines: readonly string[], incidentId: string): readonly string[] {
  const last = lines.findLastIndex((line) => typeOf(line) === 'incident-exported')
  if (last === -1) throw fault({ code: 'not-found', operation: 'export', subject: incidentId, message: 'the ledger has no entry of it' })
  const claim = claimOf(lines.slice(0, last))
  const told = (JSON.parse(lines[last] ?? 'null') as LedgerEntry).data as { readonly digest?: string }
  if (told.digest === claim.digest) return lines.slice(0, last + 1)
  throw fault({ code: 'conflict', recovery: 'retry', operation: 'export', subject: incidentId, message: 'entries were written while it was exported', hint: 'Export it again.' })
}

function typeOf(line: string | undefined): string | undefined {
  return line === undefined ? undefined : (JSON.parse(line) as LedgerEntry).type
}
