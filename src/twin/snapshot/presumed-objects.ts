/** What must have been in the cluster although nobody collected it. */

import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1.d.ts'
import { oncePerObject } from '../../kernel/once-per-object.ts'
import { isNode, podTemplateOf } from '../../model/kube/workload.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { keyedSources } from '../kubelet/volumes.ts'

export interface Presumed {
  readonly objects: readonly KubeObject[]
  readonly assumptions: readonly string[]
}

/** A cluster of which no node is known still has some: enough that a folder of manifests finds room. */
const NODES = 3
const NODE_CAPACITY = { cpu: '32', memory: '128Gi', pods: '250', 'ephemeral-storage': '500Gi' }
/** A value that nobody reads: only its presence counts. */
const PLACEHOLDER = 'cHJlc3VtZWQ='

export function presumedObjects(objects: readonly KubeObject[]): Presumed {
  const complaints = textsOf(objects)
  const parts = [namespaces(objects), nodes(objects), configuration(objects, 'Secret', complaints), configuration(objects, 'ConfigMap', complaints), claims(objects, complaints), accounts(objects), priorities(objects), runtimeClasses(objects, complaints)]
  return { objects: parts.flatMap((part) => part.objects), assumptions: parts.flatMap((part) => part.assumptions) }
}

const NOTHING: Presumed = { objects: [], assumptions: [] }

function namespaces(objects: readonly KubeObject[]): Presumed {
  const known = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name))
  const used = new Set(objects.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined && name !== ''))
  return { objects: [...used].filter((name) => !known.has(name)).map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: name ?? '' }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } })), assumptions: [] }
}

/** Nodes that pods name are there; where no pod names one either, some are made up. */
function nodes(objects: readonly KubeObject[]): Presumed {
  if (objects.some(isNode)) return NOTHING
  const named = new Set(objects.filter(({ kind }) => kind === 'Pod').map((pod) => (pod['spec'] as PodSpec | undefined)?.nodeName ?? '').filter((name) => name !== ''))
  const names = named.size > 0 ? [...named] : Array.from({ length: NODES }, (_, index) => `assumed-node-${index + 1}`)
  const made = names.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } }, spec: {}, status: { capacity: NODE_CAPACITY, allocatable: NODE_CAPACITY } }))
  return { objects: made, assumptions: [`No Node was collected: ${names.length} nodes with ample room are assumed, so a rehearsal says nothing about capacity.`] }
}

interface Reference {
  readonly namespace: string
  readonly name: string
  readonly keys: readonly string[]
}

function configuration(objects: readonly KubeObject[], kind: 'Secret' | 'ConfigMap', complaints: string): Presumed {
  if (objects.some((object) => object.kind === kind && object.metadata.name !== 'kube-root-ca.crt')) return NOTHING
  const references = objects.flatMap((object) => referencesIn(object, kind))
  const merged = new Map<string, { namespace: string; name: string; keys: Set<string> }>()
  for (const { namespace, name, keys } of references) {
    if (complaints.includes(`${kind.toLowerCase()} "${name}" not found`)) continue
    const entry = merged.get(`${namespace}/${name}`) ?? { namespace, name, keys: new Set<string>() }
    for (const key of keys) if (!complaints.includes(`couldn't find key ${key} in ${kind} ${namespace}/${name}`)) entry.keys.add(key)
    merged.set(`${namespace}/${name}`, entry)
  }
  const made = [...merged.values()].map(({ namespace, name, keys }): KubeObject => ({ apiVersion: 'v1', kind, metadata: { namespace, name }, data: Object.fromEntries([...keys].map((key) => [key, PLACEHOLDER])) }))
  return made.length === 0 ? NOTHING : { objects: made, assumptions: [`No ${kind} was collected: the ${made.length} that pods refer to are assumed to exist with the keys that are asked for.`] }
}

function referencesIn(object: KubeObject, kind: Kind): Reference[] {
  const spec = podTemplateOf(object)?.spec
  const namespace = object.metadata.namespace ?? ''
  const named = [spec?.volumes === undefined ? [] : namedByVolumes(spec.volumes), ...[spec?.initContainers, spec?.containers].map((list) => (list === undefined ? [] : namedByContainers(list)))]
  return named.flatMap((sources) => sources.flatMap((source) => (source.kind === kind ? [{ ...source, namespace }] : [])))
}

type Kind = 'Secret' | 'ConfigMap'
type Named = Omit<Reference, 'namespace'> & { readonly kind: Kind }

/** Pods of one workload come with the same lists. */
const namedByContainers = oncePerObject((containers: readonly Container[]): readonly Named[] => containers.flatMap(namedByContainer).filter(isAskedFor))
const namedByVolumes = oncePerObject((volumes: readonly Volume[]): readonly Named[] =>
  volumes.flatMap(keyedSources).filter(({ optional }) => optional !== true).map(({ kind, name = '', items }) => ({ kind, name, keys: items?.map(({ key }) => key) ?? [] })).filter(isAskedFor),
)

function isAskedFor({ name }: Named): boolean {
  return name !== '' && name !== 'kube-root-ca.crt'
}

function namedByContainer({ envFrom = [], env = [] }: Container): Named[] {
  const all = [
    ...envFrom.flatMap(({ secretRef, configMapRef }) => [{ kind: 'Secret' as const, of: secretRef, keys: [] }, { kind: 'ConfigMap' as const, of: configMapRef, keys: [] }]),
    ...env.flatMap(({ valueFrom }) => [{ kind: 'Secret' as const, of: valueFrom?.secretKeyRef, keys: [valueFrom?.secretKeyRef?.key ?? ''] }, { kind: 'ConfigMap' as const, of: valueFrom?.configMapKeyRef, keys: [valueFrom?.configMapKeyRef?.key ?? ''] }]),
  ]
  return all.flatMap(({ kind, of, keys }) => (of?.name === undefined || of.optional === true ? [] : [{ kind, name: of.name, keys }]))
}

