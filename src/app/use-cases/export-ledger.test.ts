import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { proves } from '../../../test/requirements.ts'
import { generateNoteSigner } from '../../audit/notes/note-key.ts'
import { partsOf, proofText, proveConsistency, proveInclusion } from '../../audit/proof/prove.ts'
import { readAnchors } from '../../audit/verify/anchored.ts'
import { exported, keptLedger, MISSION, writeMission, type Kept } from '../../audit/verify/signed-ledger.test-support.ts'
import { verifyFile } from '../../audit/verify/verify-file.ts'
import { canonicalJson } from '../../kernel/canonical-json.ts'
import type { Incident } from '../../model/incident.ts'
import { exportIncident } from './export-ledger.ts'

const incident = { id: 'inc-b', missionId: 'mis-b' } as Incident
const kept: Kept = keptLedger()
const parts = { ledgerStore: kept.store, keeper: kept.keeper, record: (entry: Parameters<Kept['ledger']['append']>[0]) => kept.ledger.append(entry) }
const keys = [kept.signer.key]
const verify = (text: string, options: Parameters<typeof verifyFile>[1] = { keys }) => verifyFile(Buffer.from(text), options)
const asText = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')
const linesOf = (text: string): readonly string[] => text.split('\n').slice(0, -1)

let bundle: string
/** Of an incident with two entries: small enough to change it everywhere. */
let small: string
let ledger: string
beforeAll(async () => {
  await writeMission(kept, 'a')
  await kept.keeper.checkpoint()
  await writeMission(kept, 'b')
  await writeMission(kept, 'c')
  await writeMission(kept, 'd', MISSION.slice(0, 2))
  small = await exportIncident(parts, { id: 'inc-d', missionId: 'mis-d' } as Incident, 'ada')
  bundle = await exportIncident(parts, incident, 'ada')
  ledger = await exported(kept)
})
afterAll(() => kept.keeper.stop())

describe('one incident as a file', () => {
  test('is verified with the file and the key, and says what it holds', () => {
    expect(verify(bundle)).toMatchObject({ ok: true, kind: 'incident', incidentId: 'inc-b', entries: 13, policyDigests: ['sha256:policies'], signed: true, remarks: [] })
    expect(verify(bundle, {})).toMatchObject({ ok: true, signed: false })
    expect(linesOf(bundle).slice(1).every((line) => line.includes('inc-b'))).toBe(true)
  })

  test('who exported it is in the ledger; exporting again adds nothing', async () => {
    const again = await exportIncident(parts, incident, 'eve')
    expect(linesOf(again).slice(1).map((line) => (JSON.parse(line) as { line: string }).line)).toEqual(linesOf(bundle).slice(1).map((line) => (JSON.parse(line) as { line: string }).line))
    expect(again).toContain(String.raw`\"actor\":\"ada\"`)
    expect(again).not.toContain('eve')
  })

  test('another key did not sign it', () => {
    expect(verify(bundle, { keys: [generateNoteSigner('boyd/test').signer.key] })).toMatchObject({ ok: false, line: 1, reason: expect.stringContaining('not with the key') })
  })

  test('a checkpoint of the same size is an anchor; of another, that is said', async () => {
    const { checkpoint } = JSON.parse(linesOf(bundle)[0] ?? '') as { checkpoint: string }
    const forged = keptLedger({ signers: () => [kept.signer] })
    for (let index = 0; index < 20; index += 1) await writeMission(forged, `x${index}`)
    const other = await forged.keeper.checkpoint()
    await forged.keeper.stop()
    const anchored = (text: string) => {
      const read = readAnchors([{ name: 'vault', text }])
      return verify(bundle, { keys, anchors: read.ok ? read.checkpoints : [] })
    }
    expect(anchored(checkpoint)).toMatchObject({ ok: true, anchors: 1, remarks: [] })
    expect(anchored(other)).toMatchObject({ ok: true, anchors: 0, remarks: [{ text: expect.stringContaining('no anchor is about the same') }] })
  })

  test('every change of one byte is noticed, wherever it is', () => {
    proves('nothing-unrecorded.tampering-is-noticed')
    const bytes = Buffer.from(small)
    const unnoticed: number[] = []
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes)
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8))
      if (verifyFile(changed, { keys }).ok) unnoticed.push(index)
    }
    expect(unnoticed).toEqual([])
  })

  test('every line that is removed, doubled or swapped is noticed', () => {
    const lines = linesOf(bundle)
    const changes = lines.flatMap((line, index) => [
      lines.toSpliced(index, 1),
      lines.toSpliced(index, 0, line),
      ...lines.slice(index + 1).map((other, offset) => lines.with(index, other).with(index + 1 + offset, line)),
      lines.slice(0, index),
    ])
    expect(changes.filter((changed) => verify(asText(changed)).ok)).toEqual([])
  })

  const edited = (line: string, change: object): string => canonicalJson({ ...(JSON.parse(line) as object), ...change })
  test.each([
    { name: 'the incident', change: { incidentId: 'inc-c' }, says: 'of another incident' },
    { name: 'the policies', change: { policyDigests: ['sha256:others'] }, says: 'policy digests' },
    { name: 'no keys', change: { keys: [] }, says: 'its keys are none' },
    { name: 'a field more', change: { note: '' }, says: 'no header' },
  ])('a header that names $name otherwise', ({ change, says }) => {
    const [header = '', ...rest] = linesOf(bundle)
    expect(verify(asText([edited(header, change), ...rest]))).toMatchObject({ ok: false, reason: expect.stringContaining(says) })
  })

  test('entries that were cut off with the export itself are missed', async () => {
    const lines = linesOf(bundle)
    expect(verify(asText(lines.slice(0, -1)))).toMatchObject({ ok: false, reason: expect.stringContaining('lines were cut off') })
    expect(verify(asText([...lines.slice(0, 5), ...lines.slice(6)]))).toMatchObject({ ok: false })
  })
})

