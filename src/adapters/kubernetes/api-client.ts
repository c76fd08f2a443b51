/**
 * Authenticated requests to one API server: a JSON answer, a text, or a stream of lines.
 *
 * Uses the official client for what is hard (kubeconfig, certificates, exec plugins, proxies, transport) and
 * leaves its generated, typed calls aside: we address any kind by its path, and a watch needs the raw stream.
 *
 * The library builds a fresh connection pool for every request; kept as it is, each call would pay a TLS
 * handshake. So the first pool is kept and shared, and renewed now and then because an exec plugin may rotate
 * the client certificate that is baked into it.
 */

import { IsomorphicFetchHttpLibrary, RequestContext, type HttpMethod, type KubeConfig, type ResponseContext } from '@kubernetes/client-node'
import type { Clock } from '../../kernel/clock.ts'
import { CLUSTER_REQUEST_TIMEOUT_MS } from '../../kernel/limits.ts'
import { faultOfError, faultOfResponse, type FaultContext } from './classify-fault.ts'

export interface ApiRequest extends FaultContext {
  readonly method: Extract<HttpMethod, 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'>
  /** Below the server's address: `/api/v1/namespaces/shop/pods`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  /** Of the body; JSON unless it is a patch. */
  readonly contentType?: string
}

export interface ApiClient {
  /** The parsed answer. Throws `Fault`. */
  json<T>(request: ApiRequest): Promise<T>
  /** The answer as text. Throws `Fault`. */
  text(request: ApiRequest): Promise<string>
  /** The answer line by line until the server ends it or `signal` aborts. Throws `Fault`, also on abort. */
  lines(request: ApiRequest, signal: AbortSignal): AsyncGenerator<string>
}

/** Credentials are asked for on each request; the connection pool they were first used with lives this long. */
const POOL_LIFETIME_MS = 600_000

type Dispatcher = NonNullable<ReturnType<RequestContext['getDispatcher']>>

/** `bearer` replaces the credentials of the configuration: its answer is sent with each request. */
export function createApiClient(options: { readonly config: KubeConfig; readonly clock: Clock; readonly bearer?: () => Promise<string> }): ApiClient {
  const { config, clock } = options
  const http = new IsomorphicFetchHttpLibrary()
  const sharedPool = createPoolCache(clock)

  const send = async (request: ApiRequest, signal: AbortSignal): Promise<ResponseContext> => {
    const context = new RequestContext(urlOf(config, request), request.method)
    context.setHeaderParam('Accept', 'application/json')
    context.setHeaderParam('User-Agent', 'boyd')
    if (request.body !== undefined) {
      context.setHeaderParam('Content-Type', request.contentType ?? 'application/json')
      context.setBody(JSON.stringify(request.body))
    }
    await config.applySecurityAuthentication(context)
    if (options.bearer !== undefined) context.setHeaderParam('Authorization', `Bearer ${await options.bearer()}`)
    const pool = sharedPool(context.getDispatcher())
    if (pool !== undefined) context.setDispatcher(pool)
    context.setSignal(signal)
    const response = await http.send(context).toPromise()
    if (response.httpStatusCode < 400) return response
    throw faultOfResponse({ statusCode: response.httpStatusCode, body: await response.body.text(), ...retryAfterOf(response) }, contextOf(request))
  }

  const text = (request: ApiRequest): Promise<string> =>
    withTimeout(clock, async (signal) => (await send(request, signal)).body.text()).catch((error: unknown) => {
      throw faultOfError(error, contextOf(request))
    })

  return {
    text,
    json: async <T>(request: ApiRequest) => JSON.parse(await text(request)) as T,
    lines: async function* (request, signal) {
      try {
        const response = await send(request, signal)
        yield* linesOf(response.body.stream())
      } catch (error) {
        throw faultOfError(error, contextOf(request))
      }
    },
  }
}

function createPoolCache(clock: Clock): (fresh: Dispatcher | undefined) => Dispatcher | undefined {
  let pool: Dispatcher | undefined
  let bornMs = 0
  return (fresh) => {
    if (pool === undefined || clock.now() - bornMs > POOL_LIFETIME_MS) {
      // The old pool is not closed: a watch may still use it, and idle sockets end by themselves.
      pool = fresh
      bornMs = clock.now()
    }
    return pool
  }
}

/** The time-out covers the body too: a server that stalls in the middle of an answer is as gone as a silent one. */
async function withTimeout<T>(clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const cancel = clock.after(CLUSTER_REQUEST_TIMEOUT_MS, () =>
    controller.abort(new Error(`no answer within ${CLUSTER_REQUEST_TIMEOUT_MS / 1000} s`)),
  )
  try {
    return await work(controller.signal)
  } finally {
    cancel()
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (stream === null) return
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    yield* parts.filter((line) => line !== '')
  }
  if (rest !== '') yield rest
}

function urlOf(config: KubeConfig, request: ApiRequest): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value))
  }
  const suffix = query.size === 0 ? '' : `?${query.toString()}`
  return `${config.getCurrentCluster()?.server ?? ''}${request.path}${suffix}`
}

function contextOf(request: ApiRequest): FaultContext {
  return { operation: request.operation, ...(request.subject === undefined ? {} : { subject: request.subject }) }
}

function retryAfterOf(response: ResponseContext): { readonly retryAfter?: string } {
  const retryAfter = response.headers['retry-after']
  return retryAfter === undefined ? {} : { retryAfter }
}
