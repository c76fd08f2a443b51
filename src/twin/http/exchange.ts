/** One request and its answer, as the handlers see them: parsed, and free of node:http. */

import type { ResourceRoute } from './routes.ts'
import type { Resource } from '../api/resource.ts'

export interface Incoming {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string | undefined
  readonly userAgent: string | undefined
  readonly contentType: string
  readonly body: Buffer
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  /** Tells the client something that is no reason to refuse. `fieldValidation=Ignore` turns it off. */
  warn(message: string): void
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal
}

export type Answer =
  | { readonly type: 'json'; readonly status: number; readonly body: unknown; readonly contentType?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly type: 'text'; readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly type: 'bytes'; readonly contentType: string; readonly body: Buffer }
  /** Written piece by piece, until the source ends or the client goes. */
  | { readonly type: 'stream'; readonly contentType: string; readonly chunks: AsyncIterable<string> }

export interface ResourceRequest {
  readonly incoming: Incoming
  readonly route: ResourceRoute
  readonly resource: Resource
}

export function json(status: number, body: unknown): Answer {
  return { type: 'json', status, body }
}
