/** `boyd serve`: the on-call engineer of one cluster, until it is told to stop. */

import type { Command } from 'commander'
import { readConfig, type ConfigFlags } from '../../app/config.ts'
import { startApp } from '../../app/start-app.ts'
import { announceServer, operatorToken } from '../../app/token.ts'
import { scaledClock, systemClock, type ClockScale } from '../../kernel/clock.ts'
import { createLog } from '../../kernel/log.ts'
import { assertPortFree } from '../../http/port-free.ts'
import { startHttp } from '../../http/server.ts'
import { packageVersion } from '../../app/package-version.ts'
import { OUTLINE } from '../outline.ts'
import { note, printJson } from '../terminal.ts'
import { untilStopped } from '../until-stopped.ts'

export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description(OUTLINE.serve.does)
    .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, ~/.kube/config, or the pod’s own account)')
    .option('--context <name>', 'context of the kubeconfig')
    .option('--database-url <url>', 'any PostgreSQL (default: an embedded one in the home folder)')
    .option('--config <file>', 'settings file (default: boyd.yaml in the home folder, if there is one)')
    .option('--policies <folder>', 'policies of the gate')
    .option('--host <address>', 'address to listen on')
    .option('--port <port>', 'port to listen on; 0 picks one')
    .option('--home <folder>', 'where state is kept')
    .option('--environment <name>', 'what policies know this cluster as: production, staging, …')
    .option('--no-watch', 'take alerts from the webhook only')
    .option('--log-level <level>', 'debug, info, warn, error or silent')
    .option('--json', 'print the address as JSON once it listens')
    .action(serve)
}

interface ServeFlags {
  readonly kubeconfig?: string
  readonly databaseUrl?: string
  readonly policies?: string
  readonly config?: string
  readonly json?: true
  readonly [flag: string]: string | boolean | undefined
}

async function serve(flags: ServeFlags): Promise<void> {
  const { kubeconfig, databaseUrl, policies, config: settingsFile, json, ...rest } = flags
  const config = readConfig({ ...(rest as ConfigFlags), kubeconfigFile: kubeconfig, databaseUrl, policiesFolder: policies, settingsFile }, process.env)
  const log = createLog({ level: config.logLevel })
  const token = operatorToken(config.home)
  const clockScale = clockScaleOf(process.env['BOYD_CLOCK'])
  const clock = clockScale === undefined ? systemClock() : scaledClock(clockScale)
  await assertPortFree(config)
  const app = await startApp({ config, token, clock, log, ...(clockScale === undefined ? {} : { clockScale }) })
  const server = await startHttp({ ...app.doors, host: config.host, port: config.port, version: packageVersion(), log })
  announceServer(config.home, { url: server.url, pid: process.pid })
  if (json === true) printJson({ url: server.url, home: config.home, ledger: app.ledgerFile })
  else note(`boyd listens on ${server.url}; alerts go to ${server.url}/api/v1/webhooks/alertmanager, the token is in ${config.home}/token`)
  // As after a kill: the journal knows what was done, and the next start goes on from there.
  const loss = await Promise.race([untilStopped(), app.lost])
  if (loss !== undefined) throw loss
  await server.stop()
  await app.stop()
}

/** `BOYD_CLOCK=factor,startMs,wallStartMs`: the time of an embedded cluster that another process runs. */
function clockScaleOf(text: string | undefined): ClockScale | undefined {
  if (text === undefined || text === '') return undefined
  const [factor = 1, startMs = 0, wallStartMs = 0] = text.split(',').map(Number)
  return { factor, startMs, wallStartMs }
}
