/**
 * What images write to disk: the API does not say it, but for the words with which a kubelet ends a pod. What a container used when its node ran
 * short is taken as its use; past a limit, a tenth above it is assumed, as nobody knows where it would have ended.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import { formatBytes, parseQuantity } from '../../model/kube/quantity.ts'
import { conditionOf, type PodObject } from '../../model/kube/workload.ts'
import type { Inference } from './inference.ts'
import type { Observation, Sight } from './observation.ts'

const USED = /Container (\S+) was using (\S+), request is \S+, has larger consumption of ephemeral-storage\. /g
const OWN_LIMIT = /^Container (\S+) exceeded its local ephemeral storage limit "([^"]+)"\. $/
const POD_LIMIT = /^Pod ephemeral local storage usage exceeds the total limit of containers (\S+)\. $/
const VOLUME_LIMIT = /^Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"\. $/
const BEYOND = 1.1
const MEBIBYTE = 2 ** 20
/** Of a pod that does not say when it began or ended. */
const SECONDS_UNKNOWN = 60

interface Written {
  readonly volume?: string
  readonly bytes: number
  readonly seconds: number
  readonly because: string
}

export function diskUsed(sight: Sight): Inference[] {
  const byImage = new Map<string, Written>()
  for (const observation of sight.observations) {
    const written = writtenBy(observation)
    const image = observation.container.image ?? ''
    if (written !== undefined && written.bytes > (byImage.get(image)?.bytes ?? 0)) byImage.set(image, written)
  }
  return [...byImage].map(([image, { volume, bytes, seconds, because }]) => ({
    image,
    change: { ...(volume === undefined ? { disk: String(bytes) } : { emptyDirs: { [volume]: String(bytes) } }), diskAfterSeconds: seconds },
    assumption: `Image ${image} is assumed to write ${formatBytes(bytes)} ${volume === undefined ? 'to disk' : `into volume ${volume}`} within ${Math.round(seconds)} s of its start: ${because}.`,
  }))
}

function writtenBy({ pod, container }: Observation): Written | undefined {
  const message = pod.status?.reason === 'Evicted' ? (pod.status.message ?? '') : ''
  if (message === '') return undefined
  const seconds = Math.max(1, secondsOf(pod, container) ?? SECONDS_UNKNOWN)
  const used = [...message.matchAll(USED)].find(([, name]) => name === container.name)
  if (used !== undefined) return { bytes: rounded(parseQuantity(used[2]) ?? 0), seconds, because: `it had when pod ${pathOf(pod)} was evicted` }
  const [limit, volume] = limitPassed(message, pod, container)
  if (limit === undefined) return undefined
  return { ...(volume === undefined ? {} : { volume }), bytes: rounded(limit * BEYOND), seconds: seconds * BEYOND, because: `pod ${pathOf(pod)} was evicted past its limit of ${formatBytes(limit)}; how much more it would write is not known` }
}

/** Of a pod of several containers nobody knows which of them wrote too much. */
function limitPassed(message: string, pod: PodObject, container: Container): readonly [number | undefined, string?] {
  const [, name, own] = OWN_LIMIT.exec(message) ?? []
  if (name !== undefined) return [name === container.name ? parseQuantity(own) : undefined]
  const [, whole] = POD_LIMIT.exec(message) ?? []
  if (whole !== undefined) return [pod.spec?.containers.length === 1 && pod.spec.containers[0]?.name === container.name ? parseQuantity(whole) : undefined]
  const [, volume, size] = VOLUME_LIMIT.exec(message) ?? []
  if (volume === undefined) return [undefined]
  const writers = (pod.spec?.containers ?? []).filter(({ volumeMounts = [] }) => volumeMounts.some((mount) => mount.name === volume && mount.readOnly !== true))
  return writers.length === 1 && writers[0]?.name === container.name ? [parseQuantity(size), volume] : [undefined]
}

function secondsOf(pod: PodObject, { name }: Container): number | undefined {
  const end = pod.status?.containerStatuses?.find((status) => status.name === name)?.state?.terminated
  const startedMs = parseTimeMs((end?.startedAt ?? pod.status?.startTime) as string | undefined)
  const endedMs = parseTimeMs((conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime ?? end?.finishedAt ?? conditionOf(pod, 'Ready')?.lastTransitionTime) as string | undefined)
  return startedMs === undefined || endedMs === undefined || endedMs < startedMs ? undefined : (endedMs - startedMs) / 1000
}

function rounded(bytes: number): number {
  return Math.ceil(bytes / MEBIBYTE) * MEBIBYTE
}

function pathOf({ metadata }: PodObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name ?? ''}`
}
