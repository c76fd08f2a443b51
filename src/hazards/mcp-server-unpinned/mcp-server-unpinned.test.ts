import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpServerUnpinned } from './mcp-server-unpinned.ts'

test.each([
  { name: 'npx', server: { command: 'npx', args: ['-y', '@acme/mcp-server'] }, want: ['a args.1'] },
  { name: 'a moving tag', server: { command: 'npx', args: ['-y', '@acme/mcp-server@latest'] }, want: ['a args.1'] },
  { name: 'a range', server: { command: 'npx', args: ['acme@^1.2.0'] }, want: ['a args.0'] },
  { name: 'through cmd', server: { command: 'cmd', args: ['/c', 'npx', '-y', 'acme'] }, want: ['a args.3'] },
  { name: 'uvx', server: { command: 'uvx', args: ['acme-mcp'] }, want: ['a args.0'] },
  { name: 'uvx from git', server: { command: 'uvx', args: ['--from', 'git+https://github.com/acme/mcp', 'acme'] }, want: ['a args.1'] },
  { name: 'a container', server: { command: 'docker', args: ['run', '-i', '--rm', '-e', 'TOKEN', 'ghcr.io/acme/mcp'] }, want: ['a args.5'] },
  { name: 'good', server: { command: 'npx', args: ['-y', '@acme/mcp-server@1.2.3'] }, want: [] },
  { name: 'good: uvx', server: { command: 'uvx', args: ['acme-mcp@1.2.3'] }, want: [] },
  { name: 'good: a container', server: { command: 'docker', args: ['run', '-i', 'ghcr.io/acme/mcp:1.2.3'] }, want: [] },
  { name: 'look-alike: installed', server: { command: 'acme-mcp', args: ['serve'] }, want: [] },
  { name: 'look-alike: a local path', server: { command: 'npx', args: ['./server.js'] }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpServerUnpinned, { a: server })).toEqual(want))
