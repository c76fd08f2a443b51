/** What may become of a workload: `pkg/apis/apps/validation`, `pkg/apis/batch/validation`. */

import type { Container, PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, type FieldError } from './field-error.ts'
import type { VersionProfile } from '../profile.ts'

type Spec = Readonly<Record<string, unknown>>

export interface WorkloadChange {
  /** With its group. */
  readonly kind: string
  readonly before: KubeObject
  readonly next: KubeObject
  readonly profile: VersionProfile
}

const STATEFUL_FREE = ['replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'minReadySeconds']
const STATEFUL_FIXED =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"

/** Undefined for kinds that are no workload. */
export function workloadChangeErrors(change: WorkloadChange): FieldError[] | undefined {
  const [old, spec] = [specOf(change.before), specOf(change.next)]
  switch (change.kind) {
    case 'apps/StatefulSet':
      return jsonEqual(fixedPart(old), fixedPart(spec)) ? [] : [forbiddenField('spec', STATEFUL_FIXED)]
    case 'apps/Deployment':
    case 'apps/ReplicaSet':
    case 'apps/DaemonSet':
      return immutable(old, spec, ['selector'])
    case 'batch/Job':
      return jobErrors(change, old, spec)
    case 'batch/CronJob':
      return []
    default:
      return undefined
  }
}

function specOf(object: KubeObject): Spec {
  return (object['spec'] ?? {}) as Spec
}

function fixedPart(spec: Spec): object {
  return Object.fromEntries(Object.entries(spec).filter(([key, value]) => !STATEFUL_FREE.includes(key) && !(Array.isArray(value) && value.length === 0)))
}

export function immutable(old: Spec, spec: Spec, fields: readonly string[]): FieldError[] {
  return fields.flatMap((field) => (jsonEqual(old[field], spec[field]) ? [] : [invalidField(`spec.${field}`, spec[field] ?? null, 'field is immutable')]))
}

function jobErrors(change: WorkloadChange, old: Spec, spec: Spec): FieldError[] {
  return [
    ...completionErrors(old, spec),
    ...immutable(old, spec, ['selector']),
    ...templateErrors(change, old, spec),
    ...immutable(old, spec, ['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy']),
  ]
}

/** An indexed Job may grow and shrink, with its parallelism. */
function completionErrors(old: Spec, spec: Spec): FieldError[] {
  if (spec['completionMode'] !== 'Indexed') return immutable(old, spec, ['completions'])
  const completions = spec['completions']
  const isSame = completions === undefined || completions === old['completions'] || completions === spec['parallelism']
  return isSame ? [] : [invalidField('spec.completions', completions, 'can only be modified in tandem with spec.parallelism')]
}

/** The template of a suspended Job may change in what decides where its pods go, and since 1.36 in what they ask for. */
function templateErrors({ before, profile }: WorkloadChange, old: Spec, spec: Spec): FieldError[] {
  const [was, is] = [old['template'], spec['template']] as readonly PodTemplateSpec[]
  const isSuspended = old['suspend'] === true
  const isFree = isSuspended && (profile.minor >= 36 ? isAtRest(before) : statusOf(before).startTime === undefined)
  const directed = isFree ? withDirectives(was, is) : was
  if (!isFree || profile.minor < 36) return jsonEqual(directed, is) ? [] : [invalidField('spec.template', is, 'field is immutable')]
  return jsonEqual(withResources(directed?.spec, is?.spec), is?.spec) ? [] : [invalidField('spec.template.spec', is?.spec, 'field is immutable')]
}

interface JobStatus {
  readonly startTime?: string
  readonly active?: number
  readonly conditions?: readonly { readonly type: string; readonly status: string }[]
}

function statusOf(job: KubeObject): JobStatus {
  return (job['status'] ?? {}) as JobStatus
}

function isAtRest(job: KubeObject): boolean {
  const { startTime, active = 0, conditions = [] } = statusOf(job)
  return active === 0 && (startTime === undefined || conditions.some(({ type, status }) => type === 'Suspended' && status === 'True'))
}

function withDirectives(was: PodTemplateSpec | undefined, is: PodTemplateSpec | undefined): PodTemplateSpec | undefined {
  if (was?.spec === undefined || is?.spec === undefined) return was
  const { nodeSelector, tolerations, affinity } = is.spec
  const { schedulingGates } = is.spec as { schedulingGates?: unknown }
  const { nodeAffinity: _, ...podAffinities } = was.spec.affinity ?? {}
  const kept = affinity === undefined && Object.keys(podAffinities).length === 0 ? undefined : { ...podAffinities, ...(affinity?.nodeAffinity === undefined ? {} : { nodeAffinity: affinity.nodeAffinity }) }
  const { labels, annotations } = is.metadata ?? {}
  return { ...was, metadata: { ...was.metadata, labels, annotations }, spec: { ...was.spec, nodeSelector, tolerations, affinity: kept, schedulingGates } } as PodTemplateSpec
}

function withResources(was: PodTemplateSpec['spec'], is: PodTemplateSpec['spec']): unknown {
  if (was === undefined || is === undefined) return was
  const taken = (own: readonly Container[] = [], others: readonly Container[] = []): readonly object[] =>
    own.length !== others.length ? own : own.map((container, index) => (others[index]?.name === container.name ? { ...container, resources: others[index]?.resources } : container))
  return { ...was, containers: taken(was.containers, is.containers), ...(was.initContainers === undefined ? {} : { initContainers: taken(was.initContainers, is.initContainers) }) }
}
