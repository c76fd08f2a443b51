/** Faults as problem documents (RFC 9457): a client sees a code, one sentence, and what to do; never a stack. */

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { fault, isFault, type Fault, type FaultCode } from '../kernel/fault.ts'
import { html } from 'hono/html'
import { page, type Html } from './page-frame.ts'
import type { Log } from '../kernel/log.ts'

const STATUS: Record<FaultCode, ContentfulStatusCode> = {
  unavailable: 503,
  timeout: 504,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'already-exists': 409,
  invalid: 400,
  'too-large': 413,
  'rate-limited': 429,
  expired: 410,
  'lost-ownership': 503,
  internal: 500,
}

/** A person in front of a browser reads a page; everything under /api answers programs. */
function wantsPage(context: Context): boolean {
  return !context.req.path.startsWith('/api/') && (context.req.header('accept') ?? '').includes('text/html')
}

function problemPage({ message, hint }: Fault): Html {
  return page({ title: 'That did not work', body: html`<p class="notice bad" role="alert">${message}.</p>${hint === undefined ? '' : html`<p>${hint}</p>`}<p><a href="/">Back to Boyd</a></p>` })
}

export function problemResponse(context: Context, error: unknown, log: Log): Response | Promise<Response> {
  if (isFault(error)) {
    const status = STATUS[error.code]
    const body = { type: `urn:boyd:fault:${error.code}`, title: error.message, status, ...(error.hint === undefined ? {} : { detail: error.hint }) }
    if (wantsPage(context)) return context.html(problemPage(error), status)
    const wait = error.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfterMs / 1000)) }
    return context.json(body, status, { 'content-type': 'application/problem+json', ...wait })
  }
  // What the framework itself refuses, before a route is asked: a body that is no JSON, above all.
  if (error instanceof HTTPException && error.status < 500) {
    return problemResponse(context, fault({ code: 'invalid', operation: 'http', message: error.message, statusCode: error.status }), log)
  }
  log.error('a request failed for a reason of our own', { path: context.req.path, error: error instanceof Error ? error.stack : String(error) })
  return context.json({ type: 'urn:boyd:fault:internal', title: 'something went wrong on our side; the log has it', status: 500 }, 500, {
    'content-type': 'application/problem+json',
  })
}
