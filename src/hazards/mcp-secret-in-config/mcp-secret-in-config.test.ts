import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpSecretInConfig } from './mcp-secret-in-config.ts'

const GITHUB = 'ghp_0123456789abcdefghijABCDEFGHIJ012345'

test.each([
  { name: 'in the environment', server: { command: 'x', env: { JIRA_API_TOKEN: 'd41d8cd98f00b204' } }, want: ['a env.JIRA_API_TOKEN'] },
  { name: 'a token under any name', server: { command: 'x', env: { GH: GITHUB } }, want: ['a env.GH'] },
  { name: 'in a header', server: { url: 'https://mcp.example/mcp', headers: { Authorization: `Bearer ${GITHUB}` } }, want: ['a headers.Authorization'] },
  { name: 'after a flag', server: { command: 'x', args: ['--api-key', 'abc123def456'] }, want: ['a args.1'] },
  { name: 'in a connection string', server: { command: 'x', args: ['postgresql://app:hunter2@db/app'] }, want: ['a args.0'] },
  { name: 'in the address', server: { url: 'https://mcp.example/mcp?token=abcdefabcdef' }, want: ['a url'] },
  { name: 'good: references', server: { command: 'x', env: { TOKEN: '${env:TOKEN}' }, args: ['--api-key', '${input:key}'] }, want: [] },
  { name: 'look-alike: a file', server: { command: 'x', env: { TOKEN_FILE: '/run/secrets/t' } }, want: [] },
  { name: 'look-alike: a placeholder', server: { command: 'x', env: { API_KEY: '<your-key>', OTHER_TOKEN: 'YOUR_TOKEN_HERE' } }, want: [] },
  { name: 'look-alike: an address without a password', server: { url: 'https://mcp.example:8443/mcp' }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpSecretInConfig, { a: server })).toEqual(want))
