/** Slack on loopback: its Web API as far as messages go, an incoming webhook, the place for answers to clicks, and its signature. */

import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const BOT_TOKEN = 'xoxb-of-the-tests'
export const SIGNING_SECRET = 'the-signing-secret-of-the-tests!'
export const WORKSPACE = 'T0HARBOUR'

export interface Received {
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface SlackWorkspace {
  readonly url: string
  readonly received: readonly Received[]
  /** Answers the next calls with these statuses; 200 after them. */
  failNext(...statuses: readonly number[]): void
  stop(): Promise<void>
}

export async function startSlackWorkspace(): Promise<SlackWorkspace> {
  const received: Received[] = []
  const statuses: number[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const status = statuses.shift() ?? 200
      const path = request.url ?? ''
      response.writeHead(status, status === 429 ? { 'retry-after': '0' } : {})
      if (status !== 200) return response.end()
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>
      if (path.startsWith('/api/') && request.headers.authorization !== `Bearer ${BOT_TOKEN}`) return response.end(JSON.stringify({ ok: false, error: 'invalid_auth' }))
      received.push({ path, body })
      return response.end(path.startsWith('/api/') ? JSON.stringify({ ok: true, channel: body['channel'], ts: `1789405321.${String(received.length).padStart(6, '0')}` }) : 'ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    failNext: (...next) => void statuses.push(...next),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A click as Slack sends it: the form, and its signature over the raw bytes. */
export function clickRequest(payload: unknown, options: { readonly atMs: number; readonly secret?: string }): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const body = new URLSearchParams({ payload: typeof payload === 'string' ? payload : JSON.stringify(payload) }).toString()
  const timestamp = String(Math.floor(options.atMs / 1000))
  const signature = createHmac('sha256', options.secret ?? SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex')
  return { body, headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': timestamp, 'x-slack-signature': `v0=${signature}` } }
}
