/** What every `Anchor` must do. Run over each adapter by its test file. */

import { beforeAll, describe, expect, test } from 'vitest'
import { leafDigest } from '../../src/audit/chain.ts'
import { signCheckpoint } from '../../src/audit/notes/checkpoint.ts'
import { generateNoteSigner } from '../../src/audit/notes/note-key.ts'
import type { Anchor } from '../../src/ports/anchor.ts'

const { signer } = generateNoteSigner('boyd/test')

export function checkpointOf(size: number): string {
  return signCheckpoint({ size, root: leafDigest(`root of ${size}`) }, [signer])
}

export interface AnchorBed {
  readonly anchor: Anchor
  /** Takes the place away, as an outage does; the same anchor is used on. */
  breakIt(): Promise<void> | void
}

/** `open` gives a place where nothing is kept yet. */
export function anchorContract(name: string, open: () => Promise<AnchorBed>): void {
  describe(`anchor contract: ${name}`, () => {
    let bed: AnchorBed
    beforeAll(async () => {
      bed = await open()
    })

    test('nothing is kept at first', async () => {
      expect(await bed.anchor.read()).toBeUndefined()
    })

    test('what was kept last is read back, byte for byte', async () => {
      for (const size of [3, 256, 100_000]) {
        await bed.anchor.publish(checkpointOf(size))
        expect((await bed.anchor.read())?.split('\n')[1]).toBe(String(size))
      }
      const kept = await bed.anchor.read()
      await bed.anchor.publish(kept ?? '')
      expect(await bed.anchor.read()).toBe(kept)
    })

    test('its name says what it is, and no password', () => {
      expect(bed.anchor.name).toMatch(/^(file|git|http|config-map) \S+/)
      expect(bed.anchor.name).not.toContain('secret')
    })

    test('a place that is away is a fault that says so', async () => {
      await bed.breakIt()
      await expect(bed.anchor.publish(checkpointOf(200_000))).rejects.toMatchObject({ kind: 'fault', message: expect.stringMatching(/./) })
      await expect(bed.anchor.read()).rejects.toMatchObject({ kind: 'fault' })
    })
  })
}
