import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder, isTest, ROOT, rootEntries } from './source-files.ts'

/** What may lie at the root. Anything else has a folder it belongs to, or does not belong here. */
const AT_ROOT: readonly string[] = [
  '.ci', '.gitignore', '.npmrc', '.oxlintrc.json', 'AGENTS.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CLAUDE.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md',
  'bin', 'deploy', 'docs', 'examples', 'knip.json', 'oracle', 'package-lock.json', 'package.json', 'policies', 'scripts', 'src', 'test', 'tsconfig.json', 'vitest.config.ts', 'web',
]

const sources = [...filesUnder('src', '.ts'), ...filesUnder('test', '.ts'), ...filesUnder('scripts', '.ts', '.mjs'), ...filesUnder('bin', '.mjs')]
const documents = filesUnder('.', '.md')
const written = [...sources, ...documents, ...filesUnder('oracle', '.go'), ...filesUnder('policies', '.cedar')]

test('the root holds what is meant to be there', () => {
  expect(rootEntries().filter((name) => !AT_ROOT.includes(name))).toEqual([])
})

const BANNED: readonly { readonly name: string; readonly pattern: RegExp }[] = [
  { name: 'a note to finish later', pattern: /\b(TODO|FIXME|XXX)\b/ },
  { name: 'a test switched off or singled out', pattern: /\b(test|describe|it)\.(only|skip|todo)\b/ },
  { name: 'a shell that reads what a program was given', pattern: /\bshell:\s*true\b|\{[^}]*\bexec(Sync)?\b[^}]*\}\s*from 'node:child_process'/ },
  { name: "a path on somebody's machine", pattern: /(^|[\s'"`(])\/(work|home|Users)\/|\.\.\/shared\/(spec|samples|architecture)/ },
]

test.each(BANNED)('nowhere: $name', ({ pattern }) => {
  // This file holds the words it looks for.
  const found = written.filter(({ path }) => path !== 'test/tidy/tree.test.ts').flatMap(({ path, text }) => text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])))
  expect(found).toEqual([])
})

test('files and folders are named in kebab-case', () => {
  const odd = sources.filter(({ path }) => !path.split('/').every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/.test(part)))
  expect(odd.map(({ path }) => path)).toEqual([])
})

test('no index files: an import names the file it means', () => {
  expect(sources.map(({ path }) => path).filter((path) => path.endsWith('/index.ts'))).toEqual([])
})

test('each module opens by saying what it is for', () => {
  const silent = filesUnder('src', '.ts').filter(({ path, text }) => !isTest(path) && !/^(#!.*\n)?\s*\/\*\*/.test(text))
  expect(silent.map(({ path }) => path)).toEqual([])
})

test('links in documents lead somewhere', () => {
  const links = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)].map((match) => ({ path, link: match[1] ?? '' })),
  )
  const dead = links.filter(({ path, link }) => !/^[a-z]+:/.test(link) && !existsSync(join(ROOT, dirname(path), link)))
  expect(dead.map(({ path, link }) => `${path} → ${link}`)).toEqual([])
})

test('paths named in documents and comments exist', () => {
  const named = written.filter(({ path }) => !path.startsWith('CHANGELOG') && !path.startsWith('docs/decisions/')).flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:src|test|docs|scripts|policies|oracle|bin|deploy|examples)\/[\w./-]*(?:\/|\.(?:ts|mjs|md|json|go|cedar|yaml)))`/g)].map((match) => ({ path, named: match[1] ?? '' })),
  )
  const dead = named.filter(({ named: target }) => !existsSync(join(ROOT, target)))
  expect(dead.map(({ path, named: target }) => `${path} names ${target}`)).toEqual([])
})
