/**
 * Pods that an API server lets in: what the generators of the goldens draw for the plugins alone, without what
 * validation refuses, and spelt as a server spells it. How other spellings are read is the admission family's matter.
 */

import type { KubeObject } from '../../../src/model/kube-object.ts'

interface Container {
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> }
  readonly ports?: readonly Port[]
}

interface Port {
  readonly hostPort?: number
  readonly protocol?: string
}

type Fields = Readonly<Record<string, unknown>>

const EXTENDED = 'example.com/gpu'
/** More than containers of a drawn pod ask for together. */
const AMPLE = { cpu: '15', memory: '15Gi' }

export function validPod(pod: KubeObject): KubeObject {
  return spelt({ ...pod, spec: validSpec(pod['spec'] as Fields) }) as KubeObject
}

const SPELLINGS: Readonly<Record<string, string>> = { '0.5': '500m', '3.3': '3300m', '0.5Gi': '512Mi', '5e8': '500M' }
/** Fields that are lists or maps, and left out where they are empty. */
const COLLECTIONS = new Set(['labels', 'matchLabels', 'matchExpressions', 'tolerations', 'ports', 'requests', 'selector', 'taints', 'images', 'initContainers'])

/** Without empty texts, lists and maps, quantities in their shortest form. */
export function spelt(value: unknown): unknown {
  if (typeof value === 'string') return SPELLINGS[value] ?? value
  if (Array.isArray(value)) return value.map(spelt)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([key, inner]) => (inner === undefined || isVoid(key, inner) ? [] : [[key, spelt(inner)] as const]))
  return Object.fromEntries(entries)
}

function isVoid(key: string, value: unknown): boolean {
  return value === '' || COLLECTIONS.has(key) && Object.keys(value as object).length === 0
}

function validSpec(spec: Fields): Fields {
  const taken = new Set<string>()
  const containers = (spec['containers'] as readonly Container[]).map((container) => validContainer(container, taken))
  const initContainers = (spec['initContainers'] as readonly Container[] | undefined)?.map((container) => validContainer(container, taken))
  const { overhead: _overhead, resources, affinity, topologySpreadConstraints, ...rest } = spec
  return {
    ...rest,
    containers,
    ...(initContainers === undefined ? {} : { initContainers }),
    ...(resources === undefined ? {} : { resources: ampleResources(resources as Fields) }),
    ...(affinity === undefined ? {} : { affinity: withoutDoubleKeys(affinity) }),
    ...(topologySpreadConstraints === undefined ? {} : { topologySpreadConstraints: withoutDoubleKeys(topologySpreadConstraints) }),
  }
}

/** What is not shared between pods is asked for and limited in one; a port of a node is taken once in a pod. */
function validContainer(container: Container, taken: Set<string>): Container {
  const requests = container.resources?.requests
  const gpus = requests?.[EXTENDED]
  const ports = (container.ports ?? []).filter(({ hostPort, protocol }) => {
    const key = `${protocol} ${hostPort}`
    return hostPort === undefined || (!taken.has(key) && taken.add(key) !== undefined)
  })
  return { ...container, ports, ...(gpus === undefined ? {} : { resources: { ...container.resources, limits: { [EXTENDED]: gpus } } }) }
}

/** A pod asks for no less than its containers do together. */
function ampleResources({ requests }: Fields): Fields {
  const asked = Object.keys((requests ?? {}) as Fields)
  return { requests: Object.fromEntries(Object.entries(AMPLE).filter(([name]) => asked.includes(name))) }
}

/** A key is matched by the selector or as the pod's own, not both. */
function withoutDoubleKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDoubleKeys)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutDoubleKeys(inner)])) as Fields
  const keys = ['matchLabelKeys', 'mismatchLabelKeys'].filter((name) => fields[name] !== undefined)
  if (keys.length === 0) return fields
  const selected = JSON.stringify(fields['labelSelector'] ?? {})
  return Object.fromEntries(Object.entries(fields).filter(([name, inner]) => !keys.includes(name) || !(inner as readonly string[]).some((key) => selected.includes(`"${key}"`))))
}
