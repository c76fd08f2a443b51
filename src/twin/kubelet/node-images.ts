/** Images on a node: how much they take, and which of them nobody uses (`pkg/kubelet/images/image_gc_manager.go`). */

import type { Node } from 'kubernetes-types/core/v1.d.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import { everyStatusOf, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import { everyContainerOf } from './ephemeral.ts'
import type { KubeletState } from './state.ts'

type ListedImage = NonNullable<NonNullable<Node['status']>['images']>[number]

/** Bytes of those that the node lists, and of those that its pods brought and of which the world says the size. */
export function imageBytes(state: Pick<KubeletState, 'index'>, node: NodeObject, pods: readonly PodObject[]): number {
  const listed = node.status?.images ?? []
  const names = new Set(listed.flatMap((image) => image.names ?? []))
  const brought = new Set(pods.flatMap((pod) => everyContainerOf(pod).map(({ image = '' }) => image)).filter((image) => !names.has(image)))
  return listed.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0) + [...brought].reduce((sum, image) => sum + (parseQuantity(state.index.byImage.get(image)?.size) ?? 0), 0)
}

/** No container that is on the node was made from them. */
export function unusedImages(node: NodeObject, pods: readonly PodObject[]): ListedImage[] {
  const used = new Set(pods.flatMap((pod) => [...everyContainerOf(pod).map(({ image = '' }) => image), ...everyStatusOf(pod).flatMap(({ image, imageID }) => [image, imageID])]))
  return (node.status?.images ?? []).filter(({ names = [] }) => !names.some((name) => used.has(name)))
}
