/** Workloads that keep no ReplicaSets, and Events in the newer API: the shapes that a detector written for Deployments misses. */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { ago, object, pod, type PodDraft } from './cluster.ts'

export interface OwnedDraft {
  readonly spec: PodSpec
  readonly pods?: readonly PodDraft[]
  readonly fields?: Record<string, unknown>
  /** Templates it had before the current one, oldest first; each stood for a day. */
  readonly earlier?: readonly PodSpec[]
}

const DAY_MINUTES = 24 * 60

/** A StatefulSet or DaemonSet with its ControllerRevisions and its pods, linked as its controller links them. */
export function owned(kind: 'StatefulSet' | 'DaemonSet', name: string, draft: OwnedDraft): KubeObject[] {
  const { spec, pods = [], fields, earlier = [] } = draft
  const labels = { app: name }
  const owner = object('apps/v1', kind, name, { spec: { ...(kind === 'StatefulSet' ? { replicas: Math.max(1, pods.length) } : {}), selector: { matchLabels: labels }, template: { metadata: { labels }, spec } }, ...fields })
  const templates = [...earlier, spec]
  const revisions = templates.map((template, index) =>
    object('apps/v1', 'ControllerRevision', `${name}-r${index + 1}`, {
      metadata: { creationTimestamp: ago(30 + (templates.length - 1 - index) * DAY_MINUTES), ownerReferences: [ownerOf('apps/v1', kind, name)] },
      revision: index + 1,
      data: { spec: { template: { metadata: { labels }, spec: template } } },
    }),
  )
  return [owner, ...revisions, ...pods.map((one, index) => podOwnedBy({ apiVersion: 'apps/v1', kind, name, pod: `${name}-${index}`, spec, draft: one }))]
}

/** A Job with its pods; `of` names the CronJob that made it. */
export function job(name: string, draft: OwnedDraft & { readonly of?: string; readonly minutes?: number; readonly finished?: 'Complete' | 'Failed' }): KubeObject[] {
  const { spec, pods = [], of, minutes = 30, finished } = draft
  const whole = { restartPolicy: 'Never', ...spec }
  return [
    object('batch/v1', 'Job', name, {
      metadata: { creationTimestamp: ago(minutes), ...(of === undefined ? {} : { ownerReferences: [ownerOf('batch/v1', 'CronJob', of)] }) },
      spec: { template: { metadata: { labels: { job: name } }, spec: whole } },
      status: finished === undefined ? {} : { conditions: [{ type: finished, status: 'True', lastTransitionTime: ago(minutes - 1) }] },
    }),
    ...pods.map((one, index) => podOwnedBy({ apiVersion: 'batch/v1', kind: 'Job', name, pod: `${name}-p${index}`, spec: whole, draft: one })),
  ]
}

export function cronJob(name: string, spec: PodSpec): KubeObject {
  return object('batch/v1', 'CronJob', name, { spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: { spec } } } } })
}

/** A pod of a Job, or of nothing, that has ended for good. */
export function ended(exitCode: number, more: Record<string, unknown> = {}): PodDraft {
  const terminated = { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: ago(12), finishedAt: ago(11) }
  return { state: { state: { terminated } }, status: { phase: exitCode === 0 ? 'Succeeded' : 'Failed', ...more } }
}

/** A pod that no node has taken. */
export function unplaced(message: string, fields: { readonly minutes?: number; readonly reason?: string } = {}): PodDraft {
  const { minutes = 15, reason = 'Unschedulable' } = fields
  return { state: {}, node: '', minutes, status: { phase: 'Pending', containerStatuses: undefined, conditions: [{ type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime: ago(minutes) }] } }
}

/** The same warning as the core API's Event tells, in the form of events.k8s.io. */
export function newEvent(regarding: { readonly kind: string; readonly name: string }, fields: { readonly reason: string; readonly note: string; readonly minutes?: number }): KubeObject {
  const { reason, note, minutes = 5 } = fields
  return object('events.k8s.io/v1', 'Event', `${regarding.name}.${reason.toLowerCase()}`, { regarding: { namespace: 'shop', ...regarding }, reason, note, type: 'Warning', eventTime: ago(minutes + 5), series: { count: 3, lastObservedTime: ago(minutes) } })
}

function podOwnedBy(parts: { readonly apiVersion: string; readonly kind: string; readonly name: string; readonly pod: string; readonly spec: PodSpec; readonly draft: PodDraft }): KubeObject {
  const { apiVersion, kind, name, spec, draft } = parts
  const labels = kind === 'Job' ? { job: name } : { app: name }
  return pod(parts.pod, { spec, draft, metadata: { labels, ownerReferences: [ownerOf(apiVersion, kind, name)] } })
}

function ownerOf(apiVersion: string, kind: string, name: string) {
  return { apiVersion, kind, name, uid: `uid-${kind}-${name}`, controller: true }
}
