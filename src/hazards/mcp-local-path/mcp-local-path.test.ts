import { expect, test } from 'vitest'
import type { ToolServer } from '../../model/audit.ts'
import { inClient } from '../testing/files.ts'
import { findingsOf } from '../testing/audit.ts'
import { mcpLocalPath } from './mcp-local-path.ts'

/** Joined, so that no path of anybody's machine stands in this repository. */
const HOME = ['', 'Users', 'ada'].join('/')

test.each([
  { name: 'in an argument', server: { command: 'uv', args: ['--directory', `${HOME}/src/mcp`, 'run'] }, want: ['a args.1'] },
  { name: 'the program', server: { command: 'C:\\Users\\ada\\mcp.exe' }, want: ['a command'] },
  { name: 'good', server: { command: 'uv', args: ['--directory', '${workspaceFolder}/mcp'] }, want: [] },
  { name: 'look-alike: a folder of the system', server: { command: '/usr/local/bin/mcp' }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpLocalPath, { a: server })).toEqual(want))

test('look-alike: a file of one user', () => {
  const server: ToolServer = { type: 'tool-server', file: 'x/claude_desktop_config.json', name: 'a', command: `${HOME}/x`, args: [], env: {}, headers: {}, autoApproved: [], tools: [], raw: {} }
  expect(findingsOf(mcpLocalPath, { toolServers: [server] })).toEqual([])
})
