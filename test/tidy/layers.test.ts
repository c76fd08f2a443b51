import { expect, test } from 'vitest'
import { proves } from '../requirements.ts'
import { filesUnder, importsOf, isTest, roomOf, type Import } from './source-files.ts'

/*
 * Who may import whom. Folders alone never hold a wall; this does.
 */

const RANKS: Readonly<Record<string, number>> = {
  kernel: 0,
  model: 1,
  ports: 2,
  ...Object.fromEntries(['observe', 'orient', 'decide', 'gate', 'act', 'audit', 'mission', 'twin', 'hazards', 'scan', 'adapters'].map((stage) => [stage, 3])),
  loop: 4,
  app: 5,
  http: 6,
  mcp: 6,
  cli: 6,
}

/** Imports at the same rank or over a wall, each with its reason. */
const ALLOWED: Readonly<Record<string, string>> = {
  'orient → hazards': 'reads the knowledge of the product through its registry',
  'decide → hazards': 'reads the knowledge of the product through its registry',
  'hazards → adapters': 'tables of tests are written as the files that people write; the wall around adapters keeps it to tests',
  'cli → http': 'the command line opens the HTTP door and speaks to it',
}

const files = filesUnder('src', '.ts')
const imports = files.flatMap(importsOf)

test('the walk sees the tree', () => {
  expect(files.length).toBeGreaterThan(50)
  expect(imports.length).toBeGreaterThan(files.length)
})

test('every room has a rank', () => {
  expect(files.map(({ path }) => roomOf(path) ?? '').filter((room) => RANKS[room] === undefined)).toEqual([])
})

test('imports point down, and stages never at each other', () => {
  expect(imports.filter(({ from, target }) => target !== undefined && crossesWall(from.path, target)).map(importText)).toEqual([])
})

test('only app wires adapters; loop and the doors never see one', () => {
  const wired = imports.filter(({ from, target }) => roomOf(target ?? '') === 'adapters' && !['adapters', 'app'].includes(roomOf(from.path) ?? '') && !isTest(from.path))
  expect(wired.map(importText)).toEqual([])
})

test('a hazard stands alone: it is removed with its folder and one line of the registry', () => {
  const own = (path: string): string | undefined => /^src\/hazards\/([^/]+)\//.exec(path)?.[1]
  const shared = ['shared', 'testing']
  const crossing = imports.filter(({ from, target }) => {
    const [home, other] = [own(from.path), own(target ?? '')]
    return home !== undefined && other !== undefined && home !== other && !shared.includes(home) && !shared.includes(other)
  })
  expect(crossing.map(importText)).toEqual([])
})

test('only loop imports what mints clearances', () => {
  proves('nothing-unauthorised.only-gate-mints')
  const minting = imports.filter(({ target }) => target === 'src/gate/clearance.ts')
  expect(minting.filter(({ from }) => !['gate', 'loop'].includes(roomOf(from.path) ?? '')).map(importText)).toEqual([])
})

test('no cast makes a clearance outside the mint', () => {
  const casting = files.filter(({ path, text }) => path !== 'src/gate/clearance.ts' && !isTest(path) && /\bas\s+Cleared\b/.test(text))
  expect(casting.map(({ path }) => path)).toEqual([])
})

test('the verifier of the ledger stands alone: its own folders, what hashes, and the kernel', () => {
  const own = /^src\/(kernel\/|audit\/(verify|notes|proof)\/|audit\/chain\.ts$)/
  const reaching = imports.filter(({ from }) => /^src\/audit\/(verify|notes|proof)\//.test(from.path) && !isTest(from.path))
  expect(reaching.length).toBeGreaterThan(20)
  expect(reaching.filter(({ specifier, target }) => (target === undefined ? !specifier.startsWith('node:') : !own.test(target))).map(importText)).toEqual([])
})

function crossesWall(from: string, target: string): boolean {
  const [here, there] = [roomOf(from), roomOf(target)]
  if (there === undefined) return !isTest(from) && !target.endsWith('package.json')
  if (here === undefined || here === there || ALLOWED[`${here} → ${there}`] !== undefined) return false
  return (RANKS[there] ?? 0) >= (RANKS[here] ?? 0)
}

function importText({ from, specifier }: Import): string {
  return `${from.path} imports ${specifier}`
}
