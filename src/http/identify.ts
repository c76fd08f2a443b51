/**
 * Asks the doorkeeper who a request is from, and keeps the answer with the request. A browser sends its cookie by itself;
 * so a change that rests on a cookie must also carry what only a page of ours could tell it.
 */

import { getConnInfo } from '@hono/node-server/conninfo'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Credentials, Doorkeeper } from '../app/auth/doorkeeper.ts'
import { csrfTokenOf } from '../app/auth/sessions.ts'
import { fault, isFault } from '../kernel/fault.ts'
import { sameSecret } from '../kernel/same-secret.ts'
import type { Principal } from '../model/principal.ts'
import { isSafeMethod } from './guard.ts'
import type { Limits } from './limits.ts'
import { readCookie } from './session-cookie.ts'

export interface HttpEnvironment {
  readonly Variables: { principal: Principal }
}

export type BoydHono = OpenAPIHono<HttpEnvironment>

/** Where a request comes from: an address, or undefined where there is no socket. */
export type PeerOf = (context: Context) => string | undefined

export interface IdentifyOptions {
  readonly doorkeeper: Doorkeeper
  readonly peerOf: PeerOf
  readonly limits: Limits
}

/** Demands that somebody is known; what they may do is the use case's question. */
export function identify(options: IdentifyOptions): MiddlewareHandler<HttpEnvironment> {
  return async (context, next) => {
    const credentials = credentialsOf(context, options.peerOf)
    const principal = await knownOr(options, context, credentials)
    options.limits.count('principal', principal.subject)
    if (credentials.bearer === undefined && !isSafeMethod(context.req.method)) demandCsrfToken(context.req.header('x-boyd-csrf'), credentials.session)
    context.set('principal', principal)
    await next()
  }
}

/** Whose token a webhook shows, where it is no secret of the webhook's own. */
export async function senderOf(context: Context, { doorkeeper, peerOf }: Pick<IdentifyOptions, 'doorkeeper' | 'peerOf'>): Promise<Principal | undefined> {
  const { bearer, local } = credentialsOf(context, peerOf)
  if (bearer === undefined) return undefined
  try {
    return await doorkeeper.identify({ bearer, local })
  } catch (error) {
    if (isFault(error) && error.code === 'unauthenticated') return undefined
    throw error
  }
}

/** Wrong guesses are counted by address; right ones are never refused for the wrong ones of a neighbour. */
async function knownOr({ doorkeeper, limits, peerOf }: IdentifyOptions, context: Context, credentials: Credentials): Promise<Principal> {
  try {
    return await doorkeeper.identify(credentials)
  } catch (error) {
    if (isFault(error) && error.code === 'unauthenticated') limits.count('refused', peerOf(context) ?? 'nowhere')
    throw error
  }
}

/** Fault `forbidden` unless it is the token of this very session. */
export function demandCsrfToken(offered: string | undefined, session: string | undefined): void {
  if (session !== undefined && sameSecret(offered ?? '', csrfTokenOf(session))) return
  throw fault({ code: 'forbidden', operation: 'http', message: 'this change was not sent from a page of ours', hint: 'Load the page again and repeat it; programs send x-boyd-csrf as GET /api/v1/me tells it, or use a token.' })
}

/** What the request shows of its sender. */
export function credentialsOf(context: Context, peerOf: PeerOf): Credentials {
  const bearer = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  const session = readCookie(context, 'boyd')
  return { local: isLocal(context, peerOf(context)), ...(bearer === undefined ? {} : { bearer }), ...(session === undefined ? {} : { session }) }
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
