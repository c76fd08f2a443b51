/** Revisions, paths and branches as git's commands take them here. */

import type { Place } from '../place.ts'
import { isRefusal, refuse, shown, type Refusal } from '../refusal.ts'
import { closedPart, workspacePath } from '../workspace-path.ts'

/** A name of a revision with its steps back: `HEAD~2`, `v1.2.0^`, `main@{1}`. No `^{/…}`, no `:/…`: these search. */
const REVISION = /^[A-Za-z0-9][\w./-]*(?:@\{\d{1,6}\})?(?:[~^]\d{0,6})*$/
const REF = /^[A-Za-z0-9][\w./-]*$/

/** Whether git reads the word as a revision, a range of revisions, or a file in a revision. */
export function badRevision(word: string): Refusal | undefined {
  const [tree = '', path, ...more] = word.split(':')
  if (more.length > 0) return refuse('bad-value', `${shown(word)} is no revision`)
  const ends = path === undefined ? tree.split(/\.{2,3}/) : [tree]
  if (ends.length > 2 || !ends.some((end) => end !== '') || !ends.every((end) => end === '' || isRevision(end))) return refuse('bad-value', `${shown(word)} is no revision`)
  return path === undefined ? undefined : badTreePath(path)
}

function isRevision(text: string): boolean {
  return REVISION.test(text) && !text.includes('..') && !text.includes('//')
}

/** A path in a revision starts at the root of the repository; what is closed on disk is closed in the past as well. */
function badTreePath(path: string): Refusal | undefined {
  if (!/^[A-Za-z0-9._][\w./@+=-]*$/.test(path) || path.split('/').includes('..') || path.includes('//')) return refuse('outside-workspace', `${shown(path)} is no plain path`)
  return closedPart(path)
}

/** Whether a word may only be meant as a path. */
export function looksLikePath(word: string): boolean {
  return word.startsWith('/') || word.startsWith('.')
}

/** Paths as git gets them: from the workspace's root, or why one is refused. */
export function badPath(words: readonly string[], place: Place): Refusal | undefined {
  return words.map((word) => workspacePath(word, place)).find(isRefusal)
}

/** A name of a branch (git-check-ref-format), without what a push reads as more than a name. */
export function badBranch(name: string): Refusal | undefined {
  const parts = name.split('/')
  const fine = REF.test(name) && name.length < 200 && !name.includes('..') && parts.every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.') && !part.endsWith('.lock')) && name !== 'HEAD'
  return fine ? undefined : refuse('bad-value', `${shown(name)} is no name of a branch`)
}
