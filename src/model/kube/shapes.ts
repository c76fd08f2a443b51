/**
 * The few shapes that readers of a snapshot rely on. Not a validation of Kubernetes types: only what would make a
 * reader stumble (a list that is a text, a label that is a number) is refused, with the field named.
 */

import { isRecord } from '../../kernel/json.ts'

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

/** What is wrong with the first field that is; undefined when nothing is. */
export function misshapenField(object: Record<string, unknown>): string | undefined {
  const metadata = object['metadata'] as Record<string, unknown>
  if (typeof metadata['name'] !== 'string' || metadata['name'] === '') return 'field metadata.name is missing or is not text'
  if (metadata['namespace'] !== undefined && typeof metadata['namespace'] !== 'string') return 'field metadata.namespace is not text'
  for (const field of TEXT_MAPS) {
    const wrong = wrongText(metadata[field])
    if (wrong !== undefined) return `field metadata.${field}${wrong}`
  }
  for (const field of ['spec', 'status']) {
    if (object[field] !== undefined && object[field] !== null && !isRecord(object[field]) && KNOWN_GROUP.test(String(object['apiVersion']))) return `field ${field} is not a map`
  }
  const wrong = KNOWN_GROUP.test(String(object['apiVersion'])) && !OTHER_SHAPES.has(String(object['kind'])) ? wrongList(object) : undefined
  return wrong === undefined ? undefined : `field ${wrong.replace(/^\./, '')} is not a list of maps`
}

function wrongText(map: unknown): string | undefined {
  if (map === undefined || map === null) return undefined
  if (!isRecord(map)) return ' is not a map'
  const entry = Object.entries(map).find(([, value]) => typeof value !== 'string')
  return entry === undefined ? undefined : `.${entry[0]} is not text`
}

/** The path to a field that should be a list of maps and is not, made only where there is one. */
function wrongList(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return firstOf(value, (item, index) => below(`[${index}]`, item))
  const fields = Object.keys(value)
  return firstOf(Object.values(value), (child, index) => {
    const field = fields[index] as string
    if (field === 'annotations' || field === 'managedFields') return undefined
    return LISTS_OF_MAPS.has(field) && !isListOfMaps(child) && !isEndpointState(field, child) ? `.${field}` : below(`.${field}`, child)
  })
}

/** The conditions of an endpoint in a slice are a map. */
function isEndpointState(field: string, child: unknown): boolean {
  return field === 'conditions' && isRecord(child) && Object.values(child).every((value) => typeof value === 'boolean')
}

function below(step: string, child: unknown): string | undefined {
  const path = typeof child === 'object' ? wrongList(child) : undefined
  return path === undefined ? undefined : step + path
}

function firstOf(items: readonly unknown[], look: (item: unknown, index: number) => string | undefined): string | undefined {
  for (const [index, item] of items.entries()) {
    const found = look(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

function isListOfMaps(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.every(isRecord))
}
