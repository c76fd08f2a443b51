/**
 * Mutation run: breaks the code that guards, one small change at a time, and sees whether a test notices.
 *
 * Usage: npm run mutate [-- --sample 60 --seed 1 --under src/gate,src/act,src/audit --timeout 120]
 *
 * Works in a copy of the sources, never here. A mutant is *killed* when the tests of its room fail or do not end, and
 * *survives* when they pass; survivors are printed with their place, to be explained or killed (docs/mutation.md).
 * All mutants of these rooms are several thousand, at seconds each: a seeded sample is what a run can afford, another
 * seed draws others.
 */

import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createRng } from '../src/kernel/rng.ts'
import { filesUnder, isTest } from '../test/tidy/source-files.ts'
import { mutantsOf, type Mutant } from './mutate/mutants.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
const COPIED = ['src', 'test', 'scripts', 'policies', 'docs', 'package.json', 'tsconfig.json', 'vitest.config.ts']

const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    under: { type: 'string', default: 'src/gate,src/act,src/audit' },
    timeout: { type: 'string', default: '120' },
  },
})

const copy = mkdtempSync(join(tmpdir(), 'boyd-mutate-'))
for (const name of COPIED) cpSync(join(ROOT, name), join(copy, name), { recursive: true })
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
try {
  const all = values.under.split(',').flatMap((folder) => filesUnder(folder, '.ts').filter(({ path }) => !isTest(path)).flatMap(({ path, text }) => mutantsOf(path, text)))
  const chosen = sampleOf(all, Number(values.sample), Number(values.seed))
  console.log(`${all.length} mutants, ${chosen.length} of them drawn with seed ${values.seed}`)
  const survivors = chosen.filter((mutant, at) => survives(mutant, `${at + 1}/${chosen.length}`))
  console.log(`killed ${chosen.length - survivors.length} of ${chosen.length}; survived: ${survivors.length}`)
  for (const mutant of survivors) console.log(textOf(mutant))
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function sampleOf(all: readonly Mutant[], count: number, seed: number): readonly Mutant[] {
  const rng = createRng(seed)
  const left = [...all]
  return Array.from({ length: Math.min(count, left.length) }, () => left.splice(rng.below(left.length), 1)[0] as Mutant)
}

function survives(mutant: Mutant, place: string): boolean {
  const file = join(copy, mutant.path)
  const plain = readFileSync(file, 'utf8')
  writeFileSync(file, plain.slice(0, mutant.start) + mutant.replacement + plain.slice(mutant.end))
  const run = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--bail', '1', '--reporter', 'dot', ...testsOf(mutant.path)], { cwd: copy, timeout: Number(values.timeout) * 1_000, stdio: 'ignore' })
  writeFileSync(file, plain)
  console.log(`${place} ${run.status === 0 ? 'SURVIVED' : 'killed'} ${textOf(mutant)}`)
  return run.status === 0
}

/** The tests of the room, and of its inner room where it has one. */
function testsOf(path: string): readonly string[] {
  const [source = '', room = '', inner = ''] = path.split('/')
  const folder = `${source}/${room}`
  const nested = filesUnder(folder, '.test.ts').map((file) => file.path)
  return inner.endsWith('.ts') ? nested.filter((file) => file.split('/').length === 3) : nested.filter((file) => file.startsWith(`${folder}/${inner}/`) || file.split('/').length === 3)
}

function textOf({ path, line, original, replacement }: Mutant): string {
  return `${path}:${line}  ${oneLine(original)}  →  ${oneLine(replacement)}`
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ')
  return line.length > 70 ? `${line.slice(0, 70)}…` : line === '' ? '(nothing)' : line
}
