/**
 * The folder of the embedded database: its cluster, its password, its log.
 *
 *   <home>/password      generated once, readable by us alone
 *   <home>/cluster/      PostgreSQL's data directory
 *   <home>/server.log    what the server says
 *
 * A cluster is made under another name and renamed when it is whole, so that a process killed in the middle
 * of `initdb` leaves nothing that looks like a database.
 */

import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { digestOf } from '../../kernel/canonical-json.ts'
import { fault } from '../../kernel/fault.ts'
import { canReach, mayEnter, serverIdentity, type EmbeddedRuntime, type ServerIdentity } from './embedded-runtime.ts'

export interface EmbeddedHome {
  readonly clusterDir: string
  readonly logFile: string
  readonly password: string
}

export const DATABASE_USER = 'boyd'
/** As root we may write here on every Linux, and the file system standard keeps it for state of services. */
const SUBSTITUTE_ROOT = '/var/lib/boyd'
const OPERATION = 'prepare embedded PostgreSQL'

/**
 * Where the database of `dataDir` lives; made when missing. That is `dataDir` itself, unless we are root and it
 * lies where the server's user cannot go. Private folders of ours among the temporary files then let that user's
 * group pass. Elsewhere (below /root) nobody's rights are touched: the database gets a folder in /var/lib/boyd,
 * and `dataDir` a note that says so.
 */
export function makeHomeDir(dataDir: string): string {
  const homeDir = makeDir(resolve(dataDir))
  letPass(homeDir, serverIdentity())
  if (canReach(join(homeDir, 'cluster'), serverIdentity())) return homeDir
  const substitute = makeDir(join(SUBSTITUTE_ROOT, `postgres-${digestOf(homeDir).slice(-12)}`))
  if (!canReach(join(substitute, 'cluster'), serverIdentity())) {
    throw homeFault(homeDir, 'as root the server runs as nobody, who cannot enter this directory', `Choose a data directory that everybody may enter, or make ${SUBSTITUTE_ROOT} one.`)
  }
  writeFileSync(join(homeDir, 'MOVED'), `The embedded database runs as nobody, who cannot enter this folder. It is in ${substitute}\n`)
  return substitute
}

function letPass(homeDir: string, identity: ServerIdentity): void {
  const temporaryDir = realpathSync(tmpdir())
  if (identity === undefined || !homeDir.startsWith(temporaryDir + sep)) return
  for (let directory = dirname(homeDir); directory !== temporaryDir; directory = dirname(directory)) {
    const { uid, mode } = statSync(directory)
    if (uid !== 0 || mayEnter(directory, identity)) continue
    chownSync(directory, uid, identity.gid)
    chmodSync(directory, (mode & 0o777) | 0o010)
  }
}

function makeDir(homeDir: string): string {
  try {
    mkdirSync(homeDir, { recursive: true, mode: 0o711 })
    // As root the server is somebody else, who must be able to pass through.
    if (process.getuid?.() === 0) chmodSync(homeDir, 0o711)
    return realpathSync(homeDir)
  } catch (cause) {
    throw homeFault(homeDir, 'the data directory cannot be made', 'Choose another data directory, or mend its permissions.', cause)
  }
}

/** Makes what is missing: password and cluster. Throws a fault with a hint where that cannot be done. */
export async function prepareHome(homeDir: string, runtime: EmbeddedRuntime): Promise<EmbeddedHome> {
  const clusterDir = join(homeDir, 'cluster')
  const password = readPassword(join(homeDir, 'password'))
  if (!existsSync(clusterDir)) await createCluster({ homeDir, clusterDir, password, runtime })
  checkVersion(clusterDir, runtime)
  return { clusterDir, logFile: join(homeDir, 'server.log'), password }
}

function readPassword(file: string): string {
  try {
    // A secret wants the system's entropy, not a generator that replays. `wx`: of two starters, one writes.
    writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    if (!existsSync(file)) throw homeFault(file, 'the password file cannot be written', 'Mend the permissions of the data directory.', cause)
  }
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw homeFault(file, 'the password file cannot be read', 'Run as the user who made the data directory, or choose another one.', cause)
  }
}

async function createCluster(options: { readonly homeDir: string; readonly clusterDir: string; readonly password: string; readonly runtime: EmbeddedRuntime }): Promise<void> {
  const { homeDir, clusterDir, password, runtime } = options
  const partDir = join(homeDir, `cluster.part-${process.pid}`)
  const passwordFile = join(homeDir, `password.part-${process.pid}`)
  rmSync(partDir, { recursive: true, force: true })
  mkdirSync(partDir, { mode: 0o700 })
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (runtime.identity !== undefined) {
    for (const path of [partDir, passwordFile]) chownSync(path, runtime.identity.uid, runtime.identity.gid)
  }
  try {
    await runInitdb(runtime, partDir, passwordFile)
    moveInto(partDir, clusterDir)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(partDir, { recursive: true, force: true })
  }
}

/** Takes a second, and many on a busy disk: nobody waits for it who has something else to do. */
async function runInitdb(runtime: EmbeddedRuntime, clusterDir: string, passwordFile: string): Promise<void> {
  // The built-in collation provider sorts the same on every machine, whatever locales are installed.
  const layout = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions']
  const access = ['-U', DATABASE_USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const failure = await promisify(execFile)(runtime.initdbFile, ['-D', clusterDir, ...access, ...layout], { ...runtime.identity, env: serverEnvironment(), encoding: 'utf8' }).then(() => undefined, asFailure)
  if (failure === undefined) return
  const said = `${failure.stdout ?? ''}${failure.stderr ?? ''}`.trim().split('\n').slice(-3).join('; ') || failure.message
  throw homeFault(clusterDir, `initdb failed: ${said}`, 'A C library other than glibc, a full disk or a user without a passwd entry can be the cause; DATABASE_URL avoids all three.')
}

function asFailure(error: unknown): Error & { readonly stdout?: string; readonly stderr?: string } {
  return error as Error & { readonly stdout?: string; readonly stderr?: string }
}

/** Nothing of ours leaks into the server: a PGDATA or a locale of the shell would change what it does. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
}

function moveInto(partDir: string, clusterDir: string): void {
  try {
    renameSync(partDir, clusterDir)
  } catch (error) {
    // Another process was first; its cluster has the same password, because the file is written once.
    if (!existsSync(join(clusterDir, 'PG_VERSION'))) throw error
  }
}

function checkVersion(clusterDir: string, runtime: EmbeddedRuntime): void {
  const found = readVersion(clusterDir)
  if (found === runtime.majorVersion) return
  throw homeFault(
    clusterDir,
    found === undefined ? 'this is not a database' : `the database was made by PostgreSQL ${found}, this is ${runtime.majorVersion}`,
    'Choose another data directory, or set DATABASE_URL to a server that can read it.',
  )
}

function readVersion(clusterDir: string): string | undefined {
  try {
    return readFileSync(join(clusterDir, 'PG_VERSION'), 'utf8').trim()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EACCES') return undefined
    throw homeFault(clusterDir, 'the database belongs to another user', 'Run as the user who made it, or choose another data directory.', cause)
  }
}

function homeFault(subject: string, message: string, hint: string, cause?: unknown): Error {
  return fault({ code: 'invalid', recovery: 'ask-human', operation: OPERATION, subject, message, hint, cause })
}
