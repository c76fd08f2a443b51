/**
 * The files below what the user named, in a stable order, with what was left out and why.
 *
 * Only names that a reader exists for are taken. A link that leads outside is not followed: a repository that is scanned
 * must not be able to name the files of the machine that scans it.
 */

import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import { fault } from '../../kernel/fault.ts'
import type { FoundFile } from './source-file.ts'
import { readerFor } from './which-reader.ts'

/** Folders that hold other people's code or a tool's own state. */
const LEFT_OUT = new Set(['.git', 'node_modules', '.terraform', '.venv', '__pycache__'])

export interface NotRead {
  readonly source: string
  readonly why: string
  /** What to do so that it is read. */
  readonly hint?: string
}

export interface FoundFiles {
  readonly files: readonly FoundFile[]
  /** Folders with a `Chart.yaml`, and with a `kustomization.yaml`. */
  readonly charts: readonly string[]
  readonly kustomizations: readonly string[]
  readonly notRead: readonly NotRead[]
}

interface Search {
  readonly root: string
  readonly here: string
  readonly files: Map<string, FoundFile>
  readonly charts: string[]
  readonly kustomizations: string[]
  readonly notRead: NotRead[]
}

/** Fault `not-found` when a path names nothing. */
export async function findFiles(paths: readonly string[], here: string): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>()
  const [charts, kustomizations, notRead]: [string[], string[], NotRead[]] = [[], [], []]
  for (const path of [...new Set(paths)].sort()) {
    const absolute = resolve(here, path)
    const found = await stat(absolute).catch(() => undefined)
    if (found === undefined) throw fault({ code: 'not-found', operation: 'scan', subject: path, message: 'there is no such file or folder', recovery: 'give-up' })
    const search = { root: await realpath(absolute), here, files, charts, kustomizations, notRead }
    if (found.isDirectory()) await searchFolder(search, absolute)
    else files.set(absolute, { path: absolute, source: sourceOf(here, absolute), named: true })
  }
  return { files: [...files.values()].sort((left, right) => (left.source < right.source ? -1 : 1)), charts: unique(charts), kustomizations: unique(kustomizations), notRead }
}

async function searchFolder(search: Search, folder: string): Promise<void> {
  const listed = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => error)
  if (listed instanceof Error) return void search.notRead.push({ source: `${sourceOf(search.here, folder)}/`, why: `the folder cannot be opened: ${listed.code ?? 'unknown'}` })
  const entries = listed.sort((left, right) => (left.name < right.name ? -1 : 1))
  const names = new Set(entries.map((entry) => entry.name))
  if (names.has('Chart.yaml')) search.charts.push(folder)
  if (names.has('kustomization.yaml') || names.has('kustomization.yml') || names.has('Kustomization')) search.kustomizations.push(folder)
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await enter(search, path)
    else if (entry.isFile()) take(search, path)
    else if (entry.isSymbolicLink()) await follow(search, path)
  }
}

async function enter(search: Search, folder: string): Promise<void> {
  if (LEFT_OUT.has(basename(folder))) search.notRead.push({ source: `${sourceOf(search.here, folder)}/`, why: 'left out: it holds the code of others or the state of a tool', hint: 'Name the folder to have it read.' })
  else await searchFolder(search, folder)
}

function take(search: Search, path: string): void {
  const source = sourceOf(search.here, path)
  if (readerFor(source) !== undefined && !search.files.has(path)) search.files.set(path, { path, source, named: false })
}

/** A folder that a link inside leads to is met on its own way. */
async function follow(search: Search, path: string): Promise<void> {
  const target = await realpath(path).catch(() => undefined)
  const found = target === undefined ? undefined : await stat(target).catch(() => undefined)
  const inside = target === search.root || target?.startsWith(search.root + sep) === true
  if (found === undefined) return void (readerFor(path) === undefined ? undefined : search.notRead.push({ source: sourceOf(search.here, path), why: 'a link that leads nowhere' }))
  if (readerFor(path) === undefined && !found.isDirectory()) return
  if (!inside) search.notRead.push({ source: sourceOf(search.here, path), why: 'a link that leads outside the folder is not followed' })
  else if (found.isFile()) take(search, path)
}

/** Relative to where the user stands; outside of it, as it is. */
export function sourceOf(here: string, path: string): string {
  const short = relative(here, path)
  return (short.startsWith('..') ? path : short === '' ? '.' : short).split(sep).join('/')
}

function unique(items: readonly string[]): string[] {
  return [...new Set(items)].sort()
}
