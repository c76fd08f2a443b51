/** Workloads: Deployment, ReplicaSet, StatefulSet, DaemonSet, Job, CronJob, ReplicationController. */

import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from 'kubernetes-types/apps/v1.d.ts'
import type { CronJob, Job } from 'kubernetes-types/batch/v1.d.ts'
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { parseTimeMs } from '../../../kernel/clock.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import { selectorText } from '../../api/scale.ts'
import { ageOf, humanDuration } from '../human-duration.ts'
import { joined, labelsText, nameOf, table, type Cell, type TableKind } from './table.ts'

type Typed<T> = KubeObject & T

export const WORKLOAD_TABLES: Readonly<Record<string, TableKind>> = {
  'apps/Deployment': table<Deployment>('Name, Ready, Up-to-date#, Available#, Age | Containers, Images, Selector', ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    status?.updatedReplicas ?? 0,
    status?.availableReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
    ...templateCells(spec?.template),
    selectorCell(spec?.selector),
  ]),
  'apps/ReplicaSet': table<ReplicaSet>('Name, Desired#, Current#, Ready#, Age | Containers, Images, Selector', ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
    ...templateCells(spec?.template),
    selectorCell(spec?.selector),
  ]),
  '/ReplicationController': table<ReplicaSet>('Name, Desired#, Current#, Ready#, Age | Containers, Images, Selector', ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.replicas ?? 0,
    status?.replicas ?? 0,
    status?.readyReplicas ?? 0,
    ageOf(metadata.creationTimestamp, nowMs),
    ...templateCells(spec?.template),
    selectorCell(spec?.selector),
  ]),
  '/PodTemplate': table<{ readonly template?: PodTemplateSpec }>('Name, Containers, Images, Pod Labels', ({ metadata, template }) => [metadata.name ?? '', ...templateCells(template), labelsText(template?.metadata?.labels)]),
  'apps/StatefulSet': table<StatefulSet>('Name, Ready, Age | Containers, Images', ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    ageOf(metadata.creationTimestamp, nowMs),
    ...templateCells(spec?.template),
  ]),
  'apps/DaemonSet': table<DaemonSet>('Name, Desired#, Current#, Ready#, Up-to-date#, Available#, Node Selector, Age | Containers, Images, Selector', ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    status?.desiredNumberScheduled ?? 0,
    status?.currentNumberScheduled ?? 0,
    status?.numberReady ?? 0,
    status?.updatedNumberScheduled ?? 0,
    status?.numberAvailable ?? 0,
    labelsText(spec?.template.spec?.nodeSelector),
    ageOf(metadata.creationTimestamp, nowMs),
    ...templateCells(spec?.template),
    selectorCell(spec?.selector),
  ]),
  'batch/Job': table<Job>('Name, Status, Completions, Duration, Age | Containers, Images, Selector', (job, nowMs) => [
    nameOf(job),
    jobStatus(job),
    completionsText(job),
    jobDuration(job, nowMs),
    ageOf(job.metadata.creationTimestamp, nowMs),
    ...templateCells(job.spec?.template),
    selectorCell(job.spec?.selector),
  ]),
  'batch/CronJob': table<CronJob>('Name, Schedule, Timezone, Suspend, Active#, Last Schedule, Age | Containers, Images, Selector', ({ metadata, spec, status }, nowMs) => [
    metadata.name ?? '',
    spec?.schedule ?? '',
    joined([(spec as { timeZone?: string } | undefined)?.timeZone]),
    spec?.suspend === true ? 'True' : 'False',
    (status?.active ?? []).length,
    status?.lastScheduleTime === undefined ? '<none>' : ageOf(status.lastScheduleTime, nowMs),
    ageOf(metadata.creationTimestamp, nowMs),
    ...templateCells(spec?.jobTemplate.spec?.template),
    selectorCell(spec?.jobTemplate.spec?.selector),
  ]),
}

function templateCells(template: PodTemplateSpec | undefined): Cell[] {
  const containers = template?.spec?.containers ?? []
  return [joined(containers.map(({ name }) => name), ''), joined(containers.map(({ image }) => image), '')]
}

function selectorCell(selector: LabelSelector | Record<string, string> | undefined): string {
  return joined([selectorText(selector)])
}

function jobStatus(job: Typed<Job>): string {
  const holds = (type: string): boolean => job.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true
  if (holds('Complete')) return 'Complete'
  if (holds('Failed')) return 'Failed'
  if (job.metadata.deletionTimestamp !== undefined) return 'Terminating'
  if (holds('Suspended')) return 'Suspended'
  return holds('FailureTarget') ? 'FailureTarget' : holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running'
}

/** A work queue has no number of completions: one success of any worker is enough. */
function completionsText({ spec, status }: Typed<Job>): string {
  const done = status?.succeeded ?? 0
  if (spec?.completions !== undefined) return `${done}/${spec.completions}`
  return (spec?.parallelism ?? 0) > 1 ? `${done}/1 of ${spec?.parallelism}` : `${done}/1`
}

function jobDuration(job: Typed<Job>, nowMs: number): string {
  const startMs = parseTimeMs(job.status?.startTime)
  if (startMs === undefined) return ''
  return humanDuration((parseTimeMs(job.status?.completionTime) ?? nowMs) - startMs)
}
