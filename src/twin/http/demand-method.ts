/** What a path takes at all: its methods, the types of a patch, the forms of an answer. Asked before anything is looked at (`go-restful`). */

import { methodNotAllowed, missingPath, statusError } from '../api/status-error.ts'
import { subresourceInfo } from './discovery.ts'
import type { ResourceRequest } from './exchange.ts'
import { demandProduced } from './media-types.ts'
import { patchTypes } from './write-handlers.ts'

const ON_LISTS: Readonly<Record<string, string>> = { GET: 'list', POST: 'create', DELETE: 'deletecollection' }
const ON_OBJECTS: Readonly<Record<string, string>> = { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }
const ON_PARTS: Readonly<Record<string, string>> = { ...ON_OBJECTS, POST: 'create' }

/** Throws 404 for a subresource that the kind has not, 405, 406 and 415. */
export function demandMethod({ incoming, resource, route }: ResourceRequest): void {
  const { method, accept, contentType } = incoming
  const { subresource, name } = route
  if (subresource !== undefined && !resource.subresources.includes(subresource)) throw missingPath()
  const verbs = subresource === undefined ? resource.verbs : subresourceInfo(resource, subresource).verbs
  const verb = (subresource !== undefined ? ON_PARTS : name === undefined ? ON_LISTS : ON_OBJECTS)[method] ?? ''
  if (!verbs.includes(verb)) throw methodNotAllowed()
  if (method === 'PATCH' && !patchTypes(resource).includes(contentType.split(';')[0]?.trim() ?? '')) throw statusError('UnsupportedMediaType', resource.custom ? `the body of the request was in an unknown format - accepted media types include: ${patchTypes(resource).join(', ')}` : '415: Unsupported Media Type', {})
  if (subresource !== 'log' && subresource !== 'proxy') demandProduced(accept, { isStreamed: verb === 'list' })
}
