/**
 * The environment a container starts with, or the reason why its configuration cannot be made.
 *
 * Words of the errors are the kubelet's (`pkg/kubelet/kubelet_pods.go`, makeEnvironmentVariables). A Secret whose
 * values were taken out still has its keys; a key that is there counts as a value that is there.
 */

import type { Container, EnvVar } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { StoreReader } from '../store.ts'

export type Environment =
  | { readonly type: 'made'; readonly values: Readonly<Record<string, string>> }
  | { readonly type: 'error'; readonly message: string }

interface Lookup {
  readonly store: Pick<StoreReader, 'get'>
  readonly pod: PodObject
  readonly nodeName: string
  readonly podIp: string
}

class MissingConfig extends Error {}

export function containerEnvironment(lookup: Lookup, container: Container): Environment {
  const values: Record<string, string> = {}
  try {
    for (const source of container.envFrom ?? []) Object.assign(values, bulkValues(lookup, source))
    for (const variable of container.env ?? []) {
      const value = variableValue(lookup, variable, values)
      if (value !== undefined) values[variable.name] = value
    }
  } catch (error) {
    if (error instanceof MissingConfig) return { type: 'error', message: error.message }
    throw error
  }
  return { type: 'made', values }
}

type EnvSource = NonNullable<Container['envFrom']>[number]

function bulkValues(lookup: Lookup, source: EnvSource): Record<string, string> {
  const reference = source.configMapRef ?? source.secretRef
  if (reference?.name === undefined) return {}
  const kind = source.configMapRef === undefined ? 'Secret' : 'ConfigMap'
  const holder = configObject(lookup, kind, reference.name)
  if (holder === undefined) {
    if (reference.optional === true) return {}
    throw new MissingConfig(notFoundText(kind, reference.name))
  }
  return Object.fromEntries(Object.entries(configValues(holder)).map(([key, value]) => [`${source.prefix ?? ''}${key}`, value]))
}

function variableValue(lookup: Lookup, variable: EnvVar, earlier: Readonly<Record<string, string>>): string | undefined {
  const from = variable.valueFrom
  if (from === undefined) return expandReferences(variable.value ?? '', earlier)
  if (from.configMapKeyRef !== undefined) return keyedValue(lookup, 'ConfigMap', from.configMapKeyRef)
  if (from.secretKeyRef !== undefined) return keyedValue(lookup, 'Secret', from.secretKeyRef)
  if (from.fieldRef !== undefined) return fieldValue(lookup, from.fieldRef.fieldPath)
  return from.resourceFieldRef === undefined ? undefined : '0'
}

function keyedValue(lookup: Lookup, kind: 'ConfigMap' | 'Secret', reference: { readonly name?: string; readonly key: string; readonly optional?: boolean }): string | undefined {
  const name = reference.name ?? ''
  const holder = configObject(lookup, kind, name)
  if (holder === undefined) {
    if (reference.optional === true) return undefined
    throw new MissingConfig(notFoundText(kind, name))
  }
  const value = configValues(holder)[reference.key]
  if (value === undefined && reference.optional !== true) {
    throw new MissingConfig(`couldn't find key ${reference.key} in ${kind} ${lookup.pod.metadata.namespace ?? ''}/${name}`)
  }
  return value
}

function fieldValue({ pod, nodeName, podIp }: Lookup, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path)
  if (keyed !== null) return (keyed[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations)?.[keyed[2] ?? ''] ?? ''
  const known: Readonly<Record<string, string | undefined>> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'spec.nodeName': nodeName,
    'spec.serviceAccountName': pod.spec?.serviceAccountName,
    'status.podIP': podIp,
    'status.podIPs': podIp,
    'status.hostIP': pod.status?.hostIP,
  }
  return known[path] ?? ''
}

function expandReferences(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\(([A-Za-z_.-][\w.-]*)\)/g, (whole, name: string) => values[name] ?? whole)
}

export function configObject(lookup: Pick<Lookup, 'store' | 'pod'>, kind: 'ConfigMap' | 'Secret', name: string): KubeObject | undefined {
  return lookup.store.get({ apiVersion: 'v1', kind, namespace: lookup.pod.metadata.namespace ?? '', name })
}

export function notFoundText(kind: string, name: string): string {
  return `${kind.toLowerCase()} "${name}" not found`
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** All keys with their values as text. */
export function configValues(holder: KubeObject): Readonly<Record<string, string>> {
  const data = (holder['data'] ?? {}) as Record<string, string>
  if (holder.kind !== 'Secret') return { ...(holder['binaryData'] as Record<string, string> | undefined), ...data }
  const decoded = Object.entries(data).map(([key, value]) => [key, BASE64.test(value) ? Buffer.from(value, 'base64').toString() : value] as const)
  return { ...Object.fromEntries(decoded), ...(holder['stringData'] as Record<string, string> | undefined) }
}
