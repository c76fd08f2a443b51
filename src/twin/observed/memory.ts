/**
 * How much memory an image needs: more than every limit at which it was killed, and no more than one at which it ran
 * well. Between the two nobody knows; just above the kill is assumed, and said.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { formatBytes, parseQuantity } from '../../model/kube/quantity.ts'
import { containersOf, isReady, podTemplateOf } from '../../model/kube/workload.ts'
import type { Inference } from './inference.ts'
import { recentEnd, runSeconds, type Observation, type Sight } from './observation.ts'

const MEBIBYTE = 2 ** 20
/** A tenth above the limit that was not enough. */
const HEADROOM = 1.1

export function memoryNeeds(sight: Sight): Inference[] {
  const killed = new Map<string, { limit: number; seconds: number }>()
  for (const observation of sight.observations) {
    const end = recentEnd(observation, sight.nowMs)
    if (end?.reason !== 'OOMKilled') continue
    const limit = limitOf(observation.container)
    if (limit === undefined) continue
    const image = observation.container.image ?? ''
    const before = killed.get(image)
    const seconds = Math.max(0, runSeconds(end) ?? 1)
    if (before === undefined || limit > before.limit) killed.set(image, { limit, seconds })
  }
  return [...killed].map(([image, kill]) => inferenceFor(sight, image, kill))
}

function inferenceFor(sight: Sight, image: string, kill: { readonly limit: number; readonly seconds: number }): Inference {
  const enough = enoughFor(sight, image).filter((limit) => limit > kill.limit).sort((left, right) => left - right)[0]
  const guess = Math.ceil((kill.limit * HEADROOM) / MEBIBYTE) * MEBIBYTE
  const need = Math.max(kill.limit + 1, Math.min(guess, enough ?? Infinity))
  const bound = enough === undefined ? 'no revision with a higher limit is known, so the real need may be larger' : `it ran with ${formatBytes(enough)} before`
  return {
    image,
    change: { memory: String(need), memoryAfterSeconds: kill.seconds },
    assumption: `Image ${image} needs more than ${formatBytes(kill.limit)} of memory (killed at that limit after ${Math.round(kill.seconds)} s) and is assumed to need ${formatBytes(need)}; ${bound}.`,
  }
}

/** Limits with which the image was seen well, or that an earlier revision gave it. */
function enoughFor(sight: Sight, image: string): number[] {
  const seen = sight.observations.filter((observation) => observation.container.image === image && isWell(observation)).map(({ container }) => limitOf(container))
  const revisions = sight.objects.filter(({ kind }) => kind === 'ReplicaSet' || kind === 'ControllerRevision').flatMap((holder) => containersOf(templateOf(holder)).filter((container) => container.image === image).map(limitOf))
  return [...seen, ...revisions].filter((limit) => limit !== undefined)
}

function templateOf(holder: Sight['objects'][number]): ReturnType<typeof podTemplateOf> {
  if (holder.kind !== 'ControllerRevision') return podTemplateOf(holder)
  return (holder['data'] as { spec?: { template?: ReturnType<typeof podTemplateOf> } } | undefined)?.spec?.template
}

function isWell({ pod, status }: Observation): boolean {
  return isReady(pod) && status?.ready === true
}

function limitOf(container: Container): number | undefined {
  return parseQuantity((container.resources?.limits as Record<string, string> | undefined)?.['memory'])
}
