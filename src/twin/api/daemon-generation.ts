/**
 * How often a DaemonSet's template changed, in an annotation that only the server moves: it was a field of the first
 * versions (`pkg/apis/apps/v1/conversion.go`, `pkg/registry/apps/daemonset/strategy.go`).
 */

import { jsonEqual } from '../../kernel/json.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'

export const GENERATION_ANNOTATION = 'deprecated.daemonset.template.generation'

/** What is stored of the annotation: a whole number, 1 at least. */
export function withGeneration(object: KubeObject): KubeObject {
  const text = String(Math.max(1, templateGeneration(object) ?? 1))
  if (object.metadata.annotations?.[GENERATION_ANNOTATION] === text) return object
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [GENERATION_ANNOTATION]: text } } }
}

/** On an update: what was, and one more where the template is another. Other kinds as they are. */
export function withNextGeneration(before: KubeObject, next: KubeObject): KubeObject {
  if (groupKind(next.apiVersion, next.kind) !== 'apps/DaemonSet') return next
  const isSame = jsonEqual(templateOf(before), templateOf(next))
  const generation = (templateGeneration(before) ?? 1) + (isSame ? 0 : 1)
  return withGeneration({ ...next, metadata: { ...next.metadata, annotations: { ...next.metadata.annotations, [GENERATION_ANNOTATION]: String(generation) } } })
}

export function templateGeneration({ metadata }: KubeObject): number | undefined {
  const text = metadata.annotations?.[GENERATION_ANNOTATION] ?? ''
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined
}

function templateOf(object: KubeObject): unknown {
  return (object['spec'] as { template?: unknown } | undefined)?.template ?? null
}
