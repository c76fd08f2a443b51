/** Shutting a person out, at once and whatever the identity provider says; and letting them in again. */

import { fault } from '../../kernel/fault.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { LedgerEntryInit } from '../../model/ledger-entry.ts'
import { normalSubject, type Principal } from '../../model/principal.ts'
import type { Identities } from '../../ports/identities.ts'
import { demand } from './demand.ts'

interface PeopleParts {
  readonly identities: Pick<Identities, 'disablePerson'>
  readonly ids: Pick<Ids, 'next'>
  record(entry: LedgerEntryInit): Promise<unknown>
}

/** Fault `not-found` for who was never seen, `invalid` for oneself. */
export async function disablePerson({ identities, ids, record }: PeopleParts, who: Principal, change: { readonly subject: string; readonly disabled: boolean }): Promise<void> {
  demand(who, 'manage-people')
  if (normalSubject(change.subject) === normalSubject(who.subject)) throw fault({ code: 'invalid', operation: 'change person', subject: change.subject, message: 'nobody shuts themselves out', hint: 'Ask another admin.' })
  const found = await identities.disablePerson(change.subject, change.disabled)
  if (!found) throw fault({ code: 'not-found', operation: 'change person', subject: change.subject, message: 'nobody of that subject was ever seen', hint: 'boyd people list shows them.' })
  await record({ type: 'person-changed', key: ids.next('psn'), incidentId: '', missionId: '', actor: who.subject, data: change })
}
