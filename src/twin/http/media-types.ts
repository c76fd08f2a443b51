/**
 * What a client accepts and what we answer in: JSON or YAML, as itself, as a Table, as metadata only, or as discovery
 * (`apiserver/pkg/endpoints/handlers/negotiation`).
 */

import { statusError } from '../api/status-error.ts'

export interface MediaType {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

export type Encoding =
  | { readonly as: 'object' }
  | { readonly as: 'table'; readonly version: string }
  /** `isList`: as it was asked for; a list cannot be shown as one object, nor an object as a list. */
  | { readonly as: 'metadata'; readonly version: string; readonly isList: boolean }
  | { readonly as: 'discovery'; readonly version: string }

/** In the order in which they are wanted. */
export function parseAccept(header: string | undefined): MediaType[] {
  const parsed = (header === undefined || header === '' ? '*/*' : header).split(',').map((part) => {
    const [type = '*/*', ...parameters] = part.trim().split(';').map((text) => text.trim())
    return { type, parameters: Object.fromEntries(parameters.map((text) => text.split('=') as [string, string])) }
  })
  return parsed.sort((left, right) => Number(right.parameters['q'] ?? 1) - Number(left.parameters['q'] ?? 1))
}

const YAML = 'application/yaml'
/** Protobuf is not among those that we write: a client that takes nothing else gets 406. */
const WRITTEN = ['application/json', YAML, 'application/*', '*/*']
const TABLE_VERSIONS = ['v1', 'v1beta1']
const DISCOVERY_VERSIONS = ['v2', 'v2beta1']
const KNOWN = 'application/json, application/yaml, application/vnd.kubernetes.protobuf'

export type Endpoint = 'resource' | 'discovery' | 'document'

/** The first form asked for that the endpoint has. Throws 406 where there is none. */
export function demandForm(header: string | undefined, endpoint: Endpoint): Encoding {
  for (const { type, parameters } of parseAccept(header)) {
    const found = WRITTEN.includes(type) ? formOf(parameters, endpoint) : undefined
    if (found !== undefined) return found
  }
  throw statusError('NotAcceptable', `only the following media types are accepted: ${KNOWN}`)
}

function formOf({ as, g, v = '' }: MediaType['parameters'], endpoint: Endpoint): Encoding | undefined {
  if (as === undefined && g === undefined && v === '') return { as: 'object' }
  if (endpoint === 'discovery') return as === 'APIGroupDiscoveryList' && g === 'apidiscovery.k8s.io' && DISCOVERY_VERSIONS.includes(v) ? { as: 'discovery', version: v } : undefined
  if (endpoint === 'document' || g !== 'meta.k8s.io' || !TABLE_VERSIONS.includes(v)) return undefined
  if (as === 'Table') return { as: 'table', version: v }
  return as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList' ? { as: 'metadata', version: v, isList: as === 'PartialObjectMetadataList' } : undefined
}

/** Whether the client would rather read YAML. */
export function prefersYaml(header: string | undefined): boolean {
  return parseAccept(header).find(({ type }) => WRITTEN.includes(type))?.type === YAML
}

const STREAMED = ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'

/** Which of the types that a path produces the client takes by name, before anything else is looked at (`go-restful`). Throws 406. */
export function demandProduced(header: string | undefined, { isStreamed = false, produced = KNOWN }: { readonly isStreamed?: boolean; readonly produced?: string } = {}): void {
  const types = produced.split(', ')
  if (parseAccept(header).some(({ type }) => type === '*/*' || types.includes(type))) return
  throw statusError('NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${produced}${isStreamed ? STREAMED : ''}`, {})
}
