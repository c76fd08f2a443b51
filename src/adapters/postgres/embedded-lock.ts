/**
 * Is a server living in this data directory? PostgreSQL leaves its process id in `postmaster.pid`; whether that
 * note is true has to be found out.
 *
 * After `kill -9` of our process the server lives on, and is adopted. After `kill -9` of the server the note
 * stays, and its number may name nobody, a zombie that a slow process 1 has not collected yet (usual in
 * containers), or a stranger who got the number. PostgreSQL itself refuses to start for the last two, so the
 * note is removed once nobody lives in the directory. Linux tells by `/proc`; elsewhere only the number is asked.
 */

import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface ServerNote {
  readonly pid: number
  readonly port: number
  /** `starting`, `ready`, `stopping`; empty in the first instants. */
  readonly phase: string
}

/**
 * free: a server may be started. living: a server is there. leaving: processes of a server that ended are still
 * in the directory, or it is shutting down; look again soon.
 */
export type Occupancy = { readonly type: 'free' } | { readonly type: 'leaving' } | { readonly type: 'living'; readonly note: ServerNote }

/** Looks once. Removes a note that is certainly stale. */
export function inspectOccupancy(clusterDir: string): Occupancy {
  const note = readNote(clusterDir)
  if (note !== undefined && livesIn(note.pid, clusterDir)) {
    return note.phase === 'stopping' || !(note.port > 0) ? { type: 'leaving' } : { type: 'living', note }
  }
  if (hasResidents(clusterDir)) return { type: 'leaving' }
  rmSync(join(clusterDir, 'postmaster.pid'), { force: true })
  return { type: 'free' }
}

/** Layout: `src/include/utils/pidfile.h` of PostgreSQL: pid, directory, start, port, socket, address, memory key, status. */
export function readNote(clusterDir: string): ServerNote | undefined {
  const text = readIfThere(join(clusterDir, 'postmaster.pid'))
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number.parseInt(lines[0] ?? '', 10)
  if (!(pid > 0)) return undefined
  return { pid, port: Number.parseInt(lines[3] ?? '', 10), phase: (lines[7] ?? '').trim() }
}

/** True for a process that runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  if (process.platform === 'linux') {
    const status = readIfThere(`/proc/${pid}/status`)
    return status !== undefined && !/^State:\s+[ZX]/m.test(status)
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function livesIn(pid: number, clusterDir: string): boolean {
  if (!isRunning(pid)) return false
  return process.platform !== 'linux' || workingDirOf(pid) === clusterDir
}

/** Back ends of a dead server hold its shared memory for a moment; a new server must wait for them. */
function hasResidents(clusterDir: string): boolean {
  if (process.platform !== 'linux') return false
  return readdirSync('/proc').some((entry) => /^\d+$/.test(entry) && workingDirOf(Number(entry)) === clusterDir && isRunning(Number(entry)))
}

function workingDirOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return undefined
    throw error
  }
}
