/**
 * The doctor: checks configuration, policies, database, cluster and rights, one after the other, and says how to mend
 * what is wrong. A check that cannot run because an earlier one failed says so.
 */

import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../adapters/postgres/open-database.ts'
import { openClusters, type Clusters } from '../open-clusters.ts'
import { compareRights, type Comparison } from '../rbac/compare-rights.ts'
import { grantedTo, type Granted } from '../rbac/granted.ts'
import { policySources } from '../policy-sources.ts'
import { settingsPath } from '../settings/settings-path.ts'
import { faultLine, isFault } from '../../kernel/fault.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { ACTING_VERBS, actingRights, mergedRights, READING, type Right } from '../../model/access.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { Config } from '../config.ts'
import { readSettings, type Settings } from '../settings/settings.ts'
import { examineFacts } from './examine-facts.ts'
import { examinePeople } from './examine-people.ts'
import { examineLedger } from './examine-ledger.ts'

export interface Check {
  readonly name: string
  readonly status: 'ok' | 'failed' | 'warning'
  readonly detail: string
}

const NODE_MAJOR_MIN = 24

export async function examine(options: { readonly config: Config; readonly log: Log }): Promise<readonly Check[]> {
  const { config } = options
  return [
    checkNode(),
    await check('home', () => checkHome(config.home)),
    await check('settings', () => checkSettings(config.settingsFile)),
    await check('policies', () => checkPolicies(config)),
    ...(await examineFacts(config)),
    await check('database', () => checkDatabase(options)),
    ...(await examinePeople(options)),
    ...(await examineLedger(options)),
    ...(await checkCluster(options)),
  ]
}

function checkNode(): Check {
  const ok = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN
  return { name: 'node', status: ok ? 'ok' : 'failed', detail: `Node ${process.versions.node}${ok ? '' : `; ${NODE_MAJOR_MIN} or newer is needed`}` }
}

function checkSettings(file: string | undefined): Promise<string> {
  readSettings(file)
  return Promise.resolve(file ?? 'no settings file; every setting has its default')
}

function checkPolicies(config: Config): Promise<string> {
  const settings = readSettings(config.settingsFile)
  const { layers, policies, shadow, digest } = policySources({ config, settings, pathOf: (path) => settingsPath(config, path) }).load()
  const trial = shadow.length === 0 ? '' : `, ${shadow.length} on trial`
  return Promise.resolve(`${policies.length} policies in ${layers.length} layers${trial}, digest ${digest.slice(0, 19)}…`)
}

function checkHome(home: string): Promise<string> {
  mkdirSync(home, { recursive: true })
  accessSync(home, constants.W_OK)
  return Promise.resolve(home)
}

async function checkDatabase({ config, log }: { readonly config: Config; readonly log: Log }): Promise<string> {
  const database = await openDatabase({ home: join(config.home, 'postgres'), log, clock: systemClock(), visiting: true, ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }) })
  await database.close()
  return config.databaseUrl === undefined ? 'embedded PostgreSQL starts' : `${new URL(config.databaseUrl).host} answers`
}

async function checkCluster({ config, log }: { readonly config: Config; readonly log: Log }): Promise<readonly Check[]> {
  const settings = readSettings(config.settingsFile)
  let clusters: Clusters | undefined
  const connection = await check('cluster', async () => {
    clusters = await openClusters({ config, settings: settings.credentials, clock: systemClock(), log, pathOf: (path) => settingsPath(config, path) })
    return `Kubernetes ${(await clusters.reader.version()).gitVersion} answers`
  })
  if (clusters === undefined || connection.status === 'failed') return [connection]
  return [connection, ...(await checkRights(clusters, settings.credentials))]
}

/** The accounts against what the installation was given; one account for both needs both. */
async function checkRights({ reader, actor, separate }: Clusters, settings: Settings['credentials']): Promise<readonly Check[]> {
  const given = await grantedTo(reader, settings)
  const acting = actingRights(given.verbs)
  const namespaces = given.namespaces.length === 0 ? ['default'] : given.namespaces
  if (!separate) return [await checkAccount({ name: 'rights', connect: () => Promise.resolve(reader), needed: [...READING, ...acting], namespaces, given })]
  return [
    await checkAccount({ name: 'rights of the reader', connect: () => Promise.resolve(reader), needed: READING, namespaces: ['default'] }),
    await checkAccount({ name: 'rights of the actor', connect: actor, needed: acting, namespaces, given }),
  ]
}

interface Account {
  readonly name: string
  readonly connect: () => Promise<Cluster>
  readonly needed: readonly Right[]
  readonly namespaces: readonly string[]
  readonly given?: Granted
}

async function checkAccount({ name, connect, needed, namespaces, given }: Account): Promise<Check> {
  try {
    const judged = judgedRights(await compareRights(await connect(), { needed: mergedRights(needed), namespaces }))
    return { name, ...judged, detail: `${judged.detail}${given === undefined ? '' : scopeText(given)}` }
  } catch (error) {
    return { name, status: 'failed', detail: isFault(error) ? faultLine(error) : error instanceof Error ? error.message : String(error) }
  }
}

/** Nothing where it is all verbs, everywhere. */
function scopeText({ verbs, namespaces, saidBy }: Granted): string {
  const fewer = verbs.length < ACTING_VERBS.length ? `for ${verbs.join(', ')}` : 'for all verbs'
  const where = namespaces.length === 0 ? '' : `, in ${namespaces.join(', ')}`
  return saidBy === undefined || (verbs.length === ACTING_VERBS.length && namespaces.length === 0) ? '' : ` (${fewer}${where}, as ${saidBy} ${saidBy === 'the settings' ? 'say' : 'says'})`
}

const NAMED_MAX = 8

function judgedRights(comparison: Comparison): Pick<Check, 'status' | 'detail'> {
  if (comparison.type === 'not-evaluated') return { status: 'warning', detail: `not checked: the cluster says "${comparison.why}"` }
  const { missing, beyond, complete } = comparison
  if (missing.length === 0 && beyond.length === 0) return { status: 'ok', detail: complete ? 'what the enabled verbs need, and nothing beyond' : 'what the enabled verbs need, and none of what must never be; the cluster cannot list all of it' }
  const parts = [...named('missing', missing), ...named('beyond what is needed', beyond)]
  return { status: 'failed', detail: `${parts.join('; ')}. "boyd rbac" prints the roles as they should be.` }
}

function named(what: string, rights: readonly string[]): string[] {
  if (rights.length === 0) return []
  const left = rights.length - NAMED_MAX
  return [`${what}: ${rights.slice(0, NAMED_MAX).join(', ')}${left > 0 ? ` and ${left} more` : ''}`]
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, status: 'ok', detail: await look() }
  } catch (error) {
    return { name, status: 'failed', detail: isFault(error) ? faultLine(error) : error instanceof Error ? error.message : String(error) }
  }
}
