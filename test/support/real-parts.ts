/** The parts behind the use cases, all real: PostgreSQL, the engine on it, a ledger, and a twin as the cluster. */

import { createDbosEngine } from '../../src/adapters/dbos/engine.ts'
import { createPostgresIdentities } from '../../src/adapters/postgres/identities.ts'
import { createPostgresInbox } from '../../src/adapters/postgres/inbox.ts'
import { createPostgresKillSwitch } from '../../src/adapters/postgres/kill-switch.ts'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/app/config.ts'
import { createPostgresLedgerStore } from '../../src/adapters/postgres/ledger-store.ts'
import { createPostgresStore } from '../../src/adapters/postgres/store.ts'
import { createPostgresTickets } from '../../src/adapters/postgres/tickets.ts'
import { createAside } from '../../src/app/aside/aside.ts'
import { createLinks, type Links } from '../../src/app/approvals/links.ts'
import { readSettings } from '../../src/app/settings/settings.ts'
import { startKeeper } from '../../src/audit/keeping/keeper.ts'
import { createKeyRing, newPrivateKey } from '../../src/gate/signing.ts'
import { createLedger } from '../../src/audit/ledger.ts'
import { generateNoteSigner } from '../../src/audit/notes/note-key.ts'
import { systemClock, type Clock } from '../../src/kernel/clock.ts'
import { systemIds } from '../../src/kernel/ids.ts'
import type { Inbox } from '../../src/ports/inbox.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { silentLog } from '../../src/kernel/log.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import { DEFAULT_CLUSTER_VERSION } from '../../src/model/snapshot.ts'
import type { Signal } from '../../src/model/signal.ts'
import { nodeNamed, webDeployment } from '../../src/twin/http/served-twin-bed.ts'
import { createTwin, type Twin } from '../../src/twin/twin.ts'
import { startTestDatabase } from '../contract/store-database.ts'
import { createAuth } from '../../src/app/auth/create-auth.ts'
import { createUseCases, type UseCaseParts } from '../../src/app/use-cases/create-use-cases.ts'
import type { SlackDoor } from '../../src/app/slack/slack-door.ts'
import type { UseCases } from '../../src/app/use-cases/use-cases.ts'
import type { BoydHono } from '../../src/http/identify.ts'
import { createHttpApp } from '../../src/http/server.ts'

export const WEBHOOK_TOKEN = 'a-webhook-token-of-32-characters'

export interface RealParts {
  readonly parts: UseCaseParts
  readonly links: Links
  readonly inbox: Inbox
  /** Runs a Deployment `default/web` with three ready pods. */
  readonly twin: Twin
  /** The ledger's entries of one incident, in order. */
  entriesOf(incidentId: string): Promise<readonly LedgerEntry[]>
  stop(): Promise<void>
}

/** Takes about two seconds. A mission answers with its input, and with what it hears on the topic that its input names. */
export async function startRealParts(): Promise<RealParts> {
  const server = await startTestDatabase()
  const clock = systemClock()
  const twin = createTwin({ seed: 1, startMs: clock.now(), version: DEFAULT_CLUSTER_VERSION, objects: [nodeNamed('n1'), webDeployment('web:1', 3)] })
  twin.advance(60_000)
  const [log, ids] = [silentLog(), systemIds(clock)]
  const ledgerStore = createPostgresLedgerStore(server.database)
  const ledger = createLedger({ store: ledgerStore, clock })
  const { signer } = generateNoteSigner('boyd/test')
  const keeper = startKeeper({
    store: ledgerStore,
    append: (entry) => ledger.append(entry),
    signers: () => [signer],
    lostKeys: [],
    anchors: [],
    anchorTargets: [],
    anchorsNeeded: 1,
    whenUnanchored: 'stop',
    memory: { read: () => undefined, write: () => undefined },
    every: { entries: 256, seconds: 30 },
    clock,
    log,
  })
  const engine = createDbosEngine({ databaseUrl: server.url, executorId: 'suite', log, clock })
  await engine.start(async (input, run) => {
    const { topic } = input as JsonObject
    return typeof topic === 'string' ? { input, heard: (await run.receive<JsonObject>(topic, 60_000)) ?? null } : { input }
  })
  const store = createPostgresStore(server.database)
  const identities = createPostgresIdentities(server.database)
  const keys = createKeyRing([newPrivateKey()])
  const links = createLinks({ keys, publicUrl: 'http://localhost', clusterId: 'twin', clock })
  const tickets = createPostgresTickets({ database: server.database, ids })
  const aside = createAside({ clock })
  return {
    parts: { aside, store, ledgerStore, tickets, keeper, identities, settings: readSettings(undefined), keys, links, policySources: { folder: join(PACKAGE_ROOT, 'policies'), options: () => ({}) }, killSwitch: createPostgresKillSwitch(server.database), engine, cluster: twin.cluster(), clock, wallClock: clock, ids, log, record: (entry) => ledger.append(entry), webhook: { token: WEBHOOK_TOKEN } },
    links,
    inbox: createPostgresInbox(server.database),
    twin,
    entriesOf: async (incidentId) => (await ledgerStore.ofIncident(incidentId)).map((line) => JSON.parse(line) as LedgerEntry),
    async stop() {
      await aside.stop()
      await engine.stop()
      await keeper.stop()
      await server.stop()
    },
  }
}

export const OPERATOR_TOKEN = 'the-operator-token-of-32-letters'

/** The HTTP app over real parts, as if asked from `peer`. */
export function appOver(parts: UseCaseParts, options: { readonly useCases?: UseCases; readonly host?: string; readonly peer?: string | undefined; readonly clock?: Clock; readonly slack?: SlackDoor } = {}): BoydHono {
  const { host = '127.0.0.1', clock = parts.wallClock } = options
  const settings = parts.settings.auth
  const auth = createAuth({ settings, operatorToken: OPERATOR_TOKEN, identities: parts.identities, clock, pathOf: (path) => path })
  const peer = 'peer' in options ? options.peer : '127.0.0.1'
  return createHttpApp({ ...auth, useCases: options.useCases ?? createUseCases(parts), publicUrl: settings.publicUrl, allowedHosts: settings.allowedHosts, clock, missionClock: parts.clock, slack: options.slack, host, version: '0.0.0-test', log: silentLog(), peerOf: () => peer })
}

/** A firing alert about a pod; each call is another observation. */
export function signalAbout(name: string, change: Partial<Signal> & Pick<Signal, 'id'>): Signal {
  return {
    kind: 'signal',
    source: 'alertmanager',
    sourceEventId: change.id,
    status: 'firing',
    severity: 3,
    severityText: 'warning',
    name: 'PodCrashLooping',
    title: `${name} crashes`,
    startsAtMs: 1_000,
    observedAtMs: 2_000,
    targets: [{ kind: 'Pod', namespace: 'default', name }],
    labels: {},
    annotations: {},
    links: [],
    completeness: 'complete',
    trust: 'secret',
    rawDigest: 'sha256:00',
    fingerprint: 'of-the-sender',
    ...change,
  }
}
