import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock, toIso } from '../../kernel/clock.ts'
import { createErrorBudget } from './error-budget.ts'

const folder = mkdtempSync(join(tmpdir(), 'budget-'))
const clock = systemClock()
let server: Server
let url: string
const asked: { readonly query: string | null; readonly token: string | undefined }[] = []

/** What the server answers to a query of that name. */
const ANSWERS: Readonly<Record<string, { readonly status?: number; readonly body: string } | 'hangs' | 'dies'>> = {
  one: { body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '42.7'] }] } }) },
  several: { body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '42'] }, { metric: {}, value: [1, '-3'] }] } }) },
  scalar: { body: JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '7'] } }) },
  nothing: { body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }) },
  nan: { body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, 'NaN'] }] } }) },
  wrong: { status: 400, body: JSON.stringify({ status: 'error', error: 'parse error' }) },
  html: { body: '<html>sign in</html>' },
  large: { body: 'x'.repeat(2_000_000) },
  hangs: 'hangs',
  dies: 'dies',
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const query = new URL(request.url ?? '', 'http://x').searchParams.get('query')
    asked.push({ query, token: request.headers.authorization })
    const answer = ANSWERS[query ?? ''] ?? { body: ANSWERS['one'] === undefined ? '' : (ANSWERS['one'] as { body: string }).body }
    if (answer === 'dies') request.socket.destroy()
    if (typeof answer === 'string') return
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

test.each([
  { query: 'one', reads: { type: 'known', leftPct: 42.7 } },
  { query: 'several', reads: { type: 'known', leftPct: -3 } },
  { query: 'scalar', reads: { type: 'known', leftPct: 7 } },
  { query: 'nothing', reads: { type: 'unknown', detail: expect.stringContaining('finds nothing') } },
  { query: 'nan', reads: { type: 'unknown', detail: expect.stringContaining('NaN') } },
  { query: 'wrong', reads: { type: 'unknown', detail: expect.stringContaining('400') } },
  { query: 'html', reads: { type: 'unknown', detail: expect.stringContaining('no vector') } },
  { query: 'large', reads: { type: 'unknown', detail: expect.stringContaining('larger than') } },
  { query: 'hangs', reads: { type: 'unknown', detail: expect.stringContaining('no answer in 0.2 s') } },
  { query: 'dies', reads: { type: 'unknown', detail: expect.stringMatching(/^Prometheus at http:/) } },
])('Prometheus: $query', async ({ query, reads }) => {
  expect(await createErrorBudget({ type: 'prometheus', url, query, timeoutMs: 200 }, clock)({ namespace: 'shop' })).toMatchObject(reads)
})

test('nobody listens', async () => {
  expect(await createErrorBudget({ type: 'prometheus', url: 'http://127.0.0.1:1', query: 'one' }, clock)({})).toMatchObject({ type: 'unknown', detail: expect.stringContaining('127.0.0.1:1') })
})

test('the query names the namespace, and the token goes with it', async () => {
  const bearerTokenFile = join(folder, 'token')
  writeFileSync(bearerTokenFile, 'secret\n')
  const read = createErrorBudget({ type: 'prometheus', url: `${url}/`, query: 'left{namespace=~"$namespace"}', bearerTokenFile }, clock)
  await read({ namespace: 'shop' })
  await read({})
  expect(asked.slice(-2)).toEqual([{ query: 'left{namespace=~"shop"}', token: 'Bearer secret' }, { query: 'left{namespace=~".*"}', token: 'Bearer secret' }])
})

test.each([
  { name: 'fresh', text: JSON.stringify({ leftPct: 12.5, at: toIso(Date.now() - 10_000) }), reads: { type: 'known', leftPct: 12.5 } },
  { name: 'stale', text: JSON.stringify({ leftPct: 12.5, at: toIso(Date.now() - 120_000) }), reads: { type: 'unknown' } },
  { name: 'from the future', text: JSON.stringify({ leftPct: 12.5, at: toIso(Date.now() + 3_600_000) }), reads: { type: 'unknown' } },
  { name: 'no time', text: JSON.stringify({ leftPct: 12.5, at: 'noon' }), reads: { type: 'unknown' } },
  { name: 'a number as text', text: JSON.stringify({ leftPct: '12', at: toIso(Date.now()) }), reads: { type: 'unknown' } },
  { name: 'no JSON', text: 'twelve', reads: { type: 'unknown' } },
  { name: 'no file', text: undefined, reads: { type: 'unknown', detail: expect.stringContaining('no such file') } },
])('a file: $name', async ({ text, reads }) => {
  const file = join(folder, text === undefined ? 'none.json' : 'budget.json')
  if (text !== undefined) writeFileSync(file, text)
  expect(await createErrorBudget({ type: 'file', file, maxAgeMs: 60_000 }, clock)({})).toMatchObject(reads)
})
