/**
 * Is a container that ended started again? By its rules for exit codes, its own policy, or that of its pod
 * (`pkg/kubelet/container/helpers.go`; rules and policies of single containers since 1.35).
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import type { VersionProfile } from '../profile.ts'
import { isEphemeral } from './ephemeral.ts'

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never'

interface Rule {
  readonly action?: string
  readonly exitCodes?: { readonly operator?: string; readonly values?: readonly number[] }
}

interface Ruled {
  readonly restartPolicy?: RestartPolicy
  readonly restartPolicyRules?: readonly Rule[]
}

export function restartPolicyOf(pod: PodObject, container: Container, profile: Pick<VersionProfile, 'containerRestartRules'>): RestartPolicy {
  if (isEphemeral(pod, container.name)) return 'Never'
  const own = (container as Ruled).restartPolicy
  const podPolicy = (pod.spec?.restartPolicy ?? 'Always') as RestartPolicy
  const isInit = pod.spec?.initContainers?.some(({ name }) => name === container.name) === true
  if (isInit && own === 'Always') return 'Always'
  if (own !== undefined && profile.containerRestartRules) return own
  return isInit && podPolicy === 'Always' ? 'OnFailure' : podPolicy
}

export function isRestarted(pod: PodObject, container: Container, at: { readonly exitCode: number; readonly profile: Pick<VersionProfile, 'containerRestartRules'> }): boolean {
  if (at.profile.containerRestartRules && isRuled(container, at.exitCode)) return true
  const policy = restartPolicyOf(pod, container, at.profile)
  return policy === 'Always' || (policy === 'OnFailure' && at.exitCode !== 0)
}

function isRuled(container: Container, exitCode: number): boolean {
  return actionFor(container, exitCode) !== undefined
}

/** What the first rule that matches the code says; its actions all restart the container at least. */
export function actionFor(container: Container, exitCode: number): string | undefined {
  const rule = ((container as Ruled).restartPolicyRules ?? []).find(({ exitCodes }) => {
    const isListed = exitCodes?.values?.includes(exitCode) === true
    return exitCodes?.operator === 'In' ? isListed : exitCodes?.operator === 'NotIn' && !isListed
  })
  return rule === undefined ? undefined : (rule.action ?? 'Restart')
}

/** A rule of one of its containers may start the pod anew. */
export function mayRestartAll(pod: PodObject, profile: Pick<VersionProfile, 'restartsAllContainers'>): boolean {
  if (!profile.restartsAllContainers) return false
  return [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])].some((container) => ((container as Ruled).restartPolicyRules ?? []).some(({ action }) => action === 'RestartAllContainers'))
}
