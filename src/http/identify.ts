/** Asks the doorkeeper who a request is from, and keeps the answer with the request. */

import { getConnInfo } from '@hono/node-server/conninfo'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Credentials, Doorkeeper } from '../app/auth/doorkeeper.ts'
import type { Principal } from '../model/principal.ts'

export interface HttpEnvironment {
  readonly Variables: { principal: Principal }
}

export type BoydHono = OpenAPIHono<HttpEnvironment>

/** Where a request comes from: an address, or undefined where there is no socket. */
export type PeerOf = (context: Context) => string | undefined

/** Demands that somebody is known; what they may do is the use case's question. */
export function identify(options: { readonly doorkeeper: Doorkeeper; readonly peerOf: PeerOf }): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    context.set('principal', await options.doorkeeper.identify(credentialsOf(context, options.peerOf)))
    await next()
  }
}

function credentialsOf(context: Context, peerOf: PeerOf): Credentials {
  const bearer = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  return { local: isLocal(context, peerOf(context)), ...(bearer === undefined ? {} : { bearer }) }
}

/** What a proxy adds. A request that came through one is from wherever its own sender is. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']

function isLocal(context: Context, peer: string | undefined): boolean {
  return peer !== undefined && isLoopbackAddress(peer) && PROXY_HEADERS.every((name) => context.req.header(name) === undefined)
}

export function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address)
}

/** Of the socket; the framework's test requests have none. */
export function socketPeer(context: Context): string | undefined {
  try {
    return getConnInfo(context).remote.address
  } catch {
    return undefined
  }
}
