/**
 * The few shapes that readers of a snapshot rely on. Not a validation of Kubernetes types: only what would make a
 * reader stumble (a list that is a text, a label that is a number) is refused, with the field named.
 */

import { isRecord } from '../../kernel/json.ts'
import { partOf } from '../../kernel/share-equal.ts'

/** Fields that are lists of maps wherever the core kinds use them. */
const LISTS_OF_MAPS = new Set([
  'containers', 'initContainers', 'ephemeralContainers', 'env', 'envFrom', 'volumes', 'volumeMounts', 'conditions', 'tolerations', 'taints',
  'containerStatuses', 'initContainerStatuses', 'ownerReferences', 'imagePullSecrets', 'subsets', 'topologySpreadConstraints', 'volumeClaimTemplates', 'matchExpressions',
])
/** Kinds whose shapes we know. An unknown kind may use the same field names for something else. */
const KNOWN_GROUP = /^(v1|(apps|batch|autoscaling|policy|networking\.k8s\.io|storage\.k8s\.io|discovery\.k8s\.io)\/\S+)$/
/** Keys of an author's own choice, and endpoints, whose conditions are a map. */
const OTHER_SHAPES = new Set(['ConfigMap', 'Secret', 'EndpointSlice'])
const TEXT_MAPS = ['labels', 'annotations']

/** What is wrong with the first field that is; undefined when nothing is, as in a `sibling`: what is the same part there is not looked at. */
export function misshapenField(object: Record<string, unknown>, sibling?: Record<string, unknown>): string | undefined {
  if (wellShaped.has(object)) return undefined
  const flaw = firstFlaw(object, sibling)
  if (flaw === undefined) wellShaped.add(object)
  return flaw
}

/** Objects never change, and are asked about when they are read and when a twin is made of them. */
const wellShaped = new WeakSet<object>()

function firstFlaw(object: Record<string, unknown>, sibling: Record<string, unknown> | undefined): string | undefined {
  const metadata = object['metadata'] as Record<string, unknown>
  if (typeof metadata['name'] !== 'string' || metadata['name'] === '') return 'field metadata.name is missing or is not text'
  if (metadata['namespace'] !== undefined && typeof metadata['namespace'] !== 'string') return 'field metadata.namespace is not text'
  for (const field of TEXT_MAPS) {
    const wrong = metadata[field] === partOf(sibling?.['metadata'], field) ? undefined : wrongText(metadata[field])
    if (wrong !== undefined) return `field metadata.${field}${wrong}`
  }
  for (const field of ['spec', 'status']) {
    if (object[field] !== undefined && object[field] !== null && !isRecord(object[field]) && KNOWN_GROUP.test(String(object['apiVersion']))) return `field ${field} is not a map`
  }
  const wrong = KNOWN_GROUP.test(String(object['apiVersion'])) && !OTHER_SHAPES.has(String(object['kind'])) ? wrongList(object, sibling) : undefined
  return wrong === undefined ? undefined : `field ${wrong.replace(/^\./, '')} is not a list of maps`
}

function wrongText(map: unknown): string | undefined {
  if (map === undefined || map === null) return undefined
  if (!isRecord(map)) return ' is not a map'
  const entry = Object.entries(map).find(([, value]) => typeof value !== 'string')
  return entry === undefined ? undefined : `.${entry[0]} is not text`
}

/** The path to a field that should be a list of maps and is not, made only where there is one: this is asked of every value of every object. */
function wrongList(value: object, sibling: unknown): string | undefined {
  if (Array.isArray(value)) return wrongItem(value, sibling)
  const map = value as Readonly<Record<string, unknown>>
  for (const field in map) {
    const child = map[field]
    const known = partOf(sibling, field)
    if (child === known) continue
    const isMeant = LISTS_OF_MAPS.has(field)
    if ((!isMeant && typeof child !== 'object') || field === 'annotations' || field === 'managedFields') continue
    if (isMeant && !isListOfMaps(child) && !isEndpointState(field, child)) return `.${field}`
    const path = typeof child === 'object' && child !== null ? wrongList(child, known) : undefined
    if (path !== undefined) return `.${field}${path}`
  }
  return undefined
}

function wrongItem(items: readonly unknown[], sibling: unknown): string | undefined {
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index]
    const known = partOf(sibling, index)
    const path = typeof item === 'object' && item !== null && item !== known ? wrongList(item, known) : undefined
    if (path !== undefined) return `[${index}]${path}`
  }
  return undefined
}

/** The conditions of an endpoint in a slice are a map. */
function isEndpointState(field: string, child: unknown): boolean {
  return field === 'conditions' && isRecord(child) && Object.values(child).every((value) => typeof value === 'boolean')
}

function isListOfMaps(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.every(isRecord))
}
