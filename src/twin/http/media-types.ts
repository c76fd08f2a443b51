/** What a client accepts and what we answer in: JSON, as itself, as a Table, as metadata only, or as discovery. */

export interface MediaType {
  readonly type: string
  readonly parameters: Readonly<Record<string, string>>
}

export type Encoding =
  | { readonly as: 'object' }
  | { readonly as: 'table'; readonly version: string }
  | { readonly as: 'metadata'; readonly version: string }
  | { readonly as: 'discovery'; readonly version: string }

export function parseAccept(header: string | undefined): MediaType[] {
  return (header ?? '*/*').split(',').map((part) => {
    const [type = '*/*', ...parameters] = part.trim().split(';').map((text) => text.trim())
    return { type, parameters: Object.fromEntries(parameters.map((text) => text.split('=') as [string, string])) }
  })
}

const JSON_TYPES = ['application/json', 'application/*', '*/*']
const TABLE_VERSIONS = ['v1', 'v1beta1']
const DISCOVERY_VERSIONS = ['v2', 'v2beta1']

/** The first form asked for that we have; undefined when there is none (406). We do not speak protobuf. */
export function chooseEncoding(header: string | undefined): Encoding | undefined {
  for (const { type, parameters } of parseAccept(header)) {
    if (!JSON_TYPES.includes(type)) continue
    const { as, v = '', g } = parameters
    if (as === undefined) return { as: 'object' }
    if (as === 'Table' && g === 'meta.k8s.io' && TABLE_VERSIONS.includes(v)) return { as: 'table', version: v }
    if ((as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') && TABLE_VERSIONS.includes(v)) return { as: 'metadata', version: v }
    if (as === 'APIGroupDiscoveryList' && DISCOVERY_VERSIONS.includes(v)) return { as: 'discovery', version: v }
  }
  return undefined
}
