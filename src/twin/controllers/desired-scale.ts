/**
 * How many pods the controllers of some pods want: what budgets in percent are percent of.
 *
 * Each distinct controller counts once: a Deployment through its ReplicaSet, other workloads by themselves, a
 * custom resource through the scale its definition declares. DaemonSets and Jobs have no scale, and a budget
 * over their pods cannot be computed (pkg/controller/disruption, getExpectedScale).
 */

import type { OwnerReference } from 'kubernetes-types/meta/v1.d.ts'
import { valueAt } from '../../model/evidence.ts'
import { controllerOf, groupOf, type KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { StoreReader } from '../store.ts'

export type DesiredScale =
  /** `unmanaged`: pods that no controller manages; they are left out. */
  | { readonly type: 'known'; readonly replicas: number; readonly unmanaged: readonly string[] }
  | { readonly type: 'failed'; readonly message: string }

/** Kinds with a scale of their own: group/Kind. */
const SCALABLE = new Set(['apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet', '/ReplicationController'])

/** Built-in kinds that make pods and have no scale: the text a cluster gives for them. */
const UNSCALABLE: Readonly<Record<string, string>> = { 'apps/DaemonSet': 'daemonsets.apps', 'batch/Job': 'jobs.batch', '/Node': 'nodes' }

export function desiredScale(pods: readonly PodObject[], store: StoreReader): DesiredScale {
  const seen = new Set<string>()
  const scales = new Map<string, number>()
  const unmanaged: string[] = []
  for (const pod of pods) {
    const owner = controllerOf(pod)
    if (owner === undefined) unmanaged.push(pod.metadata.name ?? '')
    if (owner === undefined || seen.has(owner.uid)) continue
    seen.add(owner.uid)
    const found = scaleBehind(owner, pod, store)
    if (found.type === 'failed') return found
    scales.set(found.uid, found.replicas)
  }
  return { type: 'known', replicas: Array.from(scales.values()).reduce((sum, replicas) => sum + replicas, 0), unmanaged }
}

type Found = { readonly type: 'found'; readonly uid: string; readonly replicas: number } | { readonly type: 'failed'; readonly message: string }

function scaleBehind(owner: OwnerReference, pod: PodObject, store: StoreReader): Found {
  const kind = `${groupOf(owner.apiVersion)}/${owner.kind}`
  const object = lookUp(owner, pod.metadata.namespace, store)
  if (SCALABLE.has(kind)) {
    if (object === undefined) return { type: 'failed', message: `found no controllers for pod "${pod.metadata.name ?? ''}"` }
    return foundIn(deploymentOf(object, store) ?? object, 'spec.replicas')
  }
  const path = customScalePath(owner, store)
  if (path === undefined) return { type: 'failed', message: whyUnscalable(owner, kind, store) }
  if (object === undefined) return { type: 'failed', message: `found no controllers for pod "${pod.metadata.name ?? ''}"` }
  return foundIn(object, path)
}

function foundIn(object: KubeObject, path: string): Found {
  const replicas = valueAt(object, path)
  return { type: 'found', uid: object.metadata.uid ?? '', replicas: typeof replicas === 'number' ? replicas : path === 'spec.replicas' && SCALABLE.has(`${groupOf(object.apiVersion)}/${object.kind}`) ? 1 : 0 }
}

function lookUp(owner: OwnerReference, namespace: string | undefined, store: StoreReader): KubeObject | undefined {
  const { apiVersion, kind, name } = owner
  const object = store.get({ apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) })
  return object?.metadata.uid === owner.uid ? object : undefined
}

function deploymentOf(replicaSet: KubeObject, store: StoreReader): KubeObject | undefined {
  const owner = controllerOf(replicaSet)
  if (replicaSet.kind !== 'ReplicaSet' || owner?.kind !== 'Deployment') return undefined
  return lookUp(owner, replicaSet.metadata.namespace, store)
}

interface CustomDefinition {
  readonly spec?: {
    readonly group?: string
    readonly names?: { readonly kind?: string; readonly plural?: string }
    readonly versions?: readonly { readonly name?: string; readonly subresources?: { readonly scale?: { readonly specReplicasPath?: string } } }[]
  }
}

function definitionOf(owner: OwnerReference, store: StoreReader): CustomDefinition | undefined {
  const definitions = Array.from(store.list('apiextensions.k8s.io/CustomResourceDefinition')) as unknown as CustomDefinition[]
  return definitions.find(({ spec }) => spec?.group === groupOf(owner.apiVersion) && spec.names?.kind === owner.kind)
}

/** `spec.replicas` of a definition's `.spec.replicas`; undefined when the kind has no scale. */
function customScalePath(owner: OwnerReference, store: StoreReader): string | undefined {
  const version = owner.apiVersion.split('/').at(-1)
  const served = definitionOf(owner, store)?.spec?.versions?.find(({ name }) => name === version)
  return served?.subresources?.scale?.specReplicasPath?.replace(/^\./, '')
}

function whyUnscalable(owner: OwnerReference, kind: string, store: StoreReader): string {
  const definition = definitionOf(owner, store)?.spec
  const resource = UNSCALABLE[kind] ?? (definition === undefined ? undefined : `${definition.names?.plural ?? owner.kind}.${definition.group ?? ''}`)
  if (resource !== undefined) return `${resource} does not implement the scale subresource`
  return `no matches for kind "${owner.kind}" in version "${owner.apiVersion}"`
}
