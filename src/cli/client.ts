/** The CLI as a client of a running Boyd: finds its address and token in the home folder, or takes them from flags. */

import { savedToken } from './saved-token.ts'
import { announcedServer, tokenFor } from '../app/token.ts'
import { readConfig } from '../app/config.ts'
import { fault, type FaultCode } from '../kernel/fault.ts'

export interface Client {
  readonly url: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  put(path: string, body: unknown): Promise<void>
  delete(path: string): Promise<void>
  /** The raw body, for ledgers. */
  text(path: string, method?: 'GET' | 'POST'): Promise<string>
}

export interface ClientFlags {
  readonly server?: string
  readonly token?: string
  readonly home?: string
}

/** Fault `unavailable` when nothing listens; `unauthenticated` when the token is another's. */
export function createClient(flags: ClientFlags, environment: Readonly<Record<string, string | undefined>>): Client {
  const { home } = readConfig({ home: flags.home }, environment)
  const url = (flags.server ?? environment['BOYD_SERVER'] ?? announcedServer(home)?.url ?? 'http://127.0.0.1:8484').replace(/\/$/, '')
  const token = flags.token ?? environment['BOYD_TOKEN'] ?? savedToken(home, url) ?? tokenFor(home, url)
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await reach(url, path, { ...init, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } })
    if (!response.ok) throw await refusal(response)
    return response
  }
  return {
    url,
    get: async <T>(path: string) => (await (await call(path, {})).json()) as T,
    post: async <T>(path: string, body: unknown) => (await (await call(path, { method: 'POST', body: JSON.stringify(body) })).json()) as T,
    put: async (path, body) => void (await call(path, { method: 'PUT', body: JSON.stringify(body) })),
    delete: async (path) => void (await call(path, { method: 'DELETE' })),
    text: async (path, method = 'GET') => (await call(path, { method })).text(),
  }
}

async function reach(url: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(`${url}${path}`, init)
  } catch (cause) {
    throw fault({ code: 'unavailable', operation: 'connect', subject: url, message: 'nothing answers there', hint: 'Start it with "boyd serve" or "boyd start", or name it with --server.', cause })
  }
}

const CODES: Readonly<Record<number, FaultCode>> = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not-found', 409: 'conflict', 429: 'rate-limited', 503: 'unavailable' }

async function refusal(response: Response): Promise<Error> {
  const problem = (await response.json().catch(() => ({}))) as { title?: string; detail?: string }
  return fault({
    code: CODES[response.status] ?? 'invalid',
    operation: 'the server refuses',
    message: problem.title ?? `HTTP ${response.status}`,
    statusCode: response.status,
    ...(problem.detail === undefined ? {} : { hint: problem.detail }),
  })
}
