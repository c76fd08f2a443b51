/**
 * Who may call. Reading and changing both need the token; only health does not. Comparison takes the same time
 * whatever is sent.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { fault } from '../kernel/fault.ts'

/** Demands `authorization: Bearer <token>`. */
export function requireToken(token: string): MiddlewareHandler {
  return async (context, next) => {
    const header = context.req.header('authorization') ?? ''
    const offered = header.startsWith('Bearer ') ? header.slice('Bearer '.length) : ''
    if (!sameSecret(offered, token)) {
      throw fault({ code: 'unauthenticated', operation: 'http', message: 'a bearer token is needed', hint: 'Send "authorization: Bearer <token>"; `boyd doctor` says where the token lies.' })
    }
    await next()
  }
}

function sameSecret(offered: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(offered), digest(expected))
}
