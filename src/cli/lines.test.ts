import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { linesOf } from './lines.ts'

async function read(...chunks: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(Readable.from(chunks) as AsyncIterable<string>)) lines.push(line)
  return lines
}

test.each([
  [['a\nb\n'], ['a', 'b']],
  [['a\nb'], ['a', 'b']],
  [['a\r\nb\r\n'], ['a', 'b']],
  [['a', 'b\n', '\nc'], ['ab', '', 'c']],
  [['a\u2028b\u2029c\rd\n'], ['a\u2028b\u2029c\rd']],
  [[], []],
])('%j', async (chunks, lines) => {
  expect(await read(...chunks)).toEqual(lines)
})

test('a line without end is cut off, and the next one is whole', async () => {
  const [long = '', next] = await read(...Array.from({ length: 30 }, () => 'a'.repeat(100_000)), '\nb\n')
  expect(long.length).toBeLessThan(1_200_000)
  expect(next).toBe('b')
})
