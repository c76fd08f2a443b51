import { describe, expect, test } from 'vitest'
import { fault } from '../../kernel/fault.ts'
import type { Anchor } from '../../ports/anchor.ts'
import { createMemoryLedgerStore } from '../memory-ledger-store.ts'
import { generateNoteSigner, type NoteSigner } from '../notes/note-key.ts'
import { parseCheckpoint } from '../notes/checkpoint.ts'
import { exported, keptLedger, writeMission, type Kept } from '../verify/signed-ledger.test-support.ts'
import { readAnchors } from '../verify/anchored.ts'
import { verifyLedger } from '../verify/verify-ledger.ts'

const sizeOf = (checkpoint: string): number => parseCheckpoint(checkpoint)?.size ?? -1

async function typesOf({ store }: Pick<Kept, 'store'>): Promise<readonly string[]> {
  return (await store.read(1, 10_000)).map((line) => (JSON.parse(line) as { type: string }).type)
}

/** One that works until it is told not to. */
function anchorNamed(name: string): Anchor & { kept: string[]; failing: boolean } {
  const anchor = {
    name,
    kept: [] as string[],
    failing: false,
    async publish(checkpoint: string) {
      if (anchor.failing) throw fault({ code: 'unavailable', operation: 'anchor', subject: name, message: 'nothing answers there' })
      anchor.kept.push(checkpoint)
    },
    async read() {
      if (anchor.failing) throw fault({ code: 'unavailable', operation: 'anchor', subject: name, message: 'nothing answers there' })
      return anchor.kept.at(-1)
    },
  }
  return anchor
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('checkpoints', () => {
  test('every so many entries, every so many seconds, and none while nothing happens', async () => {
    const byCount = keptLedger({ every: { entries: 5, seconds: 3_600 } })
    await byCount.keeper.checkpoint()
    for (let index = 0; index < 5; index += 1) {
      await byCount.ledger.append({ type: 'turn-ended', key: `k${index}`, incidentId: '', missionId: '', actor: 'boyd', data: {} })
      byCount.keeper.grew()
    }
    await until(async () => (await typesOf(byCount)).filter((type) => type === 'checkpoint-signed').length === 2)
    await byCount.keeper.stop()

    const byTime = keptLedger({ every: { entries: 1_000, seconds: 0.02 } })
    await byTime.ledger.append({ type: 'turn-ended', key: 'k', incidentId: '', missionId: '', actor: 'boyd', data: {} })
    await until(async () => (await typesOf(byTime)).at(-1) === 'checkpoint-signed')
    const before = await typesOf(byTime)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await typesOf(byTime)).toEqual(before)
    await byTime.keeper.stop()
  })

  test('before a change that had to be asked for, over everything that was written by then', async () => {
    const kept = keptLedger()
    await writeMission(kept, 'a')
    const { length } = await typesOf(kept)
    expect(await kept.keeper.whyNoChange({ asked: true })).toBeUndefined()
    const checkpoint = (await kept.store.read(1, 100)).map((line) => (JSON.parse(line) as { data?: { note?: string } }).data?.note).findLast((note) => note !== undefined)
    expect(sizeOf(checkpoint ?? '')).toBeGreaterThanOrEqual(length)
    await kept.keeper.stop()
  })

  test('the first says which key signs; asked again, the same checkpoint comes', async () => {
    const kept = keptLedger()
    const first = await kept.keeper.checkpoint()
    expect(await kept.keeper.checkpoint()).toBe(first)
    expect(JSON.parse((await kept.store.read(1, 1))[0] ?? '')).toMatchObject({ type: 'keeping-changed', data: { keys: [kept.signer.key.text], anchors: [] } })
    await kept.keeper.stop()
  })
})

