import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpToolFootprint } from './mcp-tool-footprint.ts'

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, { command: 'x' }]))
const tools = (characters: number) => [{ name: 'a', description: 'd'.repeat(characters) }]

test.each([
  { name: 'long definitions', servers: { a: { command: 'x', tools: tools(100) }, b: { command: 'y', tools: tools(90_000) } }, want: ['b tools'] },
  { name: 'many servers', servers: many(11), want: ['s0'] },
  { name: 'good', servers: { a: { command: 'x', tools: tools(1000) } }, want: [] },
  { name: 'look-alike: just enough', servers: many(10), want: [] },
])('$name', async ({ servers, want }) => expect(await inClient(mcpToolFootprint, servers)).toEqual(want))
