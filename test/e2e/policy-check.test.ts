/** `boyd policy check` of command lines, as people and scripts use it: what it prints and how it ends. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runBoyd, type Finished } from '../support/boyd-process.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-policy-check-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function check(...args: readonly string[]): Promise<Finished> {
  return runBoyd(['policy', 'check', ...args], { BOYD_HOME: folder })
}

test('for a person: the verdict, why, what it means and how it would be executed', async () => {
  const { exitCode, stdout } = await check('--profile', 'responder', '--command', 'kubectl -n shop delete pod/web-0')
  expect(stdout).toBe('allow: responder allows "kubectl delete pod *"\n  change: delete Pod web-0 in shop\n  as: kubectl delete --namespace=shop pods/web-0\n')
  expect(exitCode).toBe(0)
})

test('for a script: one JSON value, and exit code 1 where it is not allowed', async () => {
  const { exitCode, stdout } = await check('--profile', 'responder', '--argv', '["kubectl","drain","n7"]', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'ask', intent: { op: 'drain', kind: 'Node', names: ['n7'] }, argv: ['kubectl', 'drain', 'n7'], reasons: [{ rule: 'profile-asks' }] })
  expect(exitCode).toBe(1)
})

test('a batch: one verdict a line, in order, whatever the lines are', async () => {
  const lines = ['{"id":"a","profile":"readonly","line":"kubectl get pods"}', '', 'no json', '{"id":"b","profile":"nobody","line":"date"}', '{"id":"c","profile":"readonly","line":"kubectl get pods\u2028id"}', '{"id":"d","profile":"gitops","argv":["git","push","origin","oncall/x"]}']
  const file = join(folder, 'lines.jsonl')
  writeFileSync(file, lines.join('\r\n'))
  const { exitCode, stdout } = await check('--batch', file)
  const verdicts = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as { id: unknown; verdict: unknown })
  expect(verdicts.map(({ id, verdict }) => [id, verdict])).toEqual([['a', 'allow'], [null, 'deny'], ['b', 'deny'], ['c', 'deny'], ['d', 'ask']])
  expect(exitCode).toBe(0)
})

test.each([
  { what: 'several things to check', args: ['--command', 'date', '--argv', '["date"]'], says: /several things/ },
  { what: 'an argv of numbers', args: ['--argv', '[1]'], says: /no JSON list/ },
  { what: 'a batch that is not there', args: ['--batch', '/nowhere.jsonl'], says: /nowhere.jsonl cannot be read/ },
])('$what: one clear line and exit code 2', async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await check(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(says)])
})
