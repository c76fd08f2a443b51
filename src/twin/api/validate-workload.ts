/** Workloads, new and changed: `pkg/apis/apps/validation`, `pkg/apis/batch/validation`. */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { cronProblem } from './cron-syntax.ts'
import { labelErrors } from './validate-metadata.ts'
import { podSpecErrors } from './validate-pod-spec.ts'

interface WorkloadSpec {
  readonly replicas?: number
  readonly minReadySeconds?: number
  readonly selector?: LabelSelector
  readonly template?: PodTemplateSpec
  readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[]
  readonly strategy?: { readonly type?: string; readonly rollingUpdate?: { readonly maxSurge?: unknown; readonly maxUnavailable?: unknown } }
  readonly schedule?: string
  readonly jobTemplate?: { readonly spec?: { readonly template?: PodTemplateSpec } }
  readonly [field: string]: unknown
}

const SELECTING = ['apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet', 'apps/DaemonSet']

/** Undefined for kinds that are no workload. */
export function workloadErrors(kind: string, object: KubeObject): FieldError[] | undefined {
  const spec = (object['spec'] ?? {}) as WorkloadSpec
  if (SELECTING.includes(kind)) return [...selectingErrors(spec), ...(kind === 'apps/Deployment' ? strategyErrors(spec) : [])]
  if (kind === 'batch/Job') return jobErrors(spec, 'spec')
  if (kind === 'batch/CronJob') return cronJobErrors(spec)
  return undefined
}

function selectingErrors(spec: WorkloadSpec): FieldError[] {
  return [...countErrors(spec, 'replicas'), ...countErrors(spec, 'minReadySeconds'), ...selectorErrors(spec), ...templateErrors(withClaimedVolumes(spec), 'spec.template', ['Always'])]
}

/** Containers of a StatefulSet mount the claims that are made for each pod as if they were volumes of the template. */
function withClaimedVolumes({ template, volumeClaimTemplates = [] }: WorkloadSpec): PodTemplateSpec | undefined {
  if (template?.spec === undefined || volumeClaimTemplates.length === 0) return template
  const claimed = volumeClaimTemplates.map(({ metadata }) => ({ name: metadata?.name ?? '', persistentVolumeClaim: { claimName: metadata?.name ?? '' } }))
  const own = (template.spec.volumes ?? []).filter(({ name }) => !claimed.some((claim) => claim.name === name))
  return { ...template, spec: { ...template.spec, volumes: [...own, ...claimed] } }
}

function countErrors(spec: WorkloadSpec, field: string): FieldError[] {
  const value = spec[field]
  const isCount = value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 0)
  return isCount ? [] : [invalidField(`spec.${field}`, value, 'must be greater than or equal to 0')]
}

function selectorErrors(spec: WorkloadSpec): FieldError[] {
  const { selector } = spec
  if (selector === undefined || selector === null) return [requiredField('spec.selector')]
  const isEmpty = Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  if (isEmpty) return [invalidField('spec.selector', selector, 'empty selector is invalid for deployment')]
  const labels = spec.template?.metadata?.labels
  const mismatch = matchesSelector(selector, labels) ? [] : [invalidField('spec.template.metadata.labels', labels ?? {}, '`selector` does not match template `labels`')]
  return [...labelErrors(selector.matchLabels, 'spec.selector.matchLabels'), ...mismatch]
}

function templateErrors(template: PodTemplateSpec | undefined, field: string, restartPolicies: readonly string[]): FieldError[] {
  if (template === undefined) return [requiredField(field)]
  const restart = template.spec?.restartPolicy
  return [
    ...labelErrors(template.metadata?.labels, `${field}.labels`),
    ...podSpecErrors(template.spec, `${field}.spec`),
    ...(restart === undefined || restartPolicies.includes(restart) ? [] : [unsupportedField(`${field}.spec.restartPolicy`, restart, restartPolicies)]),
  ]
}

function strategyErrors(spec: WorkloadSpec): FieldError[] {
  const { type = 'RollingUpdate', rollingUpdate } = spec.strategy ?? {}
  const types = ['Recreate', 'RollingUpdate']
  if (!types.includes(type)) return [unsupportedField('spec.strategy', type, types)]
  if (type === 'Recreate' && rollingUpdate !== undefined) return [forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")]
  const isZero = (value: unknown): boolean => value === 0 || value === '0%' || value === '0'
  return isZero(rollingUpdate?.maxSurge) && isZero(rollingUpdate?.maxUnavailable)
    ? [invalidField('spec.strategy.rollingUpdate.maxUnavailable', rollingUpdate?.maxUnavailable, 'may not be 0 when `maxSurge` is 0')]
    : []
}

function jobErrors(spec: WorkloadSpec, field: string): FieldError[] {
  const restart = spec.template?.spec?.restartPolicy
  const policies = ['OnFailure', 'Never']
  const counts = ['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished'].flatMap((name) => countErrors(spec, name))
  if (spec.template === undefined) return [requiredField(`${field}.template`)]
  const restartError = policies.includes(restart ?? 'Always') ? [] : [requiredField(`${field}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')]
  return [...counts, ...podSpecErrors(spec.template.spec, `${field}.template.spec`), ...restartError]
}

function cronJobErrors(spec: WorkloadSpec): FieldError[] {
  if (spec.schedule === undefined || spec.schedule === '') return [requiredField('spec.schedule')]
  const problem = cronProblem(spec.schedule)
  return [...(problem === undefined ? [] : [invalidField('spec.schedule', spec.schedule, problem)]), ...jobErrors((spec.jobTemplate?.spec ?? {}) as WorkloadSpec, 'spec.jobTemplate.spec')]
}

const STATEFUL_FIXED =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
const STATEFUL_FREE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds']

export function workloadChangeErrors(kind: string, before: KubeObject, next: KubeObject): FieldError[] | undefined {
  const old = (before['spec'] ?? {}) as WorkloadSpec
  const spec = (next['spec'] ?? {}) as WorkloadSpec
  if (kind === 'apps/StatefulSet') {
    const fixed = (value: WorkloadSpec): object => Object.fromEntries(Object.entries(value).filter(([key]) => !STATEFUL_FREE.includes(key)))
    return jsonEqual(fixed(old), fixed(spec)) ? [] : [forbiddenField('spec', STATEFUL_FIXED)]
  }
  if (SELECTING.includes(kind)) return immutable(old, spec, ['selector'])
  if (kind === 'batch/Job') return [...immutable(old, spec, ['selector', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex']), ...jobChangeErrors(before, old, spec)]
  return kind === 'batch/CronJob' ? [] : undefined
}

/** The template of a Job may change in its scheduling part alone, and only while it is suspended and never started. */
function jobChangeErrors(before: KubeObject, old: WorkloadSpec, spec: WorkloadSpec): FieldError[] {
  const status = (before['status'] ?? {}) as { startTime?: string }
  const isDirective = old['suspend'] === true && status.startTime === undefined
  const isElastic = old['completionMode'] === 'Indexed' && spec['completions'] === spec['parallelism']
  return [...(isDirective ? [] : immutable(old, spec, ['template'])), ...(isElastic ? [] : immutable(old, spec, ['completions']))]
}

export function immutable(old: Readonly<Record<string, unknown>>, spec: Readonly<Record<string, unknown>>, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => (jsonEqual(old[field], spec[field]) ? [] : [invalidField(`spec.${field}`, spec[field] ?? null, 'field is immutable')]))
}
