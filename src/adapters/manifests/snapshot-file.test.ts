import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createSnapshot } from '../../model/snapshot.ts'
import { snapshotPieces } from '../../model/snapshot-lines.ts'
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
  notes: [{ code: 'forbidden', source: 'v1 Secret', message: 'may not be listed' }, { code: 'malformed', source: 'a.yaml', message: 'no', about: { apiVersion: 'v1', kind: 'Pod', name: 'b' } }],
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

test.each([
  { name: 'x.json', message: /does not end in \.jsonl/ },
  { name: 'nowhere/x.jsonl', message: /there is no such folder/ },
  { name: 'folder.jsonl', message: /this is a folder/ },
])('not written: $name', async ({ name, message }) => {
  mkdirSync(join(folder, 'folder.jsonl'), { recursive: true })
  await expect(writeSnapshotFile(join(folder, name), snapshot)).rejects.toMatchObject({ kind: 'fault', code: 'invalid', message: expect.stringMatching(message) })
})

test('what was there stays until the new one is whole, and a write that fails leaves nothing behind', async () => {
  const place = mkdtempSync(join(folder, 'place-'))
  const file = join(place, 'a.jsonl.gz')
  await writeSnapshotFile(file, snapshot)
  const failing = { ...snapshot, objects: [...snapshot.objects, { toJSON: () => { throw new Error('the disk is full') } }] } as unknown as typeof snapshot
  await expect(writeSnapshotFile(file, failing)).rejects.toMatchObject({ kind: 'fault', code: 'invalid', message: 'the disk is full' })
  expect(readdirSync(place)).toEqual(['a.jsonl.gz'])
  expect(await readSnapshotFile(file)).toEqual(snapshot)
})

test('a process that is ended while it writes leaves nothing behind', async () => {
  const place = mkdtempSync(join(folder, 'ended-'))
  const script = `import { writeSnapshotFile } from ${JSON.stringify(join(import.meta.dirname, 'snapshot-file.ts'))}
    const objects = Array.from({ length: 20_000 }, (_, index) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod-' + index } }))
    const snapshot = { kind: 'snapshot', takenAtMs: 0, clusterId: 'c', clusterVersion: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, resourceVersion: '1', objects, logs: [], notes: [] }
    await writeSnapshotFile(${JSON.stringify(join(place, 'a.jsonl'))}, snapshot, () => process.exit(7))`
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], { encoding: 'utf8' })
  expect([status, stderr, readdirSync(place)]).toEqual([7, '', []])
})

test('more than one text could hold is written and read in pieces', async () => {
  const pieces = [...snapshotPieces({ ...snapshot, objects: Array.from({ length: 5_000 }, (_, index) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}`, annotations: { note: 'x'.repeat(100) } } })) })]
  expect(pieces.length).toBeGreaterThan(5)
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000)
})

test('a compressed file that is none is one line, not a crash', async () => {
  const file = join(folder, 'bad.jsonl.gz')
  writeFileSync(file, 'plain')
  await expect(readSnapshotFile(file)).rejects.toMatchObject({ kind: 'fault', code: 'invalid' })
  await expect(readSnapshotFile(join(folder, 'none.jsonl'))).rejects.toMatchObject({ kind: 'fault', code: 'not-found' })
})
