import { expect, test } from 'vitest'
import { fieldsFound } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { inClient } from '../testing/files.ts'
import { mcpLegacyTransport } from './mcp-legacy-transport.ts'

const ingress = (path: string) => object('networking.k8s.io/v1', 'Ingress', 'mcp', { spec: { rules: [{ http: { paths: [{ path, pathType: 'Prefix', backend: { service: { name: 's', port: { number: 80 } } } }] } }] } })

test.each([
  { name: 'said by the client', server: { url: 'https://a.example/x', type: 'sse' }, want: ['a type'] },
  { name: 'by its address', server: { url: 'https://a.example/v1/sse' }, want: ['a url'] },
  { name: 'good', server: { url: 'https://a.example/mcp', type: 'http' }, want: [] },
  { name: 'look-alike: http said, whatever the path', server: { url: 'https://a.example/sse', type: 'http' }, want: [] },
  { name: 'look-alike: letters', server: { url: 'https://a.example/assets/mcp' }, want: [] },
  { name: 'look-alike: stdio', server: { command: 'x' }, want: [] },
])('$name', async ({ server, want }) => expect(await inClient(mcpLegacyTransport, { a: server })).toEqual(want))

test.each([
  { name: 'an Ingress', objects: [ingress('/sse')], want: ['Ingress mcp spec.rules.0.http.paths.0.path'] },
  { name: 'good: an Ingress', objects: [ingress('/mcp')], want: [] },
  { name: 'look-alike: another word', objects: [ingress('/messe')], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(mcpLegacyTransport, { objects })).toEqual(want))
