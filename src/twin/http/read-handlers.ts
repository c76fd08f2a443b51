/** GET of one object and of lists, in the form that the client asks for. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { ListQuery } from '../../ports/cluster.ts'
import { apiVersionOf } from '../api/resource.ts'
import { goPackage } from '../api/go-names.ts'
import { badRequest, statusError } from '../api/status-error.ts'
import { inShownForm } from '../api/shown-form.ts'
import { demandStored } from '../api/stored-object.ts'
import { faceOf } from '../api/faces.ts'
import { listObjects, listObjectsAt, matcherOf } from '../list-objects.ts'
import type { Twin } from '../compose-twin.ts'
import { json, type Answer, type ResourceRequest } from './exchange.ts'
import { demandForm, type Encoding } from './media-types.ts'
import { checkListOptions, versionAsked } from './list-options.ts'
import { numberIn } from './query-values.ts'
import type { PageStore, Rest } from './page-store.ts'
import { partialMetadata, renderTable, type RowObject } from './tables/render-table.ts'

/** Throws 406 where the client takes nothing that we can write. */
export function demandEncoding({ incoming }: Pick<ResourceRequest, 'incoming'>): Encoding {
  return demandForm(incoming.accept, 'resource')
}

export function queryOf({ route, resource, incoming }: ResourceRequest): ListQuery {
  const text = (name: string): string | undefined => incoming.query.get(name) ?? undefined
  const labelSelector = text('labelSelector')
  const fields = [text('fieldSelector'), route.name === undefined ? undefined : `metadata.name=${route.name}`].filter((part) => part !== undefined && part !== '')
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    ...(route.namespace === undefined ? {} : { namespace: route.namespace }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fields.length === 0 ? {} : { fieldSelector: fields.join(',') }),
  }
}

export function getObject(twin: Twin, request: ResourceRequest): Answer {
  const encoding = demandEncoding(request)
  const asked = versionAsked(request.incoming.query)
  if (asked > twin.store.resourceVersion) throw futureVersion(asked, twin.store.resourceVersion)
  const object = demandObject(twin, request)
  return json(200, encodeOne(twin, request, object, encoding))
}

export function demandObject(twin: Twin, { route, resource }: ResourceRequest): KubeObject {
  const name = route.name ?? ''
  const apiVersion = apiVersionOf(resource)
  const stored = resource.group === 'events.k8s.io' ? 'v1' : apiVersion
  // The one kind of which refusals name a single object.
  const named = resource.kind === 'ComponentStatus' ? { ...resource, plural: resource.singular } : resource
  const found = demandStored(twin.store, named, { apiVersion: stored, kind: resource.kind, name, ...(route.namespace === undefined ? {} : { namespace: route.namespace }) })
  return faceOf({ apiVersion, kind: resource.kind }, found)
}

export function encodeOne(twin: Twin, request: ResourceRequest, object: KubeObject, encoding: Encoding): unknown {
  if (encoding.as === 'table') {
    const { resourceVersion } = object.metadata
    return renderTable([object], { resourceVersion }, { resource: request.resource, nowMs: twin.nowMs(), include: includeOf(request), apiVersion: encoding.version, minor: twin.profile.minor })
  }
  if (encoding.as !== 'metadata') return inShownForm(object)
  if (encoding.isList) throw notAcceptable(`you requested PartialObjectMetadataList, but the requested object is not a list (*${goPackage(request.resource.group)}.${request.resource.kind})`)
  return partialMetadata(object, encoding.version)
}

function notAcceptable(message: string): Error {
  return statusError('NotAcceptable', message)
}

export function includeOf({ incoming }: ResourceRequest): RowObject {
  const text = incoming.query.get('includeObject')
  if (text !== null && !['', 'None', 'Object', 'Metadata'].includes(text)) throw badRequest(`Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(text)}: must be 'Metadata', 'Object', 'None', or empty`)
  return text === 'None' || text === 'Object' ? text : 'Metadata'
}

export function listResources(twin: Twin, pages: PageStore, request: ResourceRequest): Answer {
  const encoding = demandEncoding(request)
  const { incoming, resource } = request
  checkListOptions(incoming.query)
  const query = queryOf(request)
  matcherOf(query)
  const asked = versionAsked(incoming.query, { isList: true })
  const limit = numberIn(incoming.query, 'limit') ?? 0
  const token = incoming.query.get('continue') ?? ''
  if (token !== '') pages.check(token)
  if (token !== '' && asked > 0) throw badRequest('specifying resource version is not allowed when using continue')
  const page = token === '' ? pages.first(restOf(twin, request), limit) : pages.next(token, limit)
  const metadata = {
    resourceVersion: page.resourceVersion,
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remainingItemCount === undefined ? {} : { remainingItemCount: page.remainingItemCount }),
  }
  if (encoding.as === 'table') return json(200, renderTable(page.items, metadata, { resource, nowMs: twin.nowMs(), include: includeOf(request), apiVersion: encoding.version, minor: twin.profile.minor }))
  if (encoding.as === 'metadata') {
    if (!encoding.isList) throw notAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (*${goPackage(resource.group)}.${resource.kind}List)`)
    const items = page.items.length === 0 ? null : page.items.map((object) => partialMetadata(object, encoding.version))
    return json(200, { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${encoding.version}`, metadata, items })
  }
  return json(200, { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items: page.items.map(withoutKind) })
}

/** Items of a typed list do not repeat their kind. */
export function withoutKind(object: KubeObject): object {
  const { kind: _, apiVersion: __, ...rest } = inShownForm(object)
  return rest
}

/** The list at the version that was asked for: now, unless it is to be exactly an older one. */
function restOf(twin: Twin, request: ResourceRequest): Rest {
  const query = queryOf(request)
  const { store } = twin
  const isWhole = query.labelSelector === undefined && query.fieldSelector === undefined
  const asked = Number(request.incoming.query.get('resourceVersion') ?? '0')
  if (asked > store.resourceVersion) throw futureVersion(asked, store.resourceVersion)
  // A page of a version is one of exactly that version, unless somebody says otherwise.
  const match = request.incoming.query.get('resourceVersionMatch') ?? ''
  const isPage = match === '' && asked > 0 && (numberIn(request.incoming.query, 'limit') ?? 0) > 0
  const isExact = (match === 'Exact' || isPage) && asked < store.resourceVersion
  return { isWhole, items: isExact ? listObjectsAt(store, query, asked) : listObjects(store, query), resourceVersion: String(isExact ? asked : store.resourceVersion) }
}

function futureVersion(asked: number, current: number): Error {
  return statusError('Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
}
