/**
 * Everything of a Deployment is down because its rollout takes all pods away before the new ones are ready: it recreates,
 * or may make all of them unavailable at once. Nothing is broken; it is how it was told to roll out, and it will be over.
 *
 * Where the new pods do not start at all, that is the fault and this only made it worse: any other finding explains it.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { scaledValue } from '../../model/kube/int-or-percent.ts'
import { conditionOf, replicasOf } from '../../model/kube/workload.ts'
import { historyOf } from '../../model/topology/history.ts'
import { livePodsOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf } from '../shared/finding.ts'

const ID = 'rollout-takes-all'
/** One pod is always all of them, and nobody expects otherwise. */
const REPLICAS_MIN = 2
/** Longer than this it is no longer on its way. */
const UNDER_WAY_MS = 60 * 60_000

interface Strategy {
  readonly type?: string
  readonly rollingUpdate?: { readonly maxUnavailable?: number | string }
}

function detect(view: View): Finding[] {
  return view.list('apps', 'Deployment').flatMap((workload) => {
    const how = howItTakesAll(workload)
    const changedMs = historyOf(view, workload)?.changedMs
    const underWay = changedMs !== undefined && view.nowMs - changedMs < UNDER_WAY_MS && (historyOf(view, workload)?.earlier.length ?? 0) > 0
    const down = ((workload['status'] as { availableReplicas?: number } | undefined)?.availableReplicas ?? 0) === 0 && workload['status'] !== undefined
    return how === undefined || !underWay || !down ? [] : [findingFrom(view, workload, how)]
  })
}

function howItTakesAll(workload: KubeObject): string | undefined {
  const replicas = replicasOf(workload)
  const strategy = (workload['spec'] as { strategy?: Strategy } | undefined)?.strategy
  if (replicas < REPLICAS_MIN) return undefined
  if (strategy?.type === 'Recreate') return 'its strategy is Recreate'
  const most = strategy?.rollingUpdate?.maxUnavailable
  return most !== undefined && (scaledValue(most, replicas, 'down') ?? 0) >= replicas ? `its strategy lets ${most} of ${replicas} be unavailable at once` : undefined
}

function findingFrom(view: View, workload: KubeObject, how: string): Finding {
  const name = subjectText(subjectOf(workload))
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: [subjectOf(workload), ...livePodsOf(view, workload).map(subjectOf)],
    summary: `all pods of ${name} are down while it is rolled out, because ${how}; the new ones start`,
    evidence: [objectEvidence(workload, 'spec.strategy', how), objectEvidence(workload, 'status', `${conditionOf(workload, 'Progressing')?.message ?? 'no replica is available'}`)],
    confidence: 0.6,
    sinceMs: parseTimeMs(conditionOf(workload, 'Available')?.lastTransitionTime),
    explains: ['service-without-endpoints', 'dependency-unreachable'],
    facts: { lastResort: true },
  })
}

export const rolloutTakesAll: Hazard = {
  id: ID,
  title: 'A rollout takes all pods away at once',
  severity: 3,
  family: 'control',
  appliesTo: ['apps/Deployment'],
  faces: ['live'],
  detect,
  fixes: () => [],
  handOver: (finding) => `${finding.summary}. It ends by itself; a strategy that keeps some of the old pods until new ones are ready would have kept it serving.`,
  lookAlikes: ['a rollout that keeps old pods until new ones are ready', 'a Deployment of one replica', 'new pods that cannot start: that is the fault', 'no rollout for hours'],
  prevention: 'RollingUpdate with maxUnavailable below the replicas, unless two versions must never run side by side.',
  sources: [{ title: 'Deployments: strategy', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy' }],
  reviewBy: '2027-11-30',
}
