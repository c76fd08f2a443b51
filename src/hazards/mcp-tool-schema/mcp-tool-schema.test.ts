import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpToolSchema } from './mcp-tool-schema.ts'

const described = { name: 'list', description: 'Lists the pods of a namespace.' }

test.each([
  { name: 'no description', tools: [{ name: 'drop_database' }], want: ['a tools.0'] },
  { name: 'an argument of no type', tools: [{ ...described, inputSchema: { type: 'object', properties: { q: {}, n: { type: 'integer' } } } }], want: ['a tools.0'] },
  { name: 'good', tools: [{ ...described, inputSchema: { type: 'object', properties: { n: { type: 'string' } } } }], want: [] },
  { name: 'look-alike: no arguments', tools: [described], want: [] },
  { name: 'look-alike: an enumeration', tools: [{ ...described, inputSchema: { properties: { a: { enum: ['x'] } } } }], want: [] },
])('$name', async ({ tools, want }) => expect(await inClient(mcpToolSchema, { a: { command: 'x', tools } })).toEqual(want))
