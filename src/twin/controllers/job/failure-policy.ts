/** What a failed pod means to its Job: `podFailurePolicy`, first matching rule (`pkg/controller/job/pod_failure_policy.go`). */

import type { ContainerStatus } from 'kubernetes-types/core/v1.d.ts'
import type { PodObject } from '../../../model/kube/workload.ts'

export interface FailurePolicy {
  readonly rules?: readonly FailureRule[]
}

interface FailureRule {
  readonly action: string
  readonly onExitCodes?: { readonly containerName?: string; readonly operator: string; readonly values: readonly number[] }
  readonly onPodConditions?: readonly { readonly type: string; readonly status?: string }[]
}

export type FailureVerdict = { readonly type: 'count' } | { readonly type: 'ignore' } | { readonly type: 'fail-index' } | { readonly type: 'fail-job'; readonly message: string }

export function failureVerdict(policy: FailurePolicy | undefined, pod: PodObject): FailureVerdict {
  for (const [index, rule] of (policy?.rules ?? []).entries()) {
    const cause = matchingCause(rule, pod)
    if (cause === undefined) continue
    if (rule.action === 'Ignore') return { type: 'ignore' }
    if (rule.action === 'FailIndex') return { type: 'fail-index' }
    if (rule.action === 'FailJob') return { type: 'fail-job', message: `${cause} matching FailJob rule at index ${index}` }
    return { type: 'count' }
  }
  return { type: 'count' }
}

function matchingCause(rule: FailureRule, pod: PodObject): string | undefined {
  const name = `${pod.metadata.namespace ?? ''}/${pod.metadata.name ?? ''}`
  if (rule.onExitCodes !== undefined) {
    const { containerName, operator, values } = rule.onExitCodes
    const matches = (status: ContainerStatus): boolean => {
      const code = status.state?.terminated?.exitCode ?? 0
      return code !== 0 && (containerName === undefined || status.name === containerName) && values.includes(code) === (operator === 'In')
    }
    const found = pod.status?.containerStatuses?.find(matches) ?? pod.status?.initContainerStatuses?.find(matches)
    return found === undefined ? undefined : `Container ${found.name} for pod ${name} failed with exit code ${found.state?.terminated?.exitCode ?? 0}`
  }
  const met = pod.status?.conditions?.find((condition) => rule.onPodConditions?.some(({ type, status = 'True' }) => type === condition.type && status === condition.status))
  return met === undefined ? undefined : `Pod ${name} has condition ${met.type}`
}
