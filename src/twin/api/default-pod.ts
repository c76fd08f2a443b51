/**
 * Defaults of pods and pod templates: `pkg/apis/core/v1/defaults.go`. A template gets what `SetDefaults_PodSpec`
 * gives; a pod also what only `SetDefaults_Pod` gives (requests from limits, service links).
 */

import type { Container, PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1.d.ts'
import { oncePerObject } from '../../kernel/once-per-object.ts'
import type { VersionProfile } from '../profile.ts'
import { defaultContainer, defaultVolume } from './default-container.ts'
import { canonicalQuantities } from './canonical-quantities.ts'
import { fill, within, withinEach } from './fill.ts'

const CONTAINER_LISTS = ['containers', 'initContainers', 'ephemeralContainers'] as const
const EMPTY = Object.freeze({})
/** Pods of one workload come with the same containers. */
const containerOnce = oncePerObject(defaultContainer)
const requestsOnce = oncePerObject(requestsFromLimits)

/** The `spec` of a pod template. */
export function defaultPodSpec(spec: PodSpec, profile: VersionProfile): PodSpec {
  let filled = fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: profile.defaultTerminationGraceSeconds,
    securityContext: EMPTY,
    schedulerName: 'default-scheduler',
    serviceAccount: spec.serviceAccountName,
    serviceAccountName: spec.serviceAccount,
  })
  for (const list of CONTAINER_LISTS) filled = withinEach(filled, list, containerOnce)
  return within(withinEach(filled, 'volumes', defaultVolume), 'overhead', canonicalQuantities)
}

/** The `spec` of a pod itself. Host ports come with the pod; a template keeps what it says. */
export function defaultOwnPodSpec(spec: PodSpec, profile: VersionProfile): PodSpec {
  let filled = fill(defaultPodSpec(spec, profile), { enableServiceLinks: true })
  for (const list of ['containers', 'initContainers']) filled = withinEach(filled, list, requestsOnce)
  // Negative is read as one second, in pods alone (`Convert_v1_Pod_To_core_Pod`).
  if ((filled.terminationGracePeriodSeconds ?? 0) < 0) filled = { ...filled, terminationGracePeriodSeconds: 1 }
  return filled.hostNetwork === true ? withHostPorts(filled) : filled
}

function requestsFromLimits(container: Container): Container {
  return within(container, 'resources', (resources: ResourceRequirements) => {
    if (resources.limits === undefined) return resources
    const requests = fill(resources.requests ?? EMPTY, resources.limits)
    return requests === resources.requests ? resources : { ...resources, requests }
  })
}

/** On the host's network a container port is a host port. */
function withHostPorts(spec: PodSpec): PodSpec {
  let filled = spec
  for (const list of CONTAINER_LISTS) {
    filled = withinEach(filled, list, (container: Container) =>
      withinEach(container, 'ports', (port: { containerPort: number }) => fill(port, { hostPort: port.containerPort })),
    )
  }
  return filled
}
