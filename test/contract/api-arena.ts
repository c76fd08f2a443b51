/**
 * What a case of the API contract is given: the HTTP door of a cluster, and a namespace of its own.
 *
 * The cluster contract looks at a cluster through our port; this one looks at what goes over the wire, as kubectl and the
 * client libraries see it.
 */

import { request as plainRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent, request as tlsRequest } from 'node:https'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import type { KubeObject } from '../../src/model/kube-object.ts'

export interface ApiRequest {
  readonly method?: string
  readonly path: string
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string
  readonly type?: string
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Instead of the administrator's; empty: nobody's. */
  readonly token?: string
}

// The answers of an API are looked into from all sides; their types are what the cases show.
// oxlint-disable-next-line typescript/no-explicit-any
export type Body = any

export interface ApiResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Parsed where it is JSON. */
  readonly body: Body
  readonly text: string
}

export interface ApiDoor {
  readonly kubeconfigFile: string
  call(request: ApiRequest): Promise<ApiResponse>
}

export interface ApiSubject extends ApiDoor {
  stop(): Promise<void>
}

export interface ApiArena extends ApiDoor {
  readonly namespace: string
  /** A name that no other case has, for what has no namespace. */
  readonly unique: string
  create(path: string, object: object): Promise<KubeObject & Record<string, Body>>
  /** Reads until it holds; fails with the last answer. */
  until(request: ApiRequest, holds: (response: ApiResponse) => boolean): Promise<ApiResponse>
}

export interface ApiCase {
  readonly name: string
  readonly run: (arena: ApiArena) => Promise<void>
}

/** Talks to the server of a kubeconfig with its client certificate or, over plain HTTP, the token in its path. */
export function openDoor(kubeconfigFile: string): ApiDoor {
  const { clusters, users } = parse(readFileSync(kubeconfigFile, 'utf8')) as {
    clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[]
    users: { user: { 'client-certificate-data'?: string; 'client-key-data'?: string } }[]
  }
  const cluster = clusters[0]?.cluster ?? { server: '' }
  const user = users[0]?.user ?? {}
  const decode = (text: string | undefined): Buffer | undefined => (text === undefined ? undefined : Buffer.from(text, 'base64'))
  const ca = decode(cluster['certificate-authority-data'])
  const trusted = ca === undefined ? {} : { ca }
  const administrator = new Agent({ ...trusted, cert: decode(user['client-certificate-data']) ?? '', key: decode(user['client-key-data']) ?? '' })
  const others = new Agent(trusted)
  const server = new URL(cluster.server)
  if (server.protocol !== 'https:') return { kubeconfigFile, call: plainCaller(server) }
  return {
    kubeconfigFile,
    call: (request) => {
      const url = new URL(request.path, server)
      const agent = request.token === undefined ? administrator : others
      return exchange(request, { url, send: (options, done) => tlsRequest(url, { ...options, agent }, done) })
    },
  }
}

/** Talks over plain HTTP to a server whose path holds the administrator's token. */
export function plainCaller(server: URL): ApiDoor['call'] {
  return (request) => {
    const base = request.token === undefined ? server.pathname.replace(/\/$/, '') : ''
    const url = new URL(base + request.path, server)
    return exchange(request, { url, send: (options, done) => plainRequest(url, options, done) })
  }
}

interface Wire {
  readonly url: URL
  send(options: RequestOptions, done: (response: IncomingMessage) => void): ClientRequest
}

function exchange({ method = 'GET', body, type = 'application/json', accept = 'application/json', headers = {}, token }: ApiRequest, { send }: Wire): Promise<ApiResponse> {
  const payload = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body)
  const sent = {
    accept,
    'user-agent': 'api-contract/1.0',
    // Node adds no length to a DELETE by itself.
    ...(payload === undefined ? {} : { 'content-type': type, 'content-length': String(Buffer.byteLength(payload)) }),
    ...(token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]])),
  }
  return new Promise((resolve, reject) => {
    const message = send({ method, headers: sent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) })
      })
    })
    message.on('error', reject)
    message.end(payload)
  })
}

function parsed(text: string): Body {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Events of a watch, which ends by its `timeoutSeconds`. */
export function eventsIn({ text }: ApiResponse): readonly { readonly type: string; readonly object: Body }[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string; object: Body })
}
