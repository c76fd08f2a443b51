/** Subresources: status, approval, ephemeralcontainers, resize, scale, eviction, binding, log, token, finalize. */

import type { Clock } from '../../kernel/clock.ts'
import type { Eviction } from '../api/api.ts'
import { badRequest, missingPath, statusError } from '../api/status-error.ts'
import { requestToken } from './access/token-handlers.ts'
import type { TokenIssuer } from './access/token-issuer.ts'
import { demandFormat } from './decode-body.ts'
import { json, type Answer } from './exchange.ts'
import { logAnswer } from './log-handler.ts'
import { demandEncoding, demandObject, encodeOne } from './read-handlers.ts'
import { readNamedObject, readObject } from './read-body.ts'
import { patchOne, readingOf, refOfRequest, respond, updateOne, writeOptions, type Writing } from './write-handlers.ts'

const CONNECTIONS = new Set(['attach', 'exec', 'portforward', 'proxy'])

/** The method is one that the subresource has. */
export function handleSubresource(writing: Writing, subresource: string, { clock, issuer }: { readonly clock: Clock; readonly issuer: TokenIssuer }): Answer {
  const { request, twin } = writing
  if (subresource === 'status' || subresource === 'approval' || subresource === 'ephemeralcontainers' || subresource === 'resize') return handlePart(writing, subresource)
  if (subresource === 'scale') return handleScale(writing)
  if (subresource === 'log') return logAnswer({ twin, clock, request })
  if (subresource === 'eviction') return evict(writing)
  if (subresource === 'binding') return bind(writing)
  if (CONNECTIONS.has(subresource)) return writing.api.connect(refOfRequest(request), subresource)
  if (subresource === 'token') return requestToken(writing, issuer)
  if (subresource === 'finalize') return json(200, writing.api.finalize(readNamedObject(readingOf(writing))))
  throw missingPath()
}

function handlePart(writing: Writing, part: 'status' | 'approval' | 'ephemeralcontainers' | 'resize'): Answer {
  const { request, twin } = writing
  const { method } = request.incoming
  if (method === 'GET') return json(200, encodeOne(twin, request, demandObject(twin, request), demandEncoding(request)))
  return method === 'PUT' ? updateOne(writing, part) : patchOne(writing, part)
}

function handleScale(writing: Writing): Answer {
  const { request, api, twin } = writing
  const { method } = request.incoming
  if (method === 'GET') {
    demandObject(twin, request)
    return json(200, api.scale(refOfRequest(request)))
  }
  if (method === 'PATCH') return patchOne(writing, 'scale')
  const options = writeOptions(request)
  const scale = readNamedObject(readingOf(writing))
  demandObject(twin, request)
  return respond(writing, 200, api.updateScale(refOfRequest(request), scale, options))
}

/** 201 and a Status when the pod goes; 429 with the budget's reason when it may not. */
function evict(writing: Writing): Answer {
  const { request, api } = writing
  demandFormat(request.incoming)
  writeOptions(request)
  api.evict(refOfRequest(request), readObject(readingOf(writing)) as Eviction, request.incoming.query.getAll('dryRun'))
  return created()
}

function created(): Answer {
  return json(201, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })
}

function bind(writing: Writing): Answer {
  const { request, api } = writing
  demandFormat(request.incoming)
  writeOptions(request)
  const binding = readObject(readingOf(writing))
  const ref = refOfRequest(request)
  if (binding.metadata.name !== ref.name) throw badRequest('name in URL does not match name in Binding object')
  const { kind = '', name = '' } = (binding['target'] ?? {}) as { kind?: string; name?: string }
  const problems = [
    ...(kind === '' || kind === 'Node' ? [] : [`target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`]),
    ...(name === '' ? ['target.name: Required value'] : []),
  ]
  if (problems.length > 0) throw statusError('', problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`)
  api.bind(ref, name)
  return created()
}