describe('keys', () => {
  test('a rotation is in the ledger, and is followed from either key', async () => {
    const { signer: second } = generateNoteSigner('boyd/test')
    const live: { now: readonly [NoteSigner, ...NoteSigner[]] } = { now: [second] }
    const kept = keptLedger({ signers: () => live.now })
    const stages: (readonly [NoteSigner, ...NoteSigner[]])[] = [[kept.signer], [kept.signer, second], [second]]
    for (const [index, stage] of stages.entries()) {
      live.now = stage
      await writeMission(kept, `m${index}`)
      await kept.keeper.checkpoint()
    }
    await writeMission(kept, 'last')
    const text = await exported(kept)
    await kept.keeper.stop()
    for (const { key } of [kept.signer, second]) expect(verifyLedger(text, { keys: [key] })).toMatchObject({ ok: true })
    expect((await typesOf(kept)).filter((type) => type === 'keeping-changed')).toHaveLength(3)
  })

  test('a key that the ledger does not know signs nothing, and stops every change', async () => {
    const store = createMemoryLedgerStore()
    const first = keptLedger({ store })
    await first.keeper.checkpoint()
    await first.keeper.stop()
    const other = keptLedger({ store })
    expect(await other.keeper.whyNoChange({ asked: false })).toContain('that key is not here')
    await expect(other.keeper.checkpoint()).rejects.toMatchObject({ code: 'unavailable' })
    await other.keeper.stop()
  })

  test('a missing key stops every change, and one that is put back lets them go on', async () => {
    let missing = true
    const { signer } = generateNoteSigner('boyd/test')
    const kept = keptLedger({
      signers() {
        if (missing) throw fault({ code: 'not-found', operation: 'ledger key', subject: 'ledger.key', message: 'there is no such file' })
        return [signer]
      },
    })
    expect(await kept.keeper.whyNoChange({ asked: false })).toContain('there is no such file')
    missing = false
    expect(await kept.keeper.whyNoChange({ asked: false })).toBeUndefined()
    await kept.keeper.stop()
  })
})

describe('a ledger that is not the one that was signed', () => {
  async function withLines(count: number, signer: NoteSigner, salt: string) {
    const kept = keptLedger({ signers: () => [signer] })
    for (let index = 0; index < count; index += 1) await kept.ledger.append({ type: 'turn-ended', key: `${salt}${index}`, incidentId: '', missionId: '', actor: 'boyd', data: { salt } })
    const checkpoint = await kept.keeper.checkpoint()
    await kept.keeper.stop()
    return { ...kept, checkpoint }
  }
  const { signer } = generateNoteSigner('boyd/test')

  test.each([
    { name: 'shorter', count: 3, salt: 'a', says: 'the ledger was cut' },
    { name: 'another', count: 12, salt: 'b', says: 'the ledger was rewritten' },
  ])('$name than a memory or an anchor knows: it is never signed', async ({ count, salt, says }) => {
    const known = (await withLines(9, signer, 'a')).checkpoint
    const now = await withLines(count, signer, salt)
    const anchor = anchorNamed('vault')
    anchor.kept.push(known)
    for (const change of [{ memory: { read: () => known, write: () => undefined } }, { anchors: [anchor] }]) {
      const kept = keptLedger({ store: now.store, signers: () => [signer], ...change })
      expect(await kept.keeper.whyNoChange({ asked: false })).toContain(says)
      await expect(kept.keeper.checkpoint()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(says) })
      await kept.keeper.stop()
    }
    expect(anchor.kept).toEqual([known])
  })

  test('rewritten or cut while it is kept', async () => {
    const before = await withLines(9, signer, 'a')
    const after = await withLines(20, signer, 'b')
    const shown: { store: Kept['store'] } = { store: before.store }
    const kept = keptLedger({ store: { ...before.store, read: (from, limit) => shown.store.read(from, limit) }, signers: () => [signer] })
    expect(await kept.keeper.whyNoChange({ asked: true })).toBeUndefined()
    shown.store = after.store
    expect(await kept.keeper.whyNoChange({ asked: true })).toContain('of the ledger was rewritten')
    shown.store = before.store
    expect(await kept.keeper.whyNoChange({ asked: true })).toContain('of the ledger was rewritten')
    await kept.keeper.stop()
  })
})

