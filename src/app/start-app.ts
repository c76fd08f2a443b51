/**
 * The composition root: wires the real parts, top to bottom, and hands the doors their use cases.
 *
 * The order is the order in which things can fail with a clear line: settings and policies first (an invalid policy
 * starts nothing), then the cluster, then the database, then the engine that takes up what an earlier process left.
 */

import { join } from 'node:path'
import { createDbosEngine } from '../adapters/dbos/engine.ts'
import { openDatabase } from '../adapters/postgres/open-database.ts'
import type { Keeper } from '../audit/keeping/keeper.ts'
import { createLedger, type Appended, type Ledger } from '../audit/ledger.ts'
import { createGate } from '../gate/gate.ts'
import { createHooks } from '../gate/hooks/hooks.ts'
import { systemClock, type Clock, type ClockScale } from '../kernel/clock.ts'
import { environmentCrashPoints, type CrashPoints } from '../kernel/crash-point.ts'
import type { Fault } from '../kernel/fault.ts'
import { systemIds } from '../kernel/ids.ts'
import type { Log } from '../kernel/log.ts'
import type { KnownValues } from '../kernel/redact/known-values.ts'
import { createFrame } from '../loop/frame.ts'
import { missionBody } from '../loop/mission-body.ts'
import { wireStages } from '../loop/wire-stages.ts'
import { DEFAULT_BUDGET } from '../mission/budget.ts'
import type { LedgerEntryInit } from '../model/ledger-entry.ts'
import type { Cluster } from '../ports/cluster.ts'
import { createAside } from './aside/aside.ts'
import { createDesk } from './approvals/desk.ts'
import { createLinks } from './approvals/links.ts'
import { slackNotifier, startSlackDoor } from './slack/create-slack.ts'
import type { SlackDoor } from './slack/slack-door.ts'
import { keyRingOf } from './auth/keys.ts'
import { packageVersion } from './package-version.ts'
import { createAuth, type Auth } from './auth/create-auth.ts'
import type { Config } from './config.ts'
import { readSettings } from './settings/settings.ts'
import { followCluster } from './follow-cluster.ts'
import { gateFacts } from './gate-facts.ts'
import { policiesLoaded, watchPolicies } from './policy-reload.ts'
import { policySources } from './policy-sources.ts'
import { settingsPath } from './settings/settings-path.ts'
import { siteHooks } from './site-hooks.ts'
import { openClusters } from './open-clusters.ts'
import { createRedaction, redactedLedger, redactedStore, redactedTickets } from './redaction.ts'
import { siteSecrets } from './settings/site-secrets.ts'
import { siteReader } from './site-reader.ts'
import { keepLedgerFile } from './ledger-file.ts'
import { keepLedger } from './keep-ledger.ts'
import { startWatching } from './watch-cluster.ts'
import { createUseCases } from './use-cases/create-use-cases.ts'
import { guardOutbound } from './use-cases/guard-outbound.ts'
import { launchForgotten } from './use-cases/take-in.ts'
import { tellAnswered } from './use-cases/vote.ts'
import type { UseCases } from './use-cases/use-cases.ts'

export interface AppOptions {
  readonly config: Config
  readonly token: string
  /** The cluster's time: the wall clock, or a faster one over the embedded cluster. */
  readonly clock: Clock
  readonly clockScale?: ClockScale
  readonly log: Log
  /** Secrets that are told by their value, as the log knows them too; the app adds its own. */
  readonly known?: KnownValues
  readonly crashPoints?: CrashPoints
}

/** What the doors are opened with. */
export interface Doors extends Auth {
  readonly useCases: UseCases
  /** Where people reach Boyd; absent: where it listens. */
  readonly publicUrl: string | undefined
  readonly allowedHosts: readonly string[]
  /** The wall clock. */
  readonly clock: Clock
  /** The cluster's time. */
  readonly missionClock: Clock
  /** Absent where no clicks are taken. */
  readonly slack: SlackDoor | undefined
}

export interface App {
  readonly useCases: UseCases
  readonly doors: Doors
  readonly cluster: Cluster
  readonly ledgerFile: string
  /** Resolves when the app cannot go on: say the fault and end the process; the next start goes on. */
  readonly lost: Promise<Fault>
  stop(): Promise<void>
}

