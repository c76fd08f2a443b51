/** Pods past a limit of their own: a volume's size, the pod's, a container's (`pkg/kubelet/eviction`, localStorageEviction). */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { isSidecar } from '../../model/kube/pod-requests.ts'
import { parseQuantity } from '../../model/kube/quantity.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { PodDisk } from './disk-use.ts'
import type { PodRuntime } from './runtime.ts'
import { bytesText } from './shortage.ts'

export interface OverLimit {
  readonly pod: PodObject
  readonly runtime: PodRuntime
  readonly message: string
}

/** Each pod at most once: the first limit that it exceeds. */
export function podsOverLimit(disks: readonly PodDisk[]): OverLimit[] {
  return disks.flatMap((disk) => {
    const message = volumeExcess(disk) ?? podExcess(disk) ?? containerExcess(disk)
    return message === undefined ? [] : [{ pod: disk.pod, runtime: disk.runtime, message }]
  })
}

function volumeExcess({ pod, volumes }: PodDisk): string | undefined {
  const over = (pod.spec?.volumes ?? []).find(({ name, emptyDir }) => {
    const limit = parseQuantity(emptyDir?.sizeLimit as string | undefined) ?? 0
    return limit > 0 && (volumes.find((volume) => volume.name === name)?.bytes ?? 0) > limit
  })
  return over === undefined ? undefined : `Usage of EmptyDir volume "${over.name}" exceeds the limit "${String(over.emptyDir?.sizeLimit)}". `
}

function podExcess({ pod, bytes }: PodDisk): string | undefined {
  const limit = podLimit(pod)
  return limit === undefined || bytes <= limit ? undefined : `Pod ephemeral local storage usage exceeds the total limit of containers ${bytesText(limit)}. `
}

/** `PodLimits`: the sum of those that state one, or what an init container may take if that is more. */
function podLimit({ spec }: PodObject): number | undefined {
  const init = spec?.initContainers ?? []
  const lasting = [...(spec?.containers ?? []), ...init.filter(isSidecar)].flatMap((container) => limitOf(container) ?? [])
  const passing = init.filter((container) => !isSidecar(container)).flatMap((container) => limitOf(container) ?? [])
  return lasting.length + passing.length === 0 ? undefined : Math.max(lasting.reduce((sum, limit) => sum + limit, 0), ...passing)
}

function containerExcess({ pod, containers }: PodDisk): string | undefined {
  const regular = new Set((pod.spec?.containers ?? []).map(({ name }) => name))
  const over = containers.find(({ container, bytes }) => regular.has(container.name) && bytes > (limitOf(container) || Infinity))
  return over === undefined ? undefined : `Container ${over.container.name} exceeded its local ephemeral storage limit "${limitText(over.container)}". `
}

function limitOf(container: Container): number | undefined {
  return parseQuantity(limitText(container))
}

function limitText({ resources }: Container): string | undefined {
  return (resources?.limits as Readonly<Record<string, string>> | undefined)?.['ephemeral-storage']
}