describe('anchors', () => {
  test('each gets every checkpoint; the ledger says where they are', async () => {
    const [one, two] = [anchorNamed('one'), anchorNamed('two')]
    const kept = keptLedger({ anchors: [one, two], anchorTargets: [{ type: 'file', path: 'one' }] })
    const first = await kept.keeper.checkpoint()
    await writeMission(kept, 'a')
    const second = await kept.keeper.checkpoint()
    expect([one.kept, two.kept]).toEqual([[first, second], [first, second]])
    expect(JSON.parse((await kept.store.read(1, 1))[0] ?? '')).toMatchObject({ data: { anchors: [{ path: 'one' }] } })
    await kept.keeper.stop()
  })

  test('when too few take it, changes stop by default; the loss and the return are in the ledger', async () => {
    const [one, two] = [anchorNamed('one'), anchorNamed('two')]
    const kept = keptLedger({ anchors: [one, two], anchorsNeeded: 2 })
    expect(await kept.keeper.whyNoChange({ asked: false })).toBeUndefined()
    two.failing = true
    expect(await kept.keeper.whyNoChange({ asked: true })).toBe('the ledger is anchored in 1 of the 2 places that are needed; two: anchor (two): nothing answers there.')
    expect(kept.keeper.anchorStates()).toMatchObject([{ name: 'one' }, { name: 'two', failure: expect.any(String) }])
    two.failing = false
    expect(await kept.keeper.whyNoChange({ asked: false })).toBeUndefined()
    expect((await typesOf(kept)).filter((type) => type === 'anchor-changed')).toHaveLength(2)
    await kept.keeper.stop()
    expect(verifyLedger((await kept.store.read(1, 1_000)).map((line) => `${line}\n`).join(''), { keys: [kept.signer.key], openEnd: true })).toMatchObject({ ok: true })
  })

  test('enough is what the settings say, and "go-on" leaves it to the doctor', async () => {
    const [one, two] = [anchorNamed('one'), anchorNamed('two')]
    two.failing = true
    const kept = keptLedger({ anchors: [one, two], anchorsNeeded: 1 })
    expect(await kept.keeper.whyNoChange({ asked: true })).toBeUndefined()
    one.failing = true
    expect(await kept.keeper.whyNoChange({ asked: true })).toContain('0 of the 1')
    await kept.keeper.stop()
    const lax = keptLedger({ anchors: [one, two], whenUnanchored: 'go-on' })
    expect(await lax.keeper.whyNoChange({ asked: true })).toBeUndefined()
    await lax.keeper.stop()
  })

  test('two processes that keep one ledger do not take each other for a forger', async () => {
    const anchor = anchorNamed('shared')
    const store = createMemoryLedgerStore()
    const { signer } = generateNoteSigner('boyd/test')
    const [one, two] = [0, 1].map(() => keptLedger({ store, signers: () => [signer], anchors: [anchor] })) as [Kept, Kept]
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([writeMission(one, `a${round}`), writeMission(two, `b${round}`)])
      expect(await Promise.all([one, two].map(({ keeper }) => keeper.whyNoChange({ asked: true })))).toEqual([undefined, undefined])
    }
    await Promise.all([one.keeper.stop(), two.keeper.stop()])
    const read = readAnchors([{ name: 'shared', text: anchor.kept.join('\n') }])
    const text = (await store.read(1, 1_000)).map((line) => `${line}\n`).join('')
    expect(verifyLedger(text, { keys: [signer.key], openEnd: true, ...(read.ok ? { anchors: read.checkpoints } : {}) })).toMatchObject({ ok: true, anchors: anchor.kept.length })
  })

  test('one that holds a checkpoint of somebody else is not written over', async () => {
    const anchor = anchorNamed('one')
    const kept = keptLedger({ anchors: [anchor] })
    await kept.keeper.checkpoint()
    const foreign = keptLedger()
    anchor.kept.push(await foreign.keeper.checkpoint())
    await writeMission(kept, 'a')
    expect(await kept.keeper.whyNoChange({ asked: true })).toContain('not signed with a key of this ledger')
    expect(anchor.kept).toHaveLength(2)
    await Promise.all([kept.keeper.stop(), foreign.keeper.stop()])
  })
})
