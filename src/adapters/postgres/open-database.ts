/**
 * The database of one Boyd: the one that `url` names, or the embedded one in `home`; connected, migrated, and
 * dressed as the ports that are kept in it.
 */

import type { Clock } from '../../kernel/clock.ts'
import { fault, type Fault } from '../../kernel/fault.ts'
import { systemIds } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import type { KillSwitch } from '../../ports/kill-switch.ts'
import type { Inbox } from '../../ports/inbox.ts'
import type { Identities } from '../../ports/identities.ts'
import type { LedgerStore } from '../../ports/ledger-store.ts'
import type { Store } from '../../ports/store.ts'
import type { Tickets } from '../../ports/tickets.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'
import { createPostgresIdentities } from './identities.ts'
import { createPostgresInbox } from './inbox.ts'
import { createPostgresKillSwitch } from './kill-switch.ts'
import { createPostgresLedgerStore } from './ledger-store.ts'
import { migrate } from './migrate.ts'
import { connectDatabase } from './pool.ts'
import { createPostgresStore } from './store.ts'
import { createPostgresTickets } from './tickets.ts'

export interface OpenedDatabase {
  /** For the engine. It holds the password: never log it. */
  readonly url: string
  readonly store: Store
  readonly ledgerStore: LedgerStore
  readonly tickets: Tickets
  readonly identities: Identities
  readonly inbox: Inbox
  readonly killSwitch: KillSwitch
  /**
   * Resolves with what to tell the operator when the embedded server has died under us: nothing can go on, and a
   * start makes it whole again. A server of one's own may come back, so losing it is never said here.
   */
  readonly lost: Promise<Fault>
  /** Closes the connections, and stops the server when it is the embedded one. Stop the engine first. */
  close(): Promise<void>
}

interface OpenOptions {
  readonly home: string
  readonly log: Log
  /** The machine's. */
  readonly clock: Clock
  readonly url?: string
  /** For a look from beside a running Boyd: an embedded server that was found running is left running. */
  readonly visiting?: true
}

/** Throws a fault with a hint when the database cannot be had. */
export async function openDatabase(options: OpenOptions): Promise<OpenedDatabase> {
  const { log, clock } = options
  const embedded = options.url === undefined ? await startEmbeddedPostgres({ dataDir: options.home, log, clock }) : undefined
  const url = embedded?.url ?? options.url ?? ''
  const database = connectDatabase({ url, log })
  const close = async (): Promise<void> => {
    await database.close()
    if (options.visiting === true && embedded?.adopted === true) embedded.leave()
    else await embedded?.stop()
  }
  try {
    await migrate(database)
  } catch (error) {
    await close()
    throw error
  }
  return { url, close, lost: lossOf(embedded), store: createPostgresStore(database), ledgerStore: createPostgresLedgerStore(database), tickets: createPostgresTickets({ database, ids: systemIds(clock) }), identities: createPostgresIdentities(database), inbox: createPostgresInbox(database), killSwitch: createPostgresKillSwitch(database) }
}

async function lossOf(embedded: EmbeddedPostgres | undefined): Promise<Fault> {
  if (embedded === undefined) return new Promise(() => undefined)
  await embedded.lost
  return fault({ code: 'unavailable', operation: 'embedded PostgreSQL', message: 'the database server has died', hint: 'Start boyd again: it starts the server and goes on where it was.' })
}
