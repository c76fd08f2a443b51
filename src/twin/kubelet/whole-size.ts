/**
 * What a kubelet says of resources that are stated for a pod as a whole (`pkg/kubelet/kubelet_pods.go`, convertToAPIPodLevelResourcesStatus;
 * since 1.36): what was granted, and what is in force. Upstream says a sum of other pods, too, which nobody reads; that is left out here.
 */

import type { Container, PodStatus } from 'kubernetes-types/core/v1.d.ts'
import { amountsOf, podRequests } from '../../model/kube/pod-requests.ts'
import { formatQuantity } from '../../model/kube/quantity.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { VersionProfile } from '../profile.ts'
import { podResourcesOf, type Resources } from './allocation.ts'

type Quantities = Readonly<Record<string, string>>

export interface WholeSize {
  readonly resources?: Resources
  readonly allocatedResources?: Quantities
}

/** `pod` as it was granted; `inForce` once its containers run. */
export function wholeSizeOf(pod: PodObject, { inForce, profile }: { readonly inForce: Resources | undefined; readonly profile: Pick<VersionProfile, 'podLevelResize'> }): WholeSize {
  const granted = podResourcesOf(pod)
  if (!profile.podLevelResize || granted === undefined) return {}
  const allocatedResources = totalOf(pod, granted.requests)
  if (pod.status?.phase !== 'Running') return { allocatedResources, resources: { ...granted, requests: allocatedResources, ...limitsPart(totalOf(limited(pod), granted.limits)) } }
  const before = (pod.status as PodStatus & WholeSize).resources?.requests
  // Only cgroups are read back, and no request of memory is in them: what was said of it stays.
  const memory = before?.['memory'] ?? allocatedResources['memory']
  const requests = { ...granted.requests, ...pick(inForce?.requests, 'cpu'), ...(memory === undefined ? {} : { memory }) }
  return { allocatedResources, resources: { requests, ...limitsPart({ ...granted.limits, ...inForce?.limits }) } }
}

function limitsPart(limits: Quantities): Pick<Resources, 'limits'> {
  return Object.keys(limits).length === 0 ? {} : { limits }
}

function pick(quantities: Quantities = {}, name: string): Quantities {
  return quantities[name] === undefined ? {} : { [name]: quantities[name] }
}

/** As it is stated where it is, and nothing is added to it. */
function totalOf(pod: PodObject, stated: Quantities = {}): Quantities {
  const { status: _, ...bare } = pod
  const overhead = amountsOf(pod.spec?.overhead)
  return Object.fromEntries(Object.entries(podRequests(bare)).map(([name, amount]) => [name, stated[name] !== undefined && overhead[name] === undefined ? stated[name] : text(name, amount)]))
}

function text(name: string, amount: number): string {
  return name === 'cpu' ? formatQuantity(amount) : formatQuantity(amount * 1000, 'binary')
}

/** The pod with its limits where its requests are: they add up in the same way. */
function limited(pod: PodObject): PodObject {
  const turned = (resources: Resources | undefined): Resources => (resources?.limits === undefined ? {} : { requests: resources.limits })
  const all = (containers: readonly Container[] = []): Container[] => containers.map((container) => ({ ...container, resources: turned(container.resources as Resources | undefined) }) as Container)
  const { overhead: _, ...spec } = pod.spec ?? { containers: [] }
  return { ...pod, spec: { ...spec, resources: turned(podResourcesOf(pod)), containers: all(spec.containers), initContainers: all(spec.initContainers) } as PodObject['spec'] } as PodObject
}
