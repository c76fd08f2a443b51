import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createSnapshot } from '../../model/snapshot.ts'
import { loadFolder } from './load-folder.ts'
import { readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'snapshot-'))
afterAll(() => rmSync(folder, { recursive: true }))

const snapshot = createSnapshot({
  takenAtMs: Date.parse('2026-03-01T10:00:00Z'),
  clusterId: 'uid-1',
  clusterVersion: { major: 1, minor: 35, gitVersion: 'v1.35.4' },
  resourceVersion: '42',
  objects: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [] } }, { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } }],
  logs: [{ namespace: 'shop', pod: 'web', container: 'c', previous: true, text: 'line one\nline two\n' }],
  notes: [{ code: 'forbidden', source: 'v1 Secret', message: 'may not be listed' }],
})

test.each(['whole.jsonl', 'whole.jsonl.gz'])('what was written to %s is read again, wherever a folder is taken', async (name) => {
  const file = join(folder, name)
  await writeSnapshotFile(file, snapshot)
  expect(await readSnapshotFile(file)).toEqual(snapshot)
  expect(await loadFolder(file)).toEqual(snapshot)
  expect((await loadFolder(file, { nowMs: 7 })).takenAtMs).toBe(7)
  expect(statSync(file).mode & 0o077).toBe(0)
})

test.each([
  { name: 'cut short', change: (lines: string[]) => lines.slice(0, 3), message: /ends after line 3 without its last line/ },
  { name: 'a line taken out', change: (lines: string[]) => lines.toSpliced(1, 1), message: /holds 1 objects and 1 logs, and says 2 and 1/ },
  { name: 'a line that is no JSON', change: (lines: string[]) => lines.with(1, '{"object":'), message: /line 2 is not JSON/ },
  { name: 'a line that is something else', change: (lines: string[]) => lines.with(1, '{"subject":{}}'), message: /line 2 is neither/ },
  { name: 'another kind of file', change: () => ['{"some":"log"}'], message: /line 1 is not the head of a snapshot/ },
  { name: 'nothing', change: () => [], message: /line 1/ },
])('refused: $name', async ({ change, message }) => {
  const file = join(folder, 'bad.jsonl')
  await writeSnapshotFile(file, snapshot)
  writeFileSync(file, change(readFileSync(file, 'utf8').trimEnd().split('\n')).join('\n'))
  await expect(readSnapshotFile(file)).rejects.toMatchObject({ kind: 'fault', code: 'invalid', message: expect.stringMatching(message) })
})

test('a compressed file that is none is one line, not a crash', async () => {
  const file = join(folder, 'bad.jsonl.gz')
  writeFileSync(file, 'plain')
  await expect(readSnapshotFile(file)).rejects.toMatchObject({ kind: 'fault', code: 'invalid' })
  await expect(readSnapshotFile(join(folder, 'none.jsonl'))).rejects.toMatchObject({ kind: 'fault', code: 'not-found' })
})
