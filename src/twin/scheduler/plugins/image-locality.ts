/**
 * ImageLocality: prefers nodes that hold the pod's images already, the more so the bigger and the commoner they are.
 *
 * An image that only one node of many has counts little, so that the first pods of a new image do not pile up.
 */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { SCORE_MAX, type ScorePlugin } from '../plugin.ts'

const MIB = 1024 * 1024
const BYTES_MIN = 23 * MIB
const BYTES_PER_CONTAINER_MAX = 1000 * MIB

export const imageLocality: ScorePlugin = {
  name: 'ImageLocality',
  weight: 1,
  preScore(pod, _nodes, { index }) {
    const images = imagesOf(pod.spec)
    const containers = (pod.spec.initContainers ?? []).length + pod.spec.containers.length
    const nodeCount = index.nodeCount
    return {
      score(node) {
        if (node.images.size === 0) return 0
        const bytes = images.reduce((sum, image) => sum + Math.trunc((node.images.get(image) ?? 0) * (index.nodesWithImage(image) / nodeCount)), 0)
        return shareOfRange(bytes, containers)
      },
    }
  },
}

function shareOfRange(bytes: number, containers: number): number {
  const highest = BYTES_PER_CONTAINER_MAX * containers
  const clamped = Math.min(highest, Math.max(BYTES_MIN, bytes))
  return Math.trunc((SCORE_MAX * (clamped - BYTES_MIN)) / (highest - BYTES_MIN))
}

function imagesOf(spec: PodSpec): readonly string[] {
  const volumes = (spec.volumes ?? []) as readonly { readonly image?: { readonly reference?: string } }[]
  const named = [...(spec.initContainers ?? []), ...spec.containers].map((container) => container.image ?? '')
  return [...named, ...volumes.flatMap((volume) => (volume.image?.reference === undefined ? [] : [volume.image.reference]))].map(withTag)
}

/** A name without tag or digest means `latest`. */
function withTag(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image
}
