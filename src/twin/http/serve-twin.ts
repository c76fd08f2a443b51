/**
 * The twin as a Kubernetes HTTP API, for kubectl and every client library: loopback only, behind a token.
 *
 * The token travels as a bearer token or, for kubectl, as the first part of the path: client-go sends credentials
 * of a kubeconfig over TLS only, and a certificate for traffic that never leaves the machine would protect nothing.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stringify } from 'yaml'
import { systemClock, type Clock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import { systemIds } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import { isApiFault, statusError, type KubeStatus } from '../api/status-error.ts'
import type { Twin } from '../compose-twin.ts'
import { bootstrapPolicy } from '../access/bootstrap-policy.ts'
import { authenticate, type StaticAccount } from './access/authenticate.ts'
import { impersonated } from './access/impersonate.ts'
import { createTokenIssuer } from './access/token-issuer.ts'
import type { Answer, Incoming } from './exchange.ts'
import { handleRequest, type Server } from './handle-request.ts'
import { prefersYaml } from './media-types.ts'
import { createPageStore } from './page-store.ts'

/** kube-apiserver refuses bodies over 3 MiB (MaxRequestBodyBytes). */
const BODY_BYTES_MAX = 3 * 1024 * 1024
const HOST = '127.0.0.1'

export interface ServeOptions {
  readonly twin: Twin
  /** 0 or absent: any free port. */
  readonly port?: number
  /** Absent: a new one. */
  readonly token?: string
  readonly log: Log
  /** Called before each request: brings a twin on the wall clock up to now. */
  readonly beforeRequest?: () => void
  /** The wall's, for watches and followed logs, also where the twin lives faster: clients wait in their own time. Absent: the system's. */
  readonly clock?: Clock
  /** Others who may come in, by tokens of their own; RBAC says what they may do. */
  readonly accounts?: readonly StaticAccount[]
}

export interface ServedTwin {
  /** For clients that send the token themselves. */
  readonly url: string
  /** With the token in it: what a kubeconfig names as its server. */
  readonly kubeconfigUrl: string
  readonly port: number
  readonly token: string
  stop(): Promise<void>
}

interface Door {
  readonly server: Server
  readonly accounts: readonly StaticAccount[]
  readonly log: Log
  readonly beforeRequest: () => void
}

