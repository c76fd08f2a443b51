/**
 * The doctor: checks configuration, policies, database, cluster and rights, one after the other, and says how to mend
 * what is wrong. A check that cannot run because an earlier one failed says so.
 */

import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { connectKubernetes } from '../../adapters/kubernetes/cluster.ts'
import { openDatabase } from '../../adapters/postgres/open-database.ts'
import { policySources } from '../policy-sources.ts'
import { settingsPath } from '../settings/settings-path.ts'
import { faultLine, isFault } from '../../kernel/fault.ts'
import { systemClock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { Config } from '../config.ts'
import { readSettings } from '../settings/settings.ts'
import { examineLedger } from './examine-ledger.ts'

export interface Check {
  readonly name: string
  readonly status: 'ok' | 'failed' | 'warning'
  readonly detail: string
}

const NODE_MAJOR_MIN = 24

/** What the shipped verbs need, as `verb group/resource`; `rbac` of the deployment grants exactly these. */
const RIGHTS: readonly { readonly verb: string; readonly group: string; readonly resource: string; readonly subresource?: string; readonly why: string }[] = [
  { verb: 'list', group: '', resource: 'pods', why: 'to see what is wrong' },
  { verb: 'list', group: '', resource: 'nodes', why: 'to see what is wrong' },
  { verb: 'list', group: 'apps', resource: 'deployments', why: 'to see what is wrong' },
  { verb: 'list', group: 'policy', resource: 'poddisruptionbudgets', why: 'to honour budgets' },
  { verb: 'get', group: '', resource: 'pods', subresource: 'log', why: 'to read why containers end' },
  { verb: 'patch', group: '', resource: 'nodes', why: 'to cordon' },
  { verb: 'delete', group: '', resource: 'nodes', why: 'to delete a dead node' },
  { verb: 'create', group: '', resource: 'pods', subresource: 'eviction', why: 'to drain' },
  { verb: 'patch', group: 'apps', resource: 'deployments', why: 'to roll back, patch and restart' },
  { verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale', why: 'to scale' },
]

export async function examine(options: { readonly config: Config; readonly log: Log }): Promise<readonly Check[]> {
  const { config } = options
  return [
    checkNode(),
    await check('home', () => checkHome(config.home)),
    await check('settings', () => checkSettings(config.settingsFile)),
    await check('policies', () => checkPolicies(config)),
    await check('database', () => checkDatabase(options)),
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
  let cluster: Cluster | undefined
  const connection = await check('cluster', async () => {
    cluster = await connectKubernetes({
      clock: systemClock(),
      log,
      ...(config.kubeconfigFile === undefined ? {} : { kubeconfigFile: config.kubeconfigFile }),
      ...(config.context === undefined ? {} : { context: config.context }),
    })
    return `Kubernetes ${(await cluster.version()).gitVersion} answers`
  })
  if (cluster === undefined || connection.status === 'failed') return [connection]
  const connected = cluster
  return [connection, ...(await Promise.all(RIGHTS.map((right) => checkRight(connected, right))))]
}

async function checkRight(cluster: Cluster, right: (typeof RIGHTS)[number]): Promise<Check> {
  const { verb, group, resource, subresource, why } = right
  const name = `may ${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`
  const result = await check(name, async () => {
    const review = await cluster.create({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: { resourceAttributes: { verb, group, resource, ...(subresource === undefined ? {} : { subresource }) } },
    })
    const status = review['status'] as { readonly allowed?: boolean } | undefined
    return status?.allowed === true ? why : ''
  })
  return result.detail === '' ? { name, status: 'failed', detail: `not allowed; it is needed ${why}. Grant it to Boyd's account.` } : result
}

async function check(name: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { name, status: 'ok', detail: await look() }
  } catch (error) {
    return { name, status: 'failed', detail: isFault(error) ? faultLine(error) : error instanceof Error ? error.message : String(error) }
  }
}
