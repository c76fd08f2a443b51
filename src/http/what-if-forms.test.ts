/** One question in its three forms, of one moment of one cluster: the library, HTTP, and the command line over a saved snapshot. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeSnapshotFile } from '../adapters/manifests/snapshot-file.ts'
import { askWhatIf } from '../app/use-cases/what-if.ts'
import { takeSnapshot } from '../loop/take-snapshot.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { runBoyd } from '../../test/support/boyd-process.ts'
import { appOver, OPERATOR_TOKEN, startRealParts, type RealParts } from '../../test/support/real-parts.ts'

const folder = mkdtempSync(join(tmpdir(), 'boyd-forms-'))
let real: RealParts
let snapshot: Snapshot
beforeAll(async () => {
  real = await startRealParts()
  snapshot = await takeSnapshot(real.parts)
  await writeSnapshotFile(join(folder, 'cluster.jsonl.gz'), snapshot)
})
afterAll(async () => {
  await real.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('the answer is the same, and the exit code says what it says', async () => {
  const questions = ['cordon n1', 'wait 2m', 'lose node/n1']
  const library = await askWhatIf({ questions, seeds: 2, horizonMs: 3 * 60_000, snapshot })
  const answer = await appOver(real.parts).request('/api/v1/what-if', { method: 'POST', headers: { authorization: `Bearer ${OPERATOR_TOKEN}`, 'content-type': 'application/json' }, body: JSON.stringify({ questions, runs: 2, minutes: 3 }) })
  const line = await runBoyd(['whatif', '--from', join(folder, 'cluster.jsonl.gz'), questions.join('; '), '--runs', '2', '--for', '3', '--json'], { BOYD_HOME: folder, NO_COLOR: '1' })
  expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(library)))
  expect(JSON.parse(line.stdout)).toEqual(JSON.parse(JSON.stringify(library)))
  expect([answer.status, line.exitCode]).toEqual([200, library.safe ? 0 : 1])
})
