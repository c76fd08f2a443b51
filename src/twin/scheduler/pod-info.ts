/**
 * A pod as the scheduler sees it: parsed once when it appears, immutable, shared by forks.
 */

import type { Affinity, Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { OwnerReference } from 'kubernetes-types/meta/v1.d.ts'
import { controllerOf } from '../../model/kube-object.ts'
import { podRequests, podRequestsForScoring, type Amounts } from '../../model/kube/pod-requests.ts'
import type { Labels } from '../../model/kube/selector.ts'
import { isTerminating, type PodObject } from '../../model/kube/workload.ts'
import { parseTerm, type AffinityTerm, type Labelled, type WeightedTerm } from './affinity-term.ts'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

export interface PodInfo extends Labelled {
  /** `namespace/name`. */
  readonly key: string
  readonly name: string
  readonly uid: string
  readonly namespace: string
  readonly labels: Labels
  readonly spec: PodSpec
  readonly priority: number
  /** The controller that manages it. */
  readonly owner: OwnerReference | undefined
  readonly terminating: boolean
  readonly requests: Amounts
  /** With small assumed requests where none are stated: used by scores only. */
  readonly scoredRequests: Amounts
  readonly hostPorts: readonly HostPort[]
  /** Names of PersistentVolumeClaims in the pod's namespace. */
  readonly claims: readonly string[]
  readonly requiredAffinity: readonly AffinityTerm[]
  readonly requiredAntiAffinity: readonly AffinityTerm[]
  readonly preferredAffinity: readonly WeightedTerm[]
  readonly preferredAntiAffinity: readonly WeightedTerm[]
}

const EMPTY_SPEC: PodSpec = { containers: [] }
const NONE: readonly never[] = []

export function podInfoOf(pod: PodObject): PodInfo {
  const { name = '', namespace = 'default', uid = '', labels = {} } = pod.metadata
  const spec = pod.spec ?? EMPTY_SPEC
  return {
    key: `${namespace}/${name}`,
    name,
    uid,
    namespace,
    labels,
    spec,
    priority: spec.priority ?? 0,
    owner: controllerOf(pod),
    terminating: isTerminating(pod),
    requests: podRequests(pod),
    scoredRequests: podRequestsForScoring(pod),
    hostPorts: hostPortsOf(spec),
    claims: claimsOf(spec, name),
    ...termsOf(spec.affinity, { namespace, labels }),
  }
}

type Terms = Pick<PodInfo, 'requiredAffinity' | 'requiredAntiAffinity' | 'preferredAffinity' | 'preferredAntiAffinity'>

const NO_TERMS: Terms = { requiredAffinity: NONE, requiredAntiAffinity: NONE, preferredAffinity: NONE, preferredAntiAffinity: NONE }

function termsOf(affinity: Affinity | undefined, carrier: Labelled): Terms {
  const { podAffinity, podAntiAffinity } = affinity ?? {}
  if (podAffinity === undefined && podAntiAffinity === undefined) return NO_TERMS
  const required = (side: typeof podAffinity): AffinityTerm[] =>
    (side?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => parseTerm(term, carrier))
  const preferred = (side: typeof podAffinity): WeightedTerm[] =>
    (side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) => ({ weight, term: parseTerm(podAffinityTerm, carrier) }))
  return {
    requiredAffinity: required(podAffinity),
    requiredAntiAffinity: required(podAntiAffinity),
    preferredAffinity: preferred(podAffinity),
    preferredAntiAffinity: preferred(podAntiAffinity),
  }
}

/** Ports of regular containers and of sidecars: both hold them for as long as the pod lives. */
function hostPortsOf(spec: PodSpec): readonly HostPort[] {
  const sidecars = (spec.initContainers ?? []).filter((container) => (container as { restartPolicy?: string }).restartPolicy === 'Always')
  const ports = [...spec.containers, ...sidecars].flatMap((container: Container) => container.ports ?? [])
  if (!ports.some((port) => (port.hostPort ?? 0) > 0)) return NONE
  return ports.flatMap(({ hostPort = 0, hostIP, protocol }) =>
    hostPort > 0 ? [{ ip: hostIP === undefined || hostIP === '' ? '0.0.0.0' : hostIP, protocol: protocol ?? 'TCP', port: hostPort }] : [],
  )
}

/** A generic ephemeral volume uses a claim named after the pod and the volume. */
function claimsOf(spec: PodSpec, podName: string): readonly string[] {
  if (spec.volumes === undefined) return NONE
  return spec.volumes.flatMap((volume) => {
    if (volume.persistentVolumeClaim !== undefined) return [volume.persistentVolumeClaim.claimName]
    return volume.ephemeral === undefined ? [] : [`${podName}-${volume.name}`]
  })
}
