import { expect, test } from 'vitest'
import { filesUnder, isTest, roomOf, type SourceFile } from './source-files.ts'

/*
 * There is one way to a cluster for writing, and few ways out of this process at all. Each place that has one is named
 * here with its reason, so that another is a decision and not an accident.
 */

const sources = filesUnder('src', '.ts').filter(({ path }) => !isTest(path))
const found = (pattern: RegExp): SourceFile[] => sources.filter(({ text }) => pattern.test(withoutComments(text)))

/** Writing methods of the cluster port, on something that is called a cluster. */
const WRITES = /\b(?:cluster|actor|reader|live|hands|admin)(?:\(\))?\)?\.(?:create|update|patch|remove|evict)\(/

const MAY_WRITE: Readonly<Record<string, string>> = {
  'src/act/': 'the verbs, behind a clearance',
  'src/twin/': 'the twin changes itself',
  'src/app/story/': 'stages of stories on the embedded cluster',
  'src/app/rbac/compare-rights.ts': 'questions about oneself, which are sent as objects and stored nowhere',
  'src/adapters/anchors/config-map-anchor.ts': 'the checkpoint of the ledger, in a ConfigMap of its own',
}

test('only act reaches a cluster for writing', () => {
  expect(found(WRITES).map(({ path }) => path).filter((path) => !Object.keys(MAY_WRITE).some((place) => path.startsWith(place)))).toEqual([])
})

test('only the adapter for Kubernetes speaks to an API server', () => {
  expect(found(/@kubernetes\/client-node|createApiClient/).map(({ path }) => path).filter((path) => !path.startsWith('src/adapters/kubernetes/'))).toEqual([])
})

const PROCESSES: Readonly<Record<string, string>> = {
  'src/adapters/postgres/': 'the embedded PostgreSQL',
  'src/adapters/anchors/git-anchor.ts': 'git, for anchors of the ledger',
  'src/adapters/hooks/command-hook.ts': 'hooks that the operator names',
  'src/adapters/sources/run-tool.ts': 'tools that render manifests for a scan, by name and without a shell',
  'src/cli/start/tell-story.ts': 'its own program again, to show a restart',
}

test('processes are started in few places, and never through a shell', () => {
  expect(found(/node:child_process/).map(({ path }) => path).filter((path) => !Object.keys(PROCESSES).some((place) => path.startsWith(place)))).toEqual([])
  expect(found(/\bexecSync\(|[^.\w]exec\((?!\s*[a-z]+Pattern)['"`]|shell:\s*true/).map(({ path }) => path)).toEqual([])
})

const FETCHES: Readonly<Record<string, string>> = {
  'src/adapters/': 'each adapter speaks to its one other side',
  'src/cli/client.ts': 'the command line speaks to a running Boyd',
  'src/cli/start/tell-story.ts': 'and so does the story that it tells',
}

test('requests leave the process from adapters, and from the command line to its own server', () => {
  const fetching = found(/(?<![.\w])fetch\(|node:https?'|node:net'|node:tls'/).map(({ path }) => path)
  expect(fetching.filter((path) => !Object.keys(FETCHES).some((place) => path.startsWith(place)) && !SERVERS.includes(path))).toEqual([])
})

/** These listen, and dial nobody. */
const SERVERS: readonly string[] = ['src/http/port-free.ts', 'src/http/server.ts', 'src/twin/http/serve-twin.ts', 'src/twin/http/exchange.ts', 'src/twin/http/read-body.ts', 'src/twin/http/handle-request.ts']

test('no room evaluates text as code', () => {
  expect(found(/\beval\(|new Function\(|node:vm'|vm\.run/).map(({ path }) => path)).toEqual([])
})

test('the rooms that decide touch no file, no socket and no process', () => {
  const deciding = ['gate', 'decide', 'orient', 'hazards', 'act', 'mission']
  const touching = sources.filter(({ path, text }) => deciding.includes(roomOf(path) ?? '') && /node:(?:fs|net|http|https|child_process|dns|tls|dgram)/.test(text))
  // Policies are files, and the gate is where they are checked as they are loaded; command lines name files of a workspace.
  expect(touching.map(({ path }) => path).filter((path) => !/^src\/gate\/(?:(?:load-policies|policy-files|sealed|read-examples)\.ts$|commands\/)/.test(path))).toEqual([])
})

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g, '')
}
