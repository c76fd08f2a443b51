/**
 * RuntimeClass admission (`plugin/pkg/admission/runtimeclass`): the class of a pod says what running it costs on top, and
 * which nodes can run it.
 */

import type { PodSpec, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { amountsOf } from '../../model/kube/pod-requests.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { StoreReader } from '../store.ts'
import { forbidden } from './status-error.ts'

const PODS = { group: '', plural: 'pods' }

type Quantities = Readonly<Record<string, string>>

interface RuntimeClass extends KubeObject {
  readonly overhead?: { readonly podFixed?: Quantities }
  readonly scheduling?: { readonly nodeSelector?: Readonly<Record<string, string>>; readonly tolerations?: readonly Toleration[] }
}

/** The spec with the overhead, the selector and the tolerations of its class. Throws 403 where the two contradict each other. */
export function withRuntimeClass(store: StoreReader, podName: string, spec: PodSpec): PodSpec {
  const { runtimeClassName } = spec
  const found = runtimeClassName === undefined ? undefined : classNamed(store, podName, runtimeClassName)
  const overhead = overheadOf(podName, spec, found)
  const { scheduling } = found ?? {}
  return {
    ...spec,
    ...(overhead === undefined ? {} : { overhead }),
    ...(scheduling === undefined ? {} : { tolerations: mergedTolerations([...(spec.tolerations ?? []), ...(scheduling.tolerations ?? [])]), ...selectorOf(podName, spec, scheduling) }),
  }
}

/** Throws 403 for a pod with an overhead that no class gives it: asked once all else about it is known to be well. */
export function refuseOwnOverhead(store: StoreReader, pod: KubeObject): void {
  const { runtimeClassName, overhead } = (pod['spec'] ?? {}) as PodSpec
  if (overhead === undefined) return
  const found = runtimeClassName === undefined ? undefined : classNamed(store, pod.metadata.name ?? '', runtimeClassName)
  if (found?.overhead === undefined) throw forbidden(PODS, pod.metadata.name ?? '', 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
}

function classNamed(store: StoreReader, podName: string, name: string): RuntimeClass {
  const found = store.get({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', name })
  if (found === undefined) throw forbidden(PODS, podName, `pod rejected: RuntimeClass "${name}" not found`)
  return found as RuntimeClass
}

function overheadOf(podName: string, spec: PodSpec, found: RuntimeClass | undefined): Quantities | undefined {
  const stated = spec.overhead as Quantities | undefined
  if (found?.overhead === undefined) return stated
  const { podFixed = {} } = found.overhead
  const differs = Object.keys(stated ?? {}).length > 0 && !jsonEqual(amountsOf(stated), amountsOf(podFixed))
  if (differs) throw forbidden(PODS, podName, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
  return podFixed
}

function selectorOf(podName: string, { nodeSelector = {} }: PodSpec, scheduling: NonNullable<RuntimeClass['scheduling']>): Pick<PodSpec, 'nodeSelector'> {
  const wanted = scheduling.nodeSelector ?? {}
  for (const [key, value] of Object.entries(wanted)) {
    const own = nodeSelector[key]
    if (own !== undefined && own !== value) throw forbidden(PODS, podName, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`)
  }
  const merged = { ...nodeSelector, ...wanted }
  return Object.keys(merged).length === 0 ? {} : { nodeSelector: merged }
}

/** What another one covers is left out; of equals the first stays (`pkg/util/tolerations`). */
function mergedTolerations(all: readonly Toleration[]): Toleration[] {
  const merged: Toleration[] = []
  for (const [index, toleration] of all.entries()) {
    const isCovered = merged.some((other) => covers(other, toleration)) || all.slice(index + 1).some((other) => !jsonEqual(other, toleration) && covers(other, toleration))
    if (!isCovered) merged.push(toleration)
  }
  return merged
}

function covers(wider: Toleration, narrow: Toleration): boolean {
  if (jsonEqual(wider, narrow)) return true
  if ((narrow.key ?? '') !== (wider.key ?? '') && ((wider.key ?? '') !== '' || wider.operator !== 'Exists')) return false
  if ((narrow.effect ?? '') !== (wider.effect ?? '') && (wider.effect ?? '') !== '') return false
  const limit = wider.effect === 'NoExecute' ? wider.tolerationSeconds : undefined
  if (limit !== undefined && (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > limit)) return false
  return wider.operator === 'Exists' || (narrow.operator === 'Equal' && (narrow.value ?? '') === (wider.value ?? ''))
}
