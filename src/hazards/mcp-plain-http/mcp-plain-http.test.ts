import { expect, test } from 'vitest'
import { inClient } from '../testing/files.ts'
import { mcpPlainHttp } from './mcp-plain-http.ts'

test.each([
  { name: 'plain', server: { url: 'http://mcp.example.com/mcp' }, want: ['a url'] },
  { name: 'under another key', server: { serverUrl: 'http://10.0.0.5:8080/sse' }, want: ['a serverUrl'] },
  { name: 'a name that begins like this machine', server: { url: 'http://localhost.evil.example/mcp' }, want: ['a url'] },
  { name: 'good', server: { url: 'https://mcp.example.com/mcp' }, want: [] },
  { name: 'look-alike: this machine', server: { url: 'http://localhost:3000/mcp' }, want: [] },
  { name: 'look-alike: this machine by address', server: { url: 'http://[::1]:3000/mcp' }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpPlainHttp, { a: server })).toEqual(want))
