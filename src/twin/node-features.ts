/**
 * What a pod asks of the software of its node, which nodes say in `status.declaredFeatures` (`k8s.io/component-helpers/nodedeclaredfeatures`;
 * since 1.36). Names are those of upstream's registry.
 */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../kernel/json.ts'
import { isSidecar } from '../model/kube/pod-requests.ts'
import type { NodeObject } from '../model/kube/workload.ts'

const RESTARTS_ALL = 'RestartAllContainersOnContainerExits'
const OWN_USERS = 'UserNamespacesHostNetworkSupport'
const WHOLE_SIZE = 'InPlacePodLevelResourcesVerticalScaling'
const INIT_SIZE = 'InPlacePodVerticalScalingInitContainers'

interface Ruled {
  readonly restartPolicyRules?: readonly { readonly action?: string }[]
}

/** What a node must declare to be given a pod, sorted. */
export function featuresToRun(spec: PodSpec): string[] {
  const all: readonly (Container & Ruled)[] = [...(spec.initContainers ?? []), ...spec.containers]
  const { hostUsers } = spec as PodSpec & { readonly hostUsers?: boolean }
  return [
    ...(all.some(({ restartPolicyRules = [] }) => restartPolicyRules.some(({ action }) => action === 'RestartAllContainers')) ? [RESTARTS_ALL] : []),
    ...(spec.hostNetwork === true && hostUsers === false ? [OWN_USERS] : []),
  ]
}

/** What the node of a pod must declare for it to be changed so, sorted. */
export function featuresToChange(before: PodSpec, next: PodSpec): string[] {
  const whole = (spec: PodSpec): unknown => (spec as { readonly resources?: unknown }).resources
  const isInitResized = (before.initContainers ?? []).some((container, index) => !isSidecar(container) && !jsonEqual(container.resources ?? {}, next.initContainers?.[index]?.resources ?? {}))
  return [...(jsonEqual(whole(before) ?? {}, whole(next) ?? {}) ? [] : [WHOLE_SIZE]), ...(isInitResized ? [INIT_SIZE] : [])]
}

/** Those of `wanted` that the node does not declare. */
export function undeclared(node: NodeObject | undefined, wanted: readonly string[]): string[] {
  const declared = declaredBy(node)
  return wanted.filter((name) => !declared.includes(name))
}

export function declaredBy(node: NodeObject | undefined): readonly string[] {
  return (node?.status as { readonly declaredFeatures?: readonly string[] } | undefined)?.declaredFeatures ?? []
}