describe('proofs', () => {
  test('each line of the ledger is proven under a checkpoint that is signed', () => {
    const from = partsOf(ledger)
    for (const seq of from.lines.keys()) expect(verify(proofText(proveInclusion(from, seq + 1)))).toMatchObject({ ok: true, kind: 'inclusion', signed: true })
    expect(verify(proofText(proveInclusion(from, 1, 3)))).toMatchObject({ ok: false, reason: expect.stringContaining('nobody signed the ledger of 3 lines') })
    expect(verify(proofText(proveInclusion(from, 1, 3)), {})).toMatchObject({ ok: true, proven: 'line 1 is in the ledger of 3 lines' })
  })

  test('an older checkpoint is proven to be the beginning of a newer one', () => {
    const from = partsOf(ledger)
    const [older, newer] = [from.checkpoints[0]?.size ?? 0, from.checkpoints.at(-1)?.size ?? 0]
    expect(older).toBeLessThan(newer)
    expect(verify(proofText(proveConsistency(from, older, newer)))).toMatchObject({ ok: true, kind: 'consistency', signed: true, proven: `the ledger of ${older} lines is the beginning of the one of ${newer}` })
  })

  test('every change of one byte is noticed', () => {
    const from = partsOf(ledger)
    const proofs = [proofText(proveInclusion(from, 7)), proofText(proveConsistency(from, from.checkpoints[0]?.size ?? 0, from.tree.size()))]
    for (const proof of proofs) {
      expect(verify(proof)).toMatchObject({ ok: true })
      const bytes = Buffer.from(proof)
      const unnoticed = [...bytes.keys()].filter((index) => verifyFile(Buffer.from(bytes).fill((bytes[index] ?? 0) ^ (1 << (index % 8)), index, index + 1), { keys }).ok)
      expect(unnoticed).toEqual([])
    }
  })

  test.each(['', '{"inclusion":{}}\n', '{"consistency":{}}\n', '{"consistency":{},"inclusion":{}}\n', '{"bundle":"boyd-incident/2"}\n', '{"inclusion":{"line":"x","proof":[],"root":"","seq":1,"size":1}}'])('what is none is refused: %j', (text) => {
    expect(verify(text)).toMatchObject({ ok: false })
  })
})
