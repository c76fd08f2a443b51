/** Stopping every change, and letting them go on: at once, for every process that shares the database, and in the ledger. */

import { fault } from '../../kernel/fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { LedgerEntryInit } from '../../model/ledger-entry.ts'
import type { Principal } from '../../model/principal.ts'
import type { KillSwitch, Stopped } from '../../ports/kill-switch.ts'
import { demand } from './demand.ts'

export interface ChangesParts {
  readonly killSwitch: KillSwitch
  readonly wallClock: Pick<Clock, 'now'>
  readonly ids: Pick<Ids, 'next'>
  record(entry: LedgerEntryInit): Promise<unknown>
}

/** The switch is thrown before it is recorded: a ledger that does not answer must not keep anybody from stopping. */
export async function stopChanges(parts: ChangesParts, who: Principal, reason: string): Promise<Stopped> {
  demand(who, 'stop-changes')
  const { subject: by, name } = who
  const stopped: Stopped = { by, name, reason, atMs: parts.wallClock.now() }
  if (!(await parts.killSwitch.stop(stopped))) return (await parts.killSwitch.stopped()) ?? stopped
  await note(parts, who, 'changes-stopped', reason)
  return stopped
}

/** It is recorded before the switch is taken back. Fault `conflict` when nothing was stopped. */
export async function resumeChanges(parts: ChangesParts, who: Principal, reason: string): Promise<void> {
  demand(who, 'resume-changes')
  if ((await parts.killSwitch.stopped()) === undefined) throw fault({ code: 'conflict', operation: 'resume changes', message: 'changes are not stopped', hint: 'A file kill-switch in the home folder is removed by hand.' })
  await note(parts, who, 'changes-resumed', reason)
  await parts.killSwitch.resume()
}

async function note({ ids, record }: ChangesParts, who: Principal, type: 'changes-stopped' | 'changes-resumed', reason: string): Promise<void> {
  await record({ type, key: ids.next('chg'), incidentId: '', missionId: '', actor: who.subject, data: { name: who.name, reason } })
}