function claims(objects: readonly KubeObject[], complaints: string): Presumed {
  if (objects.some(({ kind }) => kind === 'PersistentVolumeClaim')) return NOTHING
  const wanted = new Map<string, { namespace: string; name: string }>()
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? ''
    for (const { persistentVolumeClaim } of podTemplateOf(object)?.spec?.volumes ?? []) {
      const name = persistentVolumeClaim?.claimName
      if (name !== undefined && !complaints.includes(`persistentvolumeclaim "${name}" not found`) && !complaints.includes(`persistentvolumeclaims "${name}" not found`)) wanted.set(`${namespace}/${name}`, { namespace, name })
    }
  }
  if (wanted.size === 0) return NOTHING
  const made = [...wanted.values()].flatMap(({ namespace, name }) => boundClaim(namespace, name))
  return { objects: made, assumptions: [`No PersistentVolumeClaim was collected: the ${wanted.size} that pods refer to are assumed to be bound, to volumes that any node can mount.`] }
}

function boundClaim(namespace: string, name: string): KubeObject[] {
  const volumeName = `assumed-${namespace}-${name}`
  const capacity = { storage: '1Gi' }
  const accessModes = ['ReadWriteMany']
  return [
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name, annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } }, spec: { accessModes, volumeName, resources: { requests: capacity } }, status: { phase: 'Bound', accessModes, capacity } },
    { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: volumeName }, spec: { capacity, accessModes, claimRef: { namespace, name }, nfs: { server: 'assumed', path: `/${volumeName}` } }, status: { phase: 'Bound' } },
  ]
}

/** Admission refuses pods whose account is not there; accounts are seldom collected. */
function accounts(objects: readonly KubeObject[]): Presumed {
  const known = new Set(objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`))
  const hasOwn = new Set(objects.filter(({ kind, metadata }) => kind === 'ServiceAccount' && metadata.name !== 'default').map(({ metadata }) => metadata.namespace))
  const wanted = new Set(objects.flatMap((object) => {
    const name = podTemplateOf(object)?.spec?.serviceAccountName ?? 'default'
    const namespace = object.metadata.namespace ?? ''
    const isProven = object.kind === 'Pod' || name === 'default' || !hasOwn.has(namespace)
    return podTemplateOf(object) === undefined || !isProven ? [] : [`${namespace}/${name}`]
  }))
  const made = [...wanted].filter((key) => !known.has(key)).map((key): KubeObject => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: key.slice(0, key.indexOf('/')), name: key.slice(key.indexOf('/') + 1) } }))
  return { objects: made, assumptions: [] }
}

/** Pods prove their class and its value. */
function priorities(objects: readonly KubeObject[]): Presumed {
  const known = new Set(objects.filter(({ kind }) => kind === 'PriorityClass').map(({ metadata }) => metadata.name))
  if (known.size > 0) return NOTHING
  const wanted = new Map<string, number>()
  for (const object of objects) {
    const spec = podTemplateOf(object)?.spec
    const name = spec?.priorityClassName ?? ''
    if (name !== '' && !name.startsWith('system-')) wanted.set(name, Math.max(wanted.get(name) ?? 0, spec?.priority ?? 0))
  }
  const made = [...wanted].map(([name, value]): KubeObject => ({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, preemptionPolicy: 'PreemptLowerPriority' }))
  return made.length === 0 ? NOTHING : { objects: made, assumptions: [`No PriorityClass was collected: ${[...wanted.keys()].join(', ')} assumed with the priority its pods have.`] }
}

/** Admission refuses pods whose class is not there; what a class adds, its pods show. */
function runtimeClasses(objects: readonly KubeObject[], complaints: string): Presumed {
  const known = new Set(objects.filter(({ kind }) => kind === 'RuntimeClass').map(({ metadata }) => metadata.name))
  const wanted = new Map<string, PodSpec['overhead']>()
  for (const object of objects) {
    const { runtimeClassName, overhead } = podTemplateOf(object)?.spec ?? {}
    if (runtimeClassName !== undefined && !known.has(runtimeClassName) && !complaints.includes(`RuntimeClass "${runtimeClassName}" not found`)) wanted.set(runtimeClassName, (object.kind === 'Pod' ? overhead : undefined) ?? wanted.get(runtimeClassName))
  }
  const made = [...wanted].map(([name, podFixed]): KubeObject => ({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: name, ...(podFixed === undefined ? {} : { overhead: { podFixed } }) }))
  return { objects: made, assumptions: made.length === 0 ? [] : [`RuntimeClass ${[...wanted.keys()].join(', ')} not collected: assumed with the overhead its pods have.`] }
}

/** All that statuses and events say, for "not found" in the kubelet's words. */
function textsOf(objects: readonly KubeObject[]): string {
  const waiting = objects.flatMap((object) => {
    const status = object.kind === 'Pod' ? (object['status'] as { containerStatuses?: Waits[]; initContainerStatuses?: Waits[] } | undefined) : undefined
    return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(({ state }) => state?.waiting?.message ?? '')
  })
  const events = objects.filter(({ kind }) => kind === 'Event').map((event) => String(event['message'] ?? event['note'] ?? ''))
  return [...waiting, ...events].join('\n')
}

interface Waits {
  readonly state?: { readonly waiting?: { readonly message?: string } }
}
