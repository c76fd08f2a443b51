/**
 * Paths that commands name stay in the workspace, and out of the places in it where credentials live.
 *
 * The words are judged first: no `..`, no characters that programs or shells read as more than a name. Where the
 * workspace is on this machine, the path is followed through its links as far as it exists, and judged again.
 */

import { existsSync, lstatSync, realpathSync } from 'node:fs'
import { posix } from 'node:path'
import type { Place } from './place.ts'
import { isRefusal, refuse, shown, type Refusal } from './refusal.ts'

const PATH = /^[A-Za-z0-9._/](?:[\w./@+= -]*[\w./@+=-])?$/

/**
 * Entries whose content is credentials, or settings that programs obey, as patterns of `grep --exclude`: what is closed when it
 * is named is passed over by a recursive search.
 */
export const CLOSED_DIRECTORIES: readonly string[] = ['.git', '.ssh', '.aws', '.azure', '.kube', '.gnupg', '.docker']
export const CLOSED_FILES: readonly string[] = ['.env*', '*.env', '.netrc', '.npmrc', '.pypirc', '.git-credentials', '.pgpass', '.vault-token', 'id_rsa*', 'id_dsa*', 'id_ecdsa*', 'id_ed25519*', '*.pem', '*.key', '*.p12', '*.pfx', 'kubeconfig', '*.kubeconfig']

/** Compared without regard to case, because some file systems do. */
const CLOSED = [...CLOSED_DIRECTORIES, ...CLOSED_FILES].map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 'i'))

const PATH_LENGTH_MAX = 1024

/** The path from the workspace's root (`.` for the root itself), or why it is refused. */
export function workspacePath(text: string, place: Place): string | Refusal {
  if (!PATH.test(text) || text.length > PATH_LENGTH_MAX) return refuse('outside-workspace', `${shown(text)} is no plain path`)
  if (text.includes('//') || text.split('/').includes('..')) return refuse('outside-workspace', `${shown(text)} does not name its place directly`)
  const inside = insideOf(place.workspace, posix.resolve(place.cwd, text))
  if (inside === undefined) return refuse('outside-workspace', `${shown(text)} is outside the workspace ${place.workspace}`)
  const closed = closedPart(inside)
  if (closed !== undefined) return closed
  const real = place.look ? realPathOf(inside, place.workspace) : undefined
  if (real === undefined) return inside
  if (isRefusal(real)) return real
  return closedPart(real) ?? inside
}

/** Whether any part of a path is closed to commands. */
export function closedPart(path: string): Refusal | undefined {
  const part = path.split('/').find((one) => CLOSED.some((closed) => closed.test(one)))
  return part === undefined ? undefined : refuse('outside-workspace', `${shown(part)} may hold credentials or settings that programs obey`)
}

function insideOf(root: string, absolute: string): string | undefined {
  const path = posix.relative(root, absolute)
  if (path === '') return '.'
  return path === '..' || path.startsWith('../') || posix.isAbsolute(path) ? undefined : path
}

/** Where the path leads when links are followed; undefined where there is nothing to follow. */
function realPathOf(inside: string, workspace: string): string | Refusal | undefined {
  if (!existsSync(workspace)) return undefined
  const root = realpathSync(workspace)
  const real = realDeepest(posix.join(root, inside))
  return insideOf(root, real) ?? refuse('outside-workspace', `${shown(inside)} is a link that leaves the workspace`)
}

/** The real path of the deepest part that exists, with the rest as written. A link to nowhere counts as leaving. */
function realDeepest(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) return '/'
    const parent = posix.dirname(path)
    return parent === path ? path : posix.join(realDeepest(parent), posix.basename(path))
  }
}
