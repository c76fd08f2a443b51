/**
 * Is a workload fully there: every replica it wants, of its current template, available? As `kubectl rollout status`
 * asks (kubectl/pkg/polymorphichelpers/rollout_status.go), and what that means for kinds that do not roll out.
 */

import { isRecord } from '../kernel/json.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { conditionOf, isReady, replicasOf } from '../model/kube/workload.ts'

export interface Availability {
  readonly held: boolean
  /** What was seen: `2 of 3 replicas are available`. */
  readonly detail: string
}

/** `replicas`: at least so many, instead of as many as the workload wants. */
export function availabilityOf(workload: KubeObject, replicas?: number): Availability {
  if (isBehind(workload)) return { held: false, detail: 'its controller has not seen the latest change yet' }
  switch (workload.kind) {
    case 'Pod':
      return { held: isReady(workload), detail: isReady(workload) ? 'it is ready' : 'it is not ready' }
    case 'Job':
      return jobAvailability(workload)
    case 'CronJob':
      return { held: !isSuspended(workload), detail: isSuspended(workload) ? 'it is suspended' : 'it is not suspended' }
    case 'DaemonSet':
      return counted({ wanted: replicas ?? count(workload, 'desiredNumberScheduled'), updated: count(workload, 'updatedNumberScheduled'), available: count(workload, 'numberAvailable'), old: 0 })
    case 'StatefulSet':
      return statefulAvailability(workload, replicas)
    case 'Deployment':
      return counted({ ...wantedAndAvailable(workload, replicas), updated: count(workload, 'updatedReplicas'), old: count(workload, 'replicas') - count(workload, 'updatedReplicas') })
    default: {
      const { wanted, available } = wantedAndAvailable(workload, replicas)
      return counted({ wanted, available, updated: wanted, old: 0 })
    }
  }
}

/** A partition keeps the replicas below it on the old template on purpose. */
function statefulAvailability(workload: KubeObject, replicas: number | undefined): Availability {
  const strategy = specOf(workload)['updateStrategy']
  const rolling = isRecord(strategy) && isRecord(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {}
  const partition = typeof rolling['partition'] === 'number' ? rolling['partition'] : 0
  const { wanted, available } = wantedAndAvailable(workload, replicas)
  const sameRevision = statusOf(workload)['currentRevision'] === statusOf(workload)['updateRevision']
  const updated = sameRevision ? wanted : count(workload, 'updatedReplicas') + Math.min(partition, wanted)
  return counted({ wanted, available, updated, old: 0 })
}

function jobAvailability(job: KubeObject): Availability {
  if (conditionOf(job, 'Failed')?.status === 'True') return { held: false, detail: `the job failed: ${conditionOf(job, 'Failed')?.message ?? ''}` }
  const complete = conditionOf(job, 'Complete')?.status === 'True'
  const active = count(job, 'active')
  const held = complete || (active > 0 && count(job, 'ready') >= active)
  return { held, detail: complete ? 'the job is complete' : `${count(job, 'ready')} of ${active} active pods are ready` }
}

interface Counts {
  readonly wanted: number
  readonly updated: number
  readonly available: number
  /** Replicas of an older template that are still there. */
  readonly old: number
}

function counted({ wanted, updated, available, old }: Counts): Availability {
  if (updated < wanted) return { held: false, detail: `${updated} of ${wanted} replicas have the current template` }
  if (old > 0) return { held: false, detail: `${old} replicas of an older template are still there` }
  return { held: available >= wanted, detail: `${available} of ${wanted} replicas are available` }
}

function wantedAndAvailable(workload: KubeObject, replicas: number | undefined): { readonly wanted: number; readonly available: number } {
  return { wanted: replicas ?? replicasOf(workload), available: count(workload, 'availableReplicas') }
}

/** The status is about an older spec. Manifests and some kinds carry no observation at all. */
function isBehind(workload: KubeObject): boolean {
  const observed = statusOf(workload)['observedGeneration']
  return typeof observed === 'number' && observed < (workload.metadata.generation ?? 0)
}

function isSuspended(object: KubeObject): boolean {
  return specOf(object)['suspend'] === true
}

function count(object: KubeObject, field: string): number {
  const value = statusOf(object)[field]
  return typeof value === 'number' ? value : 0
}

function statusOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return isRecord(object['status']) ? object['status'] : {}
}

function specOf(object: KubeObject): Readonly<Record<string, unknown>> {
  return isRecord(object['spec']) ? object['spec'] : {}
}
