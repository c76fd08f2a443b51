/** `boyd scan` from outside: what a pipeline sees. Exit codes, one line for bad input, and files that other tools read. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEmbeddedCluster } from '../../src/app/embedded-cluster.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { runBoyd } from '../support/boyd-process.ts'

const TIMEOUT_MS = 60_000
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'boyd-scan-e2e-'))
  writeFileSync(join(folder, 'good.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n')
  writeFileSync(join(folder, 'bad.yaml'), 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: [{name: m, image: "web"}]}\n')
  writeFileSync(join(folder, 'none.txt'), 'x')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const scan = (...args: readonly string[]) => runBoyd(['scan', '--no-cache', '--now', '2026-11-27T00:00:00Z', ...args])
const file = (name: string): string => join(folder, name)

describe('exit codes', () => {
  test.each([
    { what: 'nothing is found', args: () => [file('good.yaml')], want: 0 },
    { what: 'something is found', args: () => [file('bad.yaml')], want: 1 },
    { what: 'only what is milder than --fail-on', args: () => [file('bad.yaml'), '--fail-on', 'critical'], want: 0 },
  ])('$what: $want', { timeout: TIMEOUT_MS }, async ({ args, want }) => {
    const { exitCode, stdout, stderr } = await scan(...args())
    expect({ exitCode, stderr }).toEqual({ exitCode: want, stderr: '' })
    expect(stdout).toMatch(/^Read: 1 Kubernetes objects in 1 file/)
  })

  test.each([
    { what: 'nothing is named', args: () => [], says: /nothing to scan was named/ },
    { what: 'two ways at once', args: () => [folder, '--from', folder], says: /different scans/ },
    { what: 'a path that is not there', args: () => [file('nowhere')], says: /no such file or folder/ },
    { what: 'a severity that is none', args: () => [folder, '--fail-on', 'awful'], says: /awful is no severity/ },
    { what: 'a format that is none', args: () => [folder, '--format', 'pdf'], says: /pdf is no format/ },
    { what: 'a baseline that is none', args: () => [folder, '--baseline', file('good.yaml')], says: /no baseline of boyd scan/ },
    { what: 'suppressions without a reason', args: () => [folder, '--suppressions', fileWith('suppressions: [{rule: a, until: 2027-01-01}]')], says: /gives no reason/ },
    { what: 'a rule that is none', args: () => ['--explain', 'nothing'], says: /there is no such rule/ },
  ])('bad input is 2, and one line: $what', { timeout: TIMEOUT_MS }, async ({ args, says }) => {
    const { exitCode, stdout, stderr } = await scan(...args())
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(says)])
  })
})

function fileWith(text: string): string {
  writeFileSync(file('given.yml.txt'), text)
  return file('given.yml.txt')
}

test('a baseline makes what is there known, and the next scan passes', { timeout: TIMEOUT_MS }, async () => {
  const baseline = file('baseline.json.txt')
  expect(await scan(file('bad.yaml'), '--write-baseline', baseline)).toMatchObject({ exitCode: 0 })
  const { exitCode, stdout } = await scan(file('bad.yaml'), '--baseline', baseline)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/No new findings in what was read \(\d+ in the baseline\)/)
})

test('a report in a file, and a line about it', { timeout: TIMEOUT_MS }, async () => {
  const output = file('out.sarif.txt')
  expect(await scan(file('bad.yaml'), '--format', 'sarif', '--output', output)).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/findings, written to/) })
  expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ version: '2.1.0' })
})

test('the cards: all of them, and one', { timeout: TIMEOUT_MS }, async () => {
  const [list, card] = await Promise.all([scan('--list', '--json'), scan('--explain', 'pdb-blocks-everything')])
  const ids = (JSON.parse(list.stdout) as { id: string }[]).map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['image-not-pinned', 'pdb-blocks-everything', 'unreadable-file']))
  expect(card.stdout).toMatch(/Looks like it and is not:\n {2}- a budget/)
})

test('a cluster is scanned as it runs, with what it lacks told of it and not of a file', { timeout: TIMEOUT_MS }, async () => {
  const cluster = await startEmbeddedCluster({ home: folder, factor: 1, seed: 1, log: silentLog() })
  try {
    const { exitCode, stdout, stderr } = await scan('--kubeconfig', cluster.kubeconfigFile, '--json')
    const report = JSON.parse(stdout) as { coverage: { read: Record<string, number>; notRead: object[] }; findings: { file?: string }[] }
    expect({ exitCode: exitCode ?? 2, stderr }).toEqual({ exitCode: expect.toSatisfy((code: number) => code < 2), stderr: '' })
    expect(report.coverage.read['Kubernetes objects']).toBeGreaterThan(0)
    expect(report.findings.filter((finding) => finding.file !== undefined)).toEqual([])
  } finally {
    await cluster.stop()
  }
})
