/** What the events of a resize say: the sizes of a pod's containers, as JSON (`pkg/kubelet/events/resize.go`). */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { Resources } from './allocation.ts'

export function resizeSummary(pod: PodObject, generation: number, error?: string): string {
  const list = (containers: readonly Container[] = []): object[] => containers.map(({ name, resources }) => ({ name, resources: sorted(resources as Resources | undefined) }))
  const init = list(pod.spec?.initContainers)
  return JSON.stringify({ ...(init.length === 0 ? {} : { initContainers: init }), containers: list(pod.spec?.containers), generation, ...(error === undefined ? {} : { error }) })
}

function sorted({ limits, requests }: Resources = {}): object {
  const inOrder = (quantities: Readonly<Record<string, string>>): object => Object.fromEntries(Object.entries(quantities).sort(([left], [right]) => (left < right ? -1 : 1)))
  return { ...(limits === undefined ? {} : { limits: inOrder(limits) }), ...(requests === undefined ? {} : { requests: inOrder(requests) }) }
}
