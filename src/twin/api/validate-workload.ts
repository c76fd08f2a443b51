/** Workloads, new and changed: `pkg/apis/apps/validation`, `pkg/apis/batch/validation`. */

import { isTimeZone } from '../../kernel/time-zone.ts'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import { forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { cronProblem } from './cron-syntax.ts'
import { annotationErrors, isReadableSelector, labelErrors, selectorErrors } from './validate-metadata.ts'
import { podTemplateErrors } from './validate-pod-template.ts'
import { countErrors, isZero, shareErrors, wholeErrors } from './validate-share.ts'
import { jobSpecErrors, type JobSpec } from './validate-job.ts'
import { jobSelectorErrors } from './validate-job-selector.ts'
import { labelNameProblems } from './object-names.ts'
import type { VersionProfile } from '../profile.ts'

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

export interface WorkloadSubject {
  /** With its group. */
  readonly kind: string
  readonly object: KubeObject
  readonly profile: VersionProfile
  readonly isNew: boolean
}

/** Undefined for kinds that are no workload. */
export function workloadErrors({ kind, object, profile, isNew }: WorkloadSubject): FieldError[] | undefined {
  const spec = (object['spec'] ?? {}) as WorkloadSpec
  if (kind === 'batch/Job') return [...jobSpecErrors(spec as JobSpec, 'spec', profile), ...jobSelectorErrors(spec)]
  if (kind === 'batch/CronJob') return cronJobErrors({ object, spec, profile, isNew })
  if (!SELECTING.includes(kind)) return undefined
  const { first = nothing, counts = [], last = nothing } = ORDER[kind] ?? {}
  return [...first(spec), ...countsErrors(spec, counts), ...(kind === 'apps/StatefulSet' ? statefulNameErrors(spec, isNew) : []), ...selectingErrors(kind, spec, profile), ...last(spec)]
}

/** Every kind is looked at in an order of its own, which is the order of the errors. */
const ORDER: Readonly<Record<string, { readonly first?: (spec: WorkloadSpec) => FieldError[]; readonly counts?: readonly string[]; readonly last?: (spec: WorkloadSpec) => FieldError[] }>> = {
  'apps/Deployment': { counts: ['replicas'], last: deploymentErrors },
  'apps/ReplicaSet': { counts: ['replicas', 'minReadySeconds'] },
  'apps/StatefulSet': { first: statefulErrors, counts: ['replicas', 'minReadySeconds'] },
  'apps/DaemonSet': { last: daemonErrors },
}

function nothing(): FieldError[] {
  return []
}

function countsErrors(spec: WorkloadSpec, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => countErrors(spec[field], `spec.${field}`))
}

function selectingErrors(kind: string, spec: WorkloadSpec, profile: VersionProfile): FieldError[] {
  // A template is not looked at while nobody can say which pods are meant.
  const isReadable = isReadableSelector(spec.selector)
  return [
    ...workloadSelectorErrors(kind, spec),
    ...(isReadable || kind === 'apps/DaemonSet' ? templateErrors(kind, asLooked(kind, spec), profile) : kind === 'apps/StatefulSet' ? durationErrors(kind, spec.template) : []),
  ]
}

const SHORT: Readonly<Record<string, string>> = { 'apps/Deployment': 'deployment', 'apps/ReplicaSet': 'deployment', 'apps/StatefulSet': 'statefulset', 'apps/DaemonSet': 'daemonset' }
const UNREADABLE: Readonly<Record<string, string>> = { 'apps/Deployment': 'invalid label selector', 'apps/ReplicaSet': 'invalid label selector', 'apps/StatefulSet': '' }

function workloadSelectorErrors(kind: string, spec: WorkloadSpec): FieldError[] {
  const selector = spec.selector ?? undefined
  const labels = spec.template?.metadata?.labels
  const words = UNREADABLE[kind]
  const isEmpty = selector !== undefined && Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  const isReadable = isReadableSelector(selector)
  // No selector selects nothing, not even the template.
  const isMismatch = isReadable && (selector === undefined || !isEmpty && !matchesSelector(selector, labels))
  const mismatch = isMismatch ? [invalidField('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`')] : []
  return [
    ...(selector === undefined && kind !== 'apps/DaemonSet' ? [requiredField('spec.selector')] : []),
    ...selectorErrors(selector, 'spec.selector'),
    ...(kind === 'apps/DaemonSet' ? mismatch : []),
    ...(isEmpty ? [invalidField('spec.selector', selector, `empty selector is invalid for ${SHORT[kind] ?? 'deployment'}`)] : []),
    ...(isReadable || words === undefined ? [] : [invalidField('spec.selector', selector, words)]),
    ...(kind === 'apps/DaemonSet' ? [] : mismatch),
  ]
}

