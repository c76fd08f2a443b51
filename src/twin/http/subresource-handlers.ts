/** Subresources: status, ephemeralcontainers, resize, scale, eviction, binding, log, finalize. */

import type { Clock } from '../../kernel/clock.ts'
import { isRecord } from '../../kernel/json.ts'
import { badRequest, notFound, statusError } from '../api/status-error.ts'
import { requestToken } from './access/token-handlers.ts'
import type { TokenIssuer } from './access/token-issuer.ts'
import { json, type Answer } from './exchange.ts'
import { logAnswer } from './log-handler.ts'
import { demandObject } from './read-handlers.ts'
import { readBody, readNamedObject } from './read-body.ts'
import { patchOne, refOfRequest, unsupported, updateOne, writeOptions, type Writing } from './write-handlers.ts'

const CONNECTIONS = new Set(['attach', 'exec', 'portforward', 'proxy'])

export function handleSubresource(writing: Writing, subresource: string, { clock, issuer }: { readonly clock: Clock; readonly issuer: TokenIssuer }): Answer {
  const { request, twin } = writing
  const { method } = request.incoming
  if (!request.resource.subresources.includes(subresource)) throw statusError('NotFound', 'the server could not find the requested resource')
  if (subresource === 'status' || subresource === 'ephemeralcontainers' || subresource === 'resize') return handlePart(writing, subresource)
  if (subresource === 'scale') return handleScale(writing)
  if (subresource === 'log' && method === 'GET') return logAnswer({ twin, clock, request })
  if (subresource === 'eviction' && method === 'POST') return evict(writing)
  if (subresource === 'binding' && method === 'POST') return bind(writing)
  if (CONNECTIONS.has(subresource)) return writing.api.connect(refOfRequest(request), subresource)
  if (subresource === 'token' && method === 'POST') return requestToken(writing, issuer)
  if (subresource === 'finalize' && method === 'PUT') return json(200, writing.api.finalize(readNamedObject(request)))
  throw unsupported(request)
}

function handlePart(writing: Writing, part: 'status' | 'ephemeralcontainers' | 'resize'): Answer {
  const { request, twin } = writing
  if (request.incoming.method === 'GET') return json(200, demandObject(twin, request))
  if (request.incoming.method === 'PUT') return updateOne(writing, part)
  if (request.incoming.method === 'PATCH') return patchOne(writing, part)
  throw unsupported(request)
}

function handleScale(writing: Writing): Answer {
  const { request, api } = writing
  const ref = refOfRequest(request)
  if (request.incoming.method === 'GET') return json(200, api.scale(ref))
  if (request.incoming.method === 'PATCH') return json(200, jsonBody(patchOne(writing, 'scale')))
  if (request.incoming.method !== 'PUT') throw unsupported(request)
  const body = readBody(request)
  if (!isRecord(body)) throw badRequest('the body of the request must be a Scale')
  return json(200, api.updateScale(ref, body as never, writeOptions(request)))
}

function jsonBody(answer: Answer): unknown {
  return answer.type === 'json' ? answer.body : undefined
}

interface Eviction {
  readonly metadata?: { readonly name?: string }
  readonly deleteOptions?: { readonly gracePeriodSeconds?: number; readonly preconditions?: { readonly uid?: string }; readonly dryRun?: readonly string[] }
}

/** 201 and a Status when the pod goes; 429 with the budget's reason when it may not. */
function evict({ request, api }: Writing): Answer {
  const ref = refOfRequest(request)
  const body = readBody(request)
  const { metadata, deleteOptions } = (isRecord(body) ? body : {}) as Eviction
  if (metadata?.name !== undefined && metadata.name !== ref.name) throw badRequest(`name in URL does not match name in Eviction object: "${ref.name}" vs "${metadata.name}"`)
  const isDry = writeOptions(request).dryRun === true || deleteOptions?.dryRun?.includes('All') === true
  const uid = deleteOptions?.preconditions?.uid
  const grace = deleteOptions?.gracePeriodSeconds
  const result = api.evict(ref, { ...(isDry ? { dryRun: true } : {}), ...(uid === undefined ? {} : { uid }), ...(grace === undefined ? {} : { gracePeriodSeconds: grace }) })
  if (result.type === 'gone') throw notFound(request.resource, ref.name)
  if (result.type === 'blocked') throw budgetRefusal(result.message, result.retryAfterMs)
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
}

const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."

function budgetRefusal(message: string, retryAfterMs: number): Error {
  const cause = message.startsWith(REFUSED) ? message.slice(REFUSED.length).trim() : message
  // Without a hint there must be no header: client-go would sleep on it by itself, past the caller's timeout.
  const retry = retryAfterMs > 0 ? { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) } : {}
  return statusError('TooManyRequests', REFUSED, { causes: [{ reason: 'DisruptionBudget', message: cause }], ...retry })
}

function bind({ request, api }: Writing): Answer {
  const body = readBody(request)
  const target = (isRecord(body) && isRecord(body['target']) ? body['target'] : {}) as { name?: string }
  api.bind(refOfRequest(request), target.name ?? '')
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
}
