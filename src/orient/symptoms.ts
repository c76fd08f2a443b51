/**
 * Signs that something is wrong, whatever the cause: how Boyd tells "healthy" from "I cannot say".
 *
 * Each sign allows for the time that ordinary starts, moves and rollouts take.
 */

import { parseTimeMs } from '../kernel/clock.ts'
import { objectEvidence, type Evidence } from '../model/evidence.ts'
import { subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { conditionOf, isNode, isPod, isReady, isTerminating, type PodObject } from '../model/kube/workload.ts'
import { keyOf } from '../model/topology/ownership.ts'
import { unitOf } from '../model/topology/upstream.ts'
import type { View } from '../model/view.ts'
import type { Scope } from './scope.ts'

/** An ordinary start: pull, start, first probes. */
const START_MS = 3 * 60_000
/** Past any grace period that people set on purpose. */
const TERMINATION_MS = 15 * 60_000
const LISTED_MAX = 20

/** Signs within the scope, or everywhere when there is none. */
export function unexplainedSymptoms(view: View, scope: Scope): Evidence[] {
  const inScope = (object: KubeObject): boolean => scope.units.length === 0 || scope.upstream.has(keyOf(unitOf(view, object)))
  const signs = [
    ...view.list('', 'Pod').filter(isPod).flatMap((pod) => podSign(view, pod)),
    ...['Deployment', 'StatefulSet', 'DaemonSet'].flatMap((kind) => view.list('apps', kind)).flatMap((workload) => workloadSign(view, workload)),
    ...view.list('', 'Node').flatMap(nodeSign),
    ...view.list('batch', 'Job').flatMap(jobSign),
    ...view.list('', 'PersistentVolumeClaim').flatMap(claimSign),
  ]
  return signs.filter((sign) => inScope(sign.object)).slice(0, LISTED_MAX).map((sign) => sign.evidence)
}

interface Sign {
  readonly object: KubeObject
  readonly evidence: Evidence
}

function sign(object: KubeObject, path: string, claim: string): Sign[] {
  return [{ object, evidence: objectEvidence(object, path, `${subjectText(subjectOf(object))} ${claim}`) }]
}

function podSign(view: View, pod: PodObject): Sign[] {
  const { phase } = pod.status ?? {}
  const leaving = parseTimeMs(pod.metadata.deletionTimestamp)
  if (leaving !== undefined) return view.nowMs - leaving > TERMINATION_MS ? sign(pod, 'metadata.deletionTimestamp', 'does not finish terminating') : []
  if (phase === undefined || phase === 'Succeeded' || isReady(pod)) return []
  if (phase === 'Failed') return pod.metadata.ownerReferences === undefined ? sign(pod, 'status.phase', `has failed: ${pod.status?.reason ?? 'no reason given'}`) : []
  const ready = conditionOf(pod, 'Ready')
  const since = parseTimeMs(ready?.lastTransitionTime ?? pod.status?.startTime ?? pod.metadata.creationTimestamp)
  if (since !== undefined && view.nowMs - since < START_MS) return []
  return sign(pod, 'status.conditions', phase === 'Pending' ? 'is Pending' : 'runs and is not ready')
}

function workloadSign(view: View, workload: KubeObject): Sign[] {
  const spec = workload['spec'] as { replicas?: number } | undefined
  const status = workload['status'] as { availableReplicas?: number; readyReplicas?: number; numberUnavailable?: number; replicas?: number } | undefined
  if (status === undefined || Object.keys(status).length === 0 || isTerminating(workload)) return []
  if (workload.kind === 'DaemonSet') return (status.numberUnavailable ?? 0) > 0 ? sign(workload, 'status.numberUnavailable', `misses ${status.numberUnavailable ?? 0} pods`) : []
  const wanted = spec?.replicas ?? 1
  const ready = (workload.kind === 'Deployment' ? status.availableReplicas : undefined) ?? status.readyReplicas ?? 0
  if (ready >= wanted || isMoving(view, workload)) return []
  return sign(workload, 'status', `has ${ready} of ${wanted} replicas ready`)
}

/** A rollout or a scaling that made progress a moment ago is not a sign of anything. */
function isMoving(view: View, workload: KubeObject): boolean {
  const progressing = conditionOf(workload, 'Progressing') as { status?: string; lastUpdateTime?: string } | undefined
  const updated = parseTimeMs(progressing?.lastUpdateTime)
  return progressing?.status === 'True' && updated !== undefined && view.nowMs - updated < START_MS
}

function nodeSign(node: KubeObject): Sign[] {
  const ready = conditionOf(node, 'Ready')
  return isNode(node) && ready !== undefined && ready.status !== 'True' ? sign(node, 'status.conditions', `is not Ready since ${ready.lastTransitionTime ?? 'an unknown time'}`) : []
}

function jobSign(job: KubeObject): Sign[] {
  const failed = conditionOf(job, 'Failed')
  return failed?.status === 'True' && job.metadata.ownerReferences === undefined ? sign(job, 'status.conditions', `has failed: ${failed.reason ?? ''}`) : []
}

function claimSign(claim: KubeObject): Sign[] {
  const phase = (claim['status'] as { phase?: string } | undefined)?.phase
  return phase === 'Lost' ? sign(claim, 'status.phase', 'has lost its volume') : []
}
