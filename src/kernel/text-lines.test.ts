import { array, assert, asyncProperty, integer, string } from 'fast-check'
import { expect, test } from 'vitest'
import { textLines } from './text-lines.ts'

async function linesOf(chunks: readonly Uint8Array[]): Promise<string[]> {
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield await Promise.resolve(chunk)
  }
  return Array.fromAsync(textLines(stream()))
}

test.each([
  ['', []],
  ['one', ['one']],
  ['one\n', ['one']],
  ['one\r\ntwo\r\n', ['one', 'two']],
  ['\n\n', ['', '']],
])('%j', async (text, lines) => expect(await linesOf([Buffer.from(text)])).toEqual(lines))

test('wherever the bytes are cut, inside a letter too', async () => {
  const line = string({ unit: 'grapheme', maxLength: 6 }).map((text) => text.replaceAll(/[\r\n]/g, ''))
  await assert(asyncProperty(array(line, { minLength: 1, maxLength: 5 }), integer({ min: 1, max: 7 }), async (lines, size) => {
    const bytes = Buffer.from(`${lines.join('\n')}\n`)
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
    expect(await linesOf(chunks)).toEqual(lines)
  }))
})