/** Resolves when the server listens. Rejects when the port is taken. */
export async function serveTwin(options: ServeOptions): Promise<ServedTwin> {
  const { twin, log, port = 0, clock = systemClock(), accounts = [] } = options
  const token = options.token ?? systemIds(clock).uuid()
  const issuer = createTokenIssuer({ store: twin.store, nowMs: twin.nowMs })
  const administrator: StaticAccount = { user: 'admin', groups: ['system:masters', 'system:authenticated'], token }
  const door: Door = { server: { twin, clock, pages: createPageStore(), issuer }, accounts: [administrator, ...accounts], log, beforeRequest: options.beforeRequest ?? (() => undefined) }
  bootstrapPolicy(twin)
  const stopping = new AbortController()
  const server = createServer((message, response) => void serveOne(door, { message, response, stopping: stopping.signal }))
  // A watch is silent for as long as nothing happens.
  server.requestTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, HOST, () => resolve())
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${HOST}:${bound}`,
    kubeconfigUrl: `http://${HOST}:${bound}/token/${token}`,
    port: bound,
    token,
    stop: () =>
      new Promise((resolve) => {
        stopping.abort()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Connection {
  readonly message: IncomingMessage
  readonly response: ServerResponse
  readonly stopping: AbortSignal
}

async function serveOne(door: Door, { message, response, stopping }: Connection): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const warnings: string[] = []
  try {
    const arrived = await readIncoming(message, { signal: AbortSignal.any([gone.signal, stopping]), warnings })
    door.beforeRequest()
    const { incoming, requester } = authenticate(arrived, { accounts: door.accounts, issuer: door.server.issuer })
    const answer = handleRequest(door.server, incoming, impersonated(door.server.twin.store, requester, incoming))
    setWarnings(response, warnings)
    await send(response, answer, prefersYaml(message.headers.accept))
  } catch (error) {
    setWarnings(response, warnings)
    refuse(door, response, { error, isYaml: prefersYaml(message.headers.accept) })
  }
}

/** RFC 7234 code 299, which kubectl prints as a warning. */
function setWarnings(response: ServerResponse, warnings: readonly string[]): void {
  if (warnings.length > 0 && !response.headersSent) response.setHeader('warning', warnings.map((text) => `299 - ${JSON.stringify(text)}`))
}

async function readIncoming(message: IncomingMessage, { signal, warnings }: { readonly signal: AbortSignal; readonly warnings: string[] }): Promise<Incoming> {
  const url = new URL(message.url ?? '/', `http://${HOST}`)
  return {
    method: message.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    accept: message.headers.accept,
    userAgent: message.headers['user-agent'],
    contentType: message.headers['content-type'] ?? 'application/json',
    body: await readBytes(message),
    headers: message.headersDistinct,
    warn: (text) => {
      if (!warnings.includes(text)) warnings.push(text)
    },
    signal,
  }
}

async function readBytes(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BODY_BYTES_MAX) throw statusError('RequestEntityTooLarge', `Request entity too large: limit is ${BODY_BYTES_MAX}`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function send(response: ServerResponse, answer: Answer, isYaml: boolean): Promise<void> {
  if (answer.type === 'json') {
    response.writeHead(answer.status, { 'content-type': answer.contentType ?? typeFor(isYaml), ...answer.headers })
    response.end(written(answer.body, isYaml))
  } else if (answer.type === 'bytes') {
    response.writeHead(200, { 'content-type': answer.contentType })
    response.end(answer.body)
  } else if (answer.type === 'text') {
    const { 'content-type': type = 'text/plain', ...headers } = answer.headers ?? {}
    response.writeHead(answer.status, { ...(type === '' ? {} : { 'content-type': type }), ...headers })
    response.end(answer.body)
  } else {
    await sendStream(response, answer)
  }
}

function typeFor(isYaml: boolean): string {
  return isYaml ? 'application/yaml' : 'application/json'
}

function written(body: unknown, isYaml: boolean): string {
  return isYaml ? stringify(JSON.parse(JSON.stringify(body))) : JSON.stringify(body)
}

async function sendStream(response: ServerResponse, answer: Extract<Answer, { type: 'stream' }>): Promise<void> {
  response.writeHead(200, { 'content-type': answer.contentType, 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  for await (const chunk of answer.chunks) {
    if (response.destroyed) break
    if (!response.write(chunk)) await drained(response)
  }
  response.end()
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}

function refuse(door: Door, response: ServerResponse, { error, isYaml }: { readonly error: unknown; readonly isYaml: boolean }): void {
  if (response.headersSent) {
    response.end()
    return
  }
  const status = statusOf(door, error)
  const retry = status.details?.retryAfterSeconds
  response.writeHead(status.code, { 'content-type': typeFor(isYaml), ...(retry === undefined ? {} : { 'retry-after': String(retry) }) })
  response.end(written(status, isYaml))
}

/** Our own bugs answer 500, as a panic of the real server does, and are logged. */
function statusOf(door: Door, error: unknown): KubeStatus {
  if (isApiFault(error)) return error.kubeStatus
  if (isFault(error)) return { ...statusError('InternalError', error.message).kubeStatus, code: error.statusCode ?? 500, reason: reasonOf(error.statusCode) }
  door.log.error('the twin could not answer a request', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return statusError('InternalError', `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`).kubeStatus
}

function reasonOf(statusCode: number | undefined): string {
  return statusCode === 404 ? 'NotFound' : statusCode === 400 ? 'BadRequest' : 'InternalError'
}
