import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpPowerfulFlags } from './mcp-powerful-flags.ts'

test.each([
  { name: 'write, and secrets', server: { command: 'uvx', args: ['x@1.0', '--allow-write', '--allow-sensitive-data-access'] }, want: ['a args.1', 'a args.2'] },
  { name: 'a level', server: { command: 'aks-mcp', args: ['--access-level', 'admin'] }, want: ['a args.0'] },
  { name: 'a level in one word', server: { command: 'aks-mcp', args: ['--access-level=readwrite'] }, want: ['a args.0'] },
  { name: 'good', server: { command: 'aks-mcp', args: ['--access-level', 'readonly'] }, want: [] },
  { name: 'look-alike: set to false', server: { command: 'x', args: ['--allow-write=false'] }, want: [] },
  { name: 'look-alike: a longer word', server: { command: 'x', args: ['--allow-write-logs'] }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpPowerfulFlags, { a: server })).toEqual(want))