function templateErrors(kind: string, template: PodTemplateSpec | undefined, profile: VersionProfile): FieldError[] {
  // Upstream looks twice at those of a StatefulSet.
  const again = kind === 'apps/StatefulSet' ? [...labelErrors(template?.metadata?.labels, 'spec.template.labels'), ...annotationErrors(template?.metadata?.annotations, 'spec.template.annotations')] : []
  return [...podTemplateErrors(template, 'spec.template', profile), ...again, ...durationErrors(kind, template)]
}

/** The pods of a StatefulSet get volumes of their own in front, and their names from the set. */
function asLooked(kind: string, spec: WorkloadSpec): PodTemplateSpec | undefined {
  const { template } = spec
  if (kind !== 'apps/StatefulSet' || template?.spec === undefined) return template
  const claims = ((spec['volumeClaimTemplates'] ?? []) as readonly { metadata?: { name?: string } }[]).map(({ metadata }) => metadata?.name ?? '')
  if (claims.length === 0 && template.spec.subdomain === undefined && template.spec.hostname === undefined) return template
  const { subdomain: _, hostname: __, ...rest } = template.spec
  const own = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }))
  return { ...template, spec: { ...rest, volumes: [...own, ...(rest.volumes ?? []).filter(({ name }) => !claims.includes(name))] } }
}

const PLURAL: Readonly<Record<string, string>> = { 'apps/StatefulSet': 'StatefulSet', 'apps/DaemonSet': 'DaemonSet' }

/** Pods of these kinds run until somebody ends them. */
function durationErrors(kind: string, template: PodTemplateSpec | undefined): FieldError[] {
  const restart = template?.spec?.restartPolicy ?? 'Always'
  const field = 'spec.template.spec'
  return [
    ...(restart === 'Always' ? [] : [unsupportedField(`${field}.restartPolicy`, restart, ['Always'])]),
    ...(template?.spec?.activeDeadlineSeconds === undefined ? [] : [forbiddenField(`${field}.activeDeadlineSeconds`, `activeDeadlineSeconds in ${PLURAL[kind] ?? 'ReplicaSet'} is not Supported`)]),
  ]
}

function deploymentErrors(spec: WorkloadSpec): FieldError[] {
  const deadline = spec['progressDeadlineSeconds'] as number | undefined
  const isLate = deadline !== undefined && deadline <= (spec.minReadySeconds ?? 0)
  return [...strategyErrors(spec), ...countsErrors(spec, ['minReadySeconds', 'revisionHistoryLimit']), ...countErrors(deadline, 'spec.progressDeadlineSeconds'), ...(isLate ? [invalidField('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')] : [])]
}

