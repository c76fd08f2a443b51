import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpDuplicatesCli } from './mcp-duplicates-cli.ts'

test.each([
  { name: 'a package', server: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-github@1.0.0'] }, want: ['a args.1'] },
  { name: 'an image', server: { command: 'docker', args: ['run', 'ghcr.io/github/github-mcp-server:1.0'] }, want: ['a args.1'] },
  { name: 'good', server: { command: 'npx', args: ['-y', '@acme/tickets@1.0.0'] }, want: [] },
  { name: 'look-alike: a similar name', server: { command: 'npx', args: ['@acme/server-github-notes@1.0.0'] }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpDuplicatesCli, { a: server })).toEqual(want))
