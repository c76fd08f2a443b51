/**
 * Keeps what Node made of our modules, so that the next start need not make it again: half of the processor time of a
 * start is the reading of TypeScript. What lies there is run, so it is used only where nobody else can have put it.
 */

import { mkdirSync, statSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Does nothing where there is no such folder: then everything is read anew, as without it. */
export function useCompileCache(folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'boyd', 'compiled')): void {
  if (isOurs(folder)) enableCompileCache(folder)
}

/** A folder that is ours and that nobody else may write to; made where it is missing. */
export function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(folder)
    return (process.getuid === undefined || uid === process.getuid()) && (process.platform === 'win32' || (mode & 0o022) === 0)
  } catch {
    return false
  }
}
