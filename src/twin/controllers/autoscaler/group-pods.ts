/** Which pods of a target count (`pkg/controller/podautoscaler/replica_calculator.go`, groupPods). */

import { parseTimeMs } from '../../../kernel/clock.ts'
import { conditionOf, isTerminating, type PodObject } from '../../../model/kube/workload.ts'
import type { VersionProfile } from '../../profile.ts'
import type { Sample, Samples } from './metrics-source.ts'

export interface GroupedPods {
  readonly readyCount: number
  readonly unready: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
  readonly ignored: ReadonlySet<string>
}

type Group = 'ready' | 'unready' | 'missing' | 'ignored'

export interface Grouping {
  readonly samples: Samples
  /** Only usage of CPU is distrusted while a pod starts. */
  readonly resource?: string
  readonly profile: VersionProfile
  readonly nowMs: number
}

export function groupPods(pods: readonly PodObject[], grouping: Grouping): GroupedPods {
  const names = { ready: new Set<string>(), unready: new Set<string>(), missing: new Set<string>(), ignored: new Set<string>() }
  for (const pod of pods) names[groupOfPod(pod, grouping)].add(pod.metadata.name ?? '')
  return { readyCount: names.ready.size, unready: names.unready, missing: names.missing, ignored: names.ignored }
}

function groupOfPod(pod: PodObject, grouping: Grouping): Group {
  if (isTerminating(pod) || pod.status?.phase === 'Failed') return 'ignored'
  if (pod.status?.phase === 'Pending') return 'unready'
  const sample = grouping.samples.get(pod.metadata.name ?? '')
  if (sample === undefined) return 'missing'
  return grouping.resource === 'cpu' && isStarting(pod, sample, grouping) ? 'unready' : 'ready'
}

/** Young: not ready, or no whole window since it became so. Older: not ready, and never was. */
function isStarting(pod: PodObject, sample: Sample, { profile, nowMs }: Grouping): boolean {
  const ready = conditionOf(pod, 'Ready')
  const startedMs = parseTimeMs(pod.status?.startTime as string | undefined)
  if (ready === undefined || startedMs === undefined) return true
  const changedMs = parseTimeMs(ready.lastTransitionTime as string | undefined) ?? Number.NEGATIVE_INFINITY
  const isUnready = ready.status === 'False'
  if (startedMs + profile.hpaCpuInitializationMs > nowMs) return isUnready || sample.atMs < changedMs + sample.windowMs
  return isUnready && startedMs + profile.hpaInitialReadinessDelayMs > changedMs
}
