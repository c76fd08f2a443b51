/** What a kept snapshot tells about secrets: which are equal, which changed, and nothing to anybody without the key. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { writeSnapshotFile } from '../adapters/manifests/snapshot-file.ts'
import { takeSnapshot } from '../loop/take-snapshot.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { testTwin } from '../twin/test-twin.ts'
import { snapshotRedactor } from './redaction.ts'

const folder = mkdtempSync(join(tmpdir(), 'marks-'))
afterAll(() => rmSync(folder, { recursive: true }))

const encoded = (text: string): string => Buffer.from(text).toString('base64')
const twin = testTwin({ objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'shop' }, data: { first: encoded('hunter2'), second: encoded('hunter2'), third: encoded('other') } }] })

async function taken(home: string, clusterId = 'c1'): Promise<Snapshot> {
  return takeSnapshot({ cluster: twin.cluster(), clock: twin.clock, redactor: snapshotRedactor(join(folder, home), clusterId) })
}

const marksIn = ({ objects }: Snapshot): Record<string, string> => objects.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === 'keys')?.['data'] as Record<string, string>

describe('marks of secrets', () => {
  test('equal values look equal, a changed one looks changed, also in a later snapshot', async () => {
    const before = marksIn(await taken('a'))
    twin.api.patch({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'keys' }, { type: 'merge', body: { data: { third: encoded('rotated') } } })
    const after = marksIn(await taken('a'))
    expect(before['first']).toBe(before['second'])
    expect([after['first'], after['second']]).toEqual([before['first'], before['second']])
    expect(after['third']).not.toBe(before['third'])
  })

  test('another installation and another cluster have marks of their own', async () => {
    const marks = [await taken('a'), await taken('b'), await taken('a', 'c2')].map((snapshot) => marksIn(snapshot)['first'])
    expect(new Set(marks).size).toBe(3)
  })

  test('neither the value nor its digest nor the key is in the file', async () => {
    const file = join(folder, 'snapshot.jsonl')
    await writeSnapshotFile(file, await taken('a'))
    const text = readFileSync(file, 'utf8')
    const key = readFileSync(join(folder, 'a', 'redaction.key'), 'utf8').trim()
    for (const secret of ['hunter2', encoded('hunter2'), key, 'f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7']) expect(text).not.toContain(secret)
  })
})