function strategyErrors({ strategy }: WorkloadSpec): FieldError[] {
  const { type = 'RollingUpdate', rollingUpdate } = strategy ?? {}
  const types = ['Recreate', 'RollingUpdate']
  if (!types.includes(type)) return [unsupportedField('spec.strategy', { Type: type, RollingUpdate: null }, types)]
  if (type === 'Recreate') return rollingUpdate === undefined ? [] : [forbiddenField('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")]
  const { maxSurge, maxUnavailable } = rollingUpdate ?? {}
  const at = 'spec.strategy.rollingUpdate'
  return [
    ...shareErrors(maxUnavailable, `${at}.maxUnavailable`),
    ...shareErrors(maxSurge, `${at}.maxSurge`),
    ...(isZero(maxSurge) && isZero(maxUnavailable) ? [invalidField(`${at}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0')] : []),
    ...wholeErrors(maxUnavailable, `${at}.maxUnavailable`),
  ]
}

function statefulErrors(spec: WorkloadSpec): FieldError[] {
  const { podManagementPolicy: policy = 'OrderedReady', updateStrategy, persistentVolumeClaimRetentionPolicy: retention } = spec as WorkloadSpec & StatefulSpec
  const { type = 'RollingUpdate', rollingUpdate } = updateStrategy ?? {}
  return [
    ...(['OrderedReady', 'Parallel'].includes(policy) ? [] : [invalidField('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'")]),
    ...(['RollingUpdate', 'OnDelete'].includes(type) ? [] : [invalidField('spec.updateStrategy', { Type: type, RollingUpdate: null }, "must be 'RollingUpdate' or 'OnDelete'")]),
    ...(type === 'OnDelete' && rollingUpdate !== undefined ? [invalidField('spec.updateStrategy.rollingUpdate', { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: null }, "only allowed for updateStrategy 'RollingUpdate'")] : []),
    ...(type === 'RollingUpdate' ? countErrors(rollingUpdate?.partition, 'spec.updateStrategy.rollingUpdate.partition') : []),
    ...(['whenDeleted', 'whenScaled'] as const).flatMap((when) => retentionErrors(retention?.[when], `spec.persistentVolumeClaimRetentionPolicy.${when}`)),
  ]
}

function statefulNameErrors(spec: WorkloadSpec, isNew: boolean): FieldError[] {
  const { ordinals, serviceName = '' } = spec as WorkloadSpec & StatefulSpec
  return [...countErrors(ordinals?.start, 'spec.ordinals.start'), ...(serviceName === '' || !isNew ? [] : invalidFields('spec.serviceName', serviceName, labelNameProblems(serviceName)))]
}

interface StatefulSpec {
  readonly podManagementPolicy?: string
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } }
  readonly ordinals?: { readonly start?: number }
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string }
  readonly serviceName?: string
}

function retentionErrors(policy: string | undefined, field: string): FieldError[] {
  const policies = ['Retain', 'Delete']
  return policy === undefined || policies.includes(policy) ? [] : [unsupportedField(field, policy, policies)]
}

function daemonErrors(spec: WorkloadSpec): FieldError[] {
  return [...countsErrors(spec, ['minReadySeconds']), ...daemonStrategyErrors(spec), ...countsErrors(spec, ['revisionHistoryLimit'])]
}

function daemonStrategyErrors(spec: WorkloadSpec): FieldError[] {
  const { type = 'RollingUpdate', rollingUpdate } = (spec['updateStrategy'] ?? {}) as { type?: string; rollingUpdate?: { maxUnavailable?: unknown; maxSurge?: unknown } }
  if (type === 'OnDelete') return []
  const at = 'spec.updateStrategy'
  if (type !== 'RollingUpdate') return [unsupportedField(at, { Type: type, RollingUpdate: null }, ['RollingUpdate', 'OnDelete'])]
  const { maxUnavailable = 1, maxSurge = 0 } = rollingUpdate ?? {}
  const [hasUnavailable, hasSurge] = [!isZero(maxUnavailable), !isZero(maxSurge)]
  return [
    ...shareErrors(maxUnavailable, `${at}.rollingUpdate.maxUnavailable`),
    ...wholeErrors(maxUnavailable, `${at}.rollingUpdate.maxUnavailable`),
    ...shareErrors(maxSurge, `${at}.rollingUpdate.maxSurge`),
    ...wholeErrors(maxSurge, `${at}.rollingUpdate.maxSurge`),
    ...(hasUnavailable && hasSurge ? [invalidField(`${at}.rollingUpdate.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')] : []),
    ...(hasUnavailable || hasSurge ? [] : [requiredField(`${at}.rollingUpdate.maxUnavailable`, 'cannot be 0 when maxSurge is 0')]),
  ]
}

function cronJobErrors({ object, spec, profile, isNew }: Omit<WorkloadSubject, 'kind'> & { readonly spec: WorkloadSpec }): FieldError[] {
  const { concurrencyPolicy = 'Allow', timeZone } = spec as { concurrencyPolicy?: string; timeZone?: string }
  const policies = ['Allow', 'Forbid', 'Replace']
  const problem = spec.schedule === undefined || spec.schedule === '' ? undefined : zonedProblem(spec.schedule) ?? cronProblem(spec.schedule)
  const schedule = (spec.schedule ?? '') === '' ? [requiredField('spec.schedule')] : problem === undefined ? [] : [invalidField('spec.schedule', spec.schedule, problem)]
  return [
    ...schedule,
    ...countErrors(spec['startingDeadlineSeconds'], 'spec.startingDeadlineSeconds'),
    ...timeZoneErrors(timeZone),
    ...(policies.includes(concurrencyPolicy) ? [] : [unsupportedField('spec.concurrencyPolicy', concurrencyPolicy, policies)]),
    ...jobSpecErrors((spec.jobTemplate?.spec ?? {}) as JobSpec, 'spec.jobTemplate.spec', profile),
    ...['successfulJobsHistoryLimit', 'failedJobsHistoryLimit'].flatMap((name) => countErrors(spec[name], `spec.${name}`)),
    ...(isNew && (object.metadata.name ?? '').length > CRON_NAME_MAX ? [invalidField('metadata.name', object.metadata.name, `must be no more than ${CRON_NAME_MAX} characters`)] : []),
  ]
}

function zonedProblem(schedule: string): string | undefined {
  return /TZ/.test(schedule) ? 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead' : undefined
}

/** A Job of a CronJob has eleven characters more. */
const CRON_NAME_MAX = 52

function timeZoneErrors(zone: string | undefined): FieldError[] {
  if (zone === undefined) return []
  if (zone === '') return [invalidField('spec.timeZone', zone, 'timeZone must be nil or non-empty string')]
  if (zone.toLowerCase() === 'local') return [invalidField('spec.timeZone', zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')]
  return isTimeZone(zone) ? [] : [invalidField('spec.timeZone', zone, `unknown time zone ${zone}`)]
}
