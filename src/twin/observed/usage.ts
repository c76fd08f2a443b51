/**
 * How much memory images take, from PodMetrics where a snapshot holds them: the most that any of an image's containers
 * takes now. What runs on a node beside its pods is NodeMetrics less the pods' sum. What nobody measured stays unknown.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { formatBytes, parseQuantity } from '../../model/kube/quantity.ts'
import { isPod } from '../../model/kube/workload.ts'
import { groupOf, type KubeObject } from '../../model/kube-object.ts'
import type { Inference } from './inference.ts'
import type { Sight } from './observation.ts'

const MEBIBYTE = 2 ** 20

export interface PodMetrics {
  readonly containers?: readonly { readonly name?: string; readonly usage?: Readonly<Record<string, string>> }[]
}

/** Images that were killed for lack of memory are left out: of those the kill says more. */
export function memoryUsed(sight: Sight, killed: ReadonlySet<string>): Inference[] {
  const byImage = new Map<string, number>()
  for (const { container, bytes } of measured(sight)) byImage.set(container.image ?? '', Math.max(byImage.get(container.image ?? '') ?? 0, bytes))
  return [...byImage].filter(([image]) => !killed.has(image)).map(([image, bytes]) => {
    const need = Math.ceil(bytes / MEBIBYTE) * MEBIBYTE
    return { image, change: { memory: String(need) }, assumption: `Image ${image} is assumed to take ${formatBytes(need)} of memory, the most that PodMetrics show.` }
  })
}

function measured({ objects, observations }: Sight): { readonly container: Container; readonly bytes: number; readonly nodeName: string }[] {
  const metrics = new Map(metricsOf(objects, 'PodMetrics').map((object) => [`${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`, object as KubeObject & PodMetrics]))
  if (metrics.size === 0) return []
  return observations.flatMap(({ pod, container }) => {
    const usage = metrics.get(`${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`)?.containers?.find(({ name }) => name === container.name)?.usage
    const bytes = parseQuantity(usage?.['memory'])
    return bytes === undefined || bytes === 0 ? [] : [{ container, bytes, nodeName: pod.spec?.nodeName ?? '' }]
  })
}

export function metricsOf(objects: readonly KubeObject[], kind: string): KubeObject[] {
  return objects.filter((object) => object.kind === kind && groupOf(object.apiVersion) === 'metrics.k8s.io')
}

/** By node, as a quantity. */
export function systemMemory(sight: Sight): Readonly<Record<string, string>> {
  const byNode = new Map<string, number>()
  for (const { nodeName, bytes } of measured(sight)) byNode.set(nodeName, (byNode.get(nodeName) ?? 0) + bytes)
  return Object.fromEntries(metricsOf(sight.objects, 'NodeMetrics').flatMap((object) => {
    const whole = parseQuantity((object['usage'] as Readonly<Record<string, string>> | undefined)?.['memory'])
    const rest = whole === undefined ? 0 : whole - (byNode.get(object.metadata.name ?? '') ?? 0)
    return rest <= 0 ? [] : [[object.metadata.name ?? '', String(rest)] as const]
  }))
}

/** Of what `systemMemory` found. */
export function systemSentence(system: Readonly<Record<string, string>>): string[] {
  const rests = Object.values(system).map(Number)
  return rests.length === 0 ? [] : [`What runs beside the pods of ${rests.length} ${rests.length === 1 ? 'node' : 'nodes'} is assumed to take the memory that NodeMetrics show beyond theirs (at most ${formatBytes(Math.ceil(Math.max(...rests) / MEBIBYTE) * MEBIBYTE)}).`]
}

/** What is known and what is not, in one sentence. */
export function usageSentence(sight: Sight, knownImages: ReadonlySet<string>): string {
  const images = new Set(sight.objects.filter(isPod).flatMap((pod) => pod.spec?.containers.map(({ image = '' }) => image) ?? []))
  const known = [...images].filter((image) => knownImages.has(image)).length
  if (known === 0) return 'Nobody measured how much memory processes take (no PodMetrics): in the twin no node runs out of memory.'
  return `Memory use is known of ${known} of ${images.size} images: a node of the twin runs out of memory by those alone.`
}
