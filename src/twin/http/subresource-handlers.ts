/** Subresources: status, ephemeralcontainers, resize, scale, eviction, binding, log, finalize. */

import type { Clock } from '../../kernel/clock.ts'
import { isRecord } from '../../kernel/json.ts'
import type { Eviction } from '../api/api.ts'
import { badRequest, statusError } from '../api/status-error.ts'
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

/** 201 and a Status when the pod goes; 429 with the budget's reason when it may not. */
function evict({ request, api }: Writing): Answer {
  const body = readBody(request)
  const { dryRun = false } = writeOptions(request)
  api.evict(refOfRequest(request), (isRecord(body) ? body : {}) as Eviction, dryRun ? ['All'] : [])
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
}

function bind({ request, api }: Writing): Answer {
  const body = readBody(request)
  const target = (isRecord(body) && isRecord(body['target']) ? body['target'] : {}) as { name?: string }
  api.bind(refOfRequest(request), target.name ?? '')
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
}