export async function startApp(options: AppOptions): Promise<App> {
  const { config, clock, log } = options
  const wallClock = systemClock()
  const ids = systemIds(wallClock)
  const crashPoints = options.crashPoints ?? environmentCrashPoints(process.env)
  const settings = readSettings(config.settingsFile)
  const pathOf = (path: string): string => settingsPath(config, path)
  const policies = policySources({ config, settings, pathOf })
  const bundle = policies.load()
  const { reader: cluster, actor } = await openClusters({ config, settings: settings.credentials, clock: wallClock, log, pathOf })
  const database = await openDatabase({ home: join(config.home, 'postgres'), log, clock: wallClock, ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }) })
  const redaction = createRedaction({ home: config.home, settings: settings.redaction, ...(options.known === undefined ? {} : { known: options.known }) })
  for (const [type, value] of [...ownSecrets(options, database.url), ...siteSecrets(settings, pathOf)]) redaction.known.add(type, value)
  const { ledgerStore, identities, inbox, killSwitch } = database
  const store = redactedStore(database.store, redaction)
  const tickets = redactedTickets(database.tickets, redaction)
  const auth = createAuth({ settings: settings.auth, operatorToken: options.token, identities, clock: wallClock, pathOf })
  const written = createLedger({ store: ledgerStore, clock })
  const ledger = redactedLedger(written, redaction)
  const clusterId = await cluster.id()
  const site = siteReader({ home: config.home, clusterId, environment: config.environment, settings, clock, killSwitch, pathOf })
  const gate = createGate({ bundle, clock, site, facts: gateFacts({ settings: settings.policy, store, clock, pathOf }) })
  const keys = keyRingOf(settings.approvals.keysFile === undefined ? join(config.home, 'approval-keys.json') : pathOf(settings.approvals.keysFile), wallClock)
  const links = createLinks({ keys, publicUrl: settings.auth.publicUrl, clusterId, clock })
  const notifier = slackNotifier({ settings: settings.slack, clock: wallClock, pathOf })
  const desk = createDesk({ ...(notifier === undefined ? {} : { notifier }), settings: settings.approvals, agentVersion: packageVersion(), links, keys, people: auth.people, log })
  const keeper = await keepLedger({ home: config.home, settings: settings.ledger, store: ledgerStore, ledgers: { written, redacted: ledger }, actor, clock: wallClock, log, pathOf })
  const record = recorder({ ledger, keeper, crashPoints })
  const engine = createDbosEngine({ databaseUrl: database.url, executorId: config.executorId, log, clock: wallClock, clockFactor: options.clockScale?.factor ?? 1 })
  const ledgerFile = join(config.home, 'ledger.jsonl')
  const hooks = createHooks({ hooks: siteHooks({ settings: settings.hooks, cwd: config.home, clock: wallClock, pathOf, covered: gate.covered }), clock: wallClock, cwd: config.home, transcriptPath: ledgerFile })
  await record(policiesLoaded(bundle))
  const policyWatch = watchPolicies({ gate, ...policies, record, clock: wallClock, log })
  const looks = followCluster({ cluster, settings: settings.base, clock: wallClock, log, redaction })
  const intake = { store, engine, cluster, clock, ids, log, record }

  await engine.start(
    missionBody({
      budget: DEFAULT_BUDGET,
      frame: createFrame({ store, tickets, clock, record }),
      stagesFor: (incident, startedAtMs) => wireStages({ hooks, store, tickets, cluster, actor, clock, gate, desk, crashPoints, incident, startedAtMs, record, whyNoChange: keeper.whyNoChange, ...looks.of(incident.id) }),
    }),
  )
  await launchForgotten(intake)
  await tellAnswered({ store, engine })
  const stopFile = keepLedgerFile({ ledgerStore, clock: wallClock, file: ledgerFile, log })
  const aside = createAside({ clock: wallClock })
  const useCases = guardOutbound(createUseCases({ ...intake, ...looks.of('questions'), aside, identities, settings, keys, links, killSwitch, policySources: policies, ledgerStore, wallClock, tickets, keeper, webhook: webhookSecrets(options) }), redaction)
  const slack = startSlackDoor({ settings: settings.slack, clock: wallClock, pathOf, inbox, useCases, people: auth.people, log })
  const stopWatch = config.watch ? startWatching({ cluster, clock, ids, log, takeIn: useCases.takeIn }) : undefined
  return {
    useCases,
    doors: { useCases, ...auth, publicUrl: settings.auth.publicUrl, allowedHosts: settings.auth.allowedHosts, clock: wallClock, missionClock: clock, slack: slack?.door },
    cluster,
    ledgerFile,
    lost: database.lost,
    async stop() {
      policyWatch.stop()
      await aside.stop()
      await stopWatch?.()
      await slack?.worker.stop()
      await engine.stop()
      await looks.stop()
      await keeper.stop()
      await stopFile()
      await database.close()
    },
  }
}

/** Whoever writes, a crash on either side of an entry is a crash that tests can ask for. */
function recorder({ ledger, keeper, crashPoints }: { readonly ledger: Pick<Ledger, 'append'>; readonly keeper: Pick<Keeper, 'grew'>; readonly crashPoints: CrashPoints }): (entry: LedgerEntryInit) => Promise<Appended> {
  return async (entry) => {
    crashPoints.pass(`${entry.key} before ${entry.type}`)
    const appended = await ledger.append(entry)
    keeper.grew()
    crashPoints.pass(`${entry.key} after ${entry.type}`)
    return appended
  }
}

function webhookSecrets(options: AppOptions): { readonly token: string; readonly hmacSecret?: string } {
  const { webhookToken, webhookHmacSecret } = options.config
  return { token: webhookToken ?? options.token, ...(webhookHmacSecret === undefined ? {} : { hmacSecret: webhookHmacSecret }) }
}

/** What this process itself could leak. */
function ownSecrets({ token, config }: AppOptions, databaseUrl: string): readonly (readonly [string, string])[] {
  const password = URL.canParse(databaseUrl) ? decodeURIComponent(new URL(databaseUrl).password) : ''
  return [
    ['operator-token', token],
    ['webhook-token', config.webhookToken ?? ''],
    ['webhook-secret', config.webhookHmacSecret ?? ''],
    ['database-password', password],
  ]
}
