/** The files of this repository, as the tidy tests read them. What git ignores is not there for them. */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const IGNORED: readonly string[] = ['node_modules', '.git', '.boyd', 'coverage']

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string
  readonly text: string
}

export interface Import {
  readonly from: SourceFile
  /** As written: `../model/plan.ts`, `hono/streaming`, `node:fs`. */
  readonly specifier: string
  /** The file it names, for a relative import. */
  readonly target?: string
}

/** Files under a folder (or the root) whose names end as given. */
export function filesUnder(folder: string, ...endings: readonly string[]): readonly SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.split('/').some((part) => IGNORED.includes(part)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }))
}

export function rootEntries(): readonly string[] {
  return readdirSync(ROOT).filter((name) => !IGNORED.includes(name) && !name.endsWith('.log'))
}

/** Static imports, re-exports and dynamic imports with a literal. */
const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?\bfrom\s+'([^']+)'|(?:^|\n)\s*import\s+'([^']+)'|\bimport\('([^']+)'\)/g

export function importsOf(from: SourceFile): readonly Import[] {
  return [...from.text.matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? ''
    const target = specifier.startsWith('.') ? normalize(join(dirname(from.path), specifier)).replaceAll('\\', '/') : undefined
    return { from, specifier, ...(target === undefined ? {} : { target }) }
  })
}

export function isTest(path: string): boolean {
  return path.endsWith('.test.ts') || path.endsWith('.test-support.ts') || path.startsWith('test/') || path.includes('/testing/')
}

/** The room a file of the source lies in: `gate`, `loop`. */
export function roomOf(path: string): string | undefined {
  const [root, room] = path.split('/')
  return root === 'src' ? room : undefined
}
