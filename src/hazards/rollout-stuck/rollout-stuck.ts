/**
 * A rollout that makes no progress, for reasons that no other hazard sees. The condition is only a clock that ran out;
 * the way back is the revision that worked.
 */

import { parseTimeMs } from '../../kernel/clock.ts'
import { objectEvidence } from '../../model/evidence.ts'
import type { Finding, Hazard } from '../../model/hazard.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { conditionOf, isReady } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { runsDifferently } from '../../model/topology/history.ts'
import { livePodsOf } from '../../model/topology/ownership.ts'
import type { View } from '../../model/view.ts'
import { findingOf, workloadOfFinding } from '../shared/finding.ts'
import { canChangeTemplate, patchStep, createPlan, workloadProof } from '../shared/plan-parts.ts'
import { waysBack } from '../shared/ways-back.ts'

const ID = 'rollout-stuck'

function detect(view: View): Finding[] {
  const held = ['StatefulSet', 'DaemonSet'].flatMap((kind) => view.list('apps', kind)).flatMap((workload) => heldByStrategy(workload))
  return [...held, ...deploymentFindings(view)]
}

function deploymentFindings(view: View): Finding[] {
  return view.list('apps', 'Deployment').flatMap((workload) => {
    const progressing = conditionOf(workload, 'Progressing')
    const late = progressing?.status === 'False' && progressing.reason === 'ProgressDeadlineExceeded'
    const paused = isPaused(workload) && isBehind(workload)
    return late || paused ? [findingFrom(view, workload, late ? 'late' : 'paused')] : []
  })
}

interface Strategy {
  readonly type?: string
  readonly rollingUpdate?: { readonly partition?: number }
}

/** A new template that its own strategy keeps from pods: a choice, and the answer to whoever asks why nothing is updated. */
function heldByStrategy(workload: KubeObject): Finding[] {
  const spec = workload['spec'] as { updateStrategy?: Strategy; replicas?: number } | undefined
  const status = (workload['status'] ?? {}) as { replicas?: number; updatedReplicas?: number; updateRevision?: string; currentRevision?: string; desiredNumberScheduled?: number; updatedNumberScheduled?: number }
  const { type, rollingUpdate } = spec?.updateStrategy ?? {}
  const behind = workload.kind === 'DaemonSet' ? (status.updatedNumberScheduled ?? 0) < (status.desiredNumberScheduled ?? 0) : status.updateRevision !== status.currentRevision && (status.updatedReplicas ?? 0) < (spec?.replicas ?? 1)
  const why = type === 'OnDelete' ? 'its strategy is OnDelete, so each pod waits for somebody to delete it' : (rollingUpdate?.partition ?? 0) > 0 ? `its partition of ${rollingUpdate?.partition ?? 0} keeps the pods below that number on the old template` : undefined
  if (!behind || why === undefined) return []
  return [
    findingOf({
      hazard: ID,
      subject: workload,
      symptoms: [],
      summary: `the new template of ${subjectText(subjectOf(workload))} is not rolled out: ${why}`,
      evidence: [objectEvidence(workload, 'spec.updateStrategy', why)],
      confidence: 0.7,
      facts: { why: 'held' },
    }),
  ]
}

function isPaused(workload: KubeObject): boolean {
  return (workload['spec'] as { paused?: boolean } | undefined)?.paused === true
}

/** Pods of the new template are missing: a paused Deployment that is complete harms nobody. */
function isBehind(workload: KubeObject): boolean {
  const status = workload['status'] as { updatedReplicas?: number } | undefined
  const wanted = (workload['spec'] as { replicas?: number } | undefined)?.replicas ?? 1
  return status !== undefined && Object.keys(status).length > 0 && (status.updatedReplicas ?? 0) < wanted
}

function findingFrom(view: View, workload: KubeObject, why: 'late' | 'paused'): Finding {
  const progressing = conditionOf(workload, 'Progressing')
  const waiting = livePodsOf(view, workload).filter((pod) => !isReady(pod))
  return findingOf({
    hazard: ID,
    subject: workload,
    symptoms: [subjectOf(workload), ...waiting.map(subjectOf)],
    summary: why === 'late' ? `the rollout of ${subjectText(subjectOf(workload))} makes no progress: ${progressing?.message ?? ''}` : `the rollout of ${subjectText(subjectOf(workload))} is paused half-way`,
    evidence: [objectEvidence(workload, why === 'late' ? 'status.conditions' : 'spec.paused', why === 'late' ? (progressing?.message ?? 'ProgressDeadlineExceeded') : 'spec.paused is true and pods of the new template are missing')],
    confidence: why === 'late' ? 0.5 : 0.7,
    sinceMs: parseTimeMs(progressing?.lastTransitionTime),
    explains: ['service-without-endpoints'],
    facts: { why },
  })
}

function fixes(finding: Finding, view: View): Plan[] {
  const workload = workloadOfFinding(view, finding)
  if (workload === undefined || finding.facts['why'] === 'held') return []
  if (finding.facts['why'] === 'paused') return canChangeTemplate(workload) ? [resumePlan(workload)] : []
  return waysBack({ hazard: ID, view, workload, differs: runsDifferently })
}

/** Somebody paused it, perhaps on purpose: the plan is reversible, and says that it is an assumption. */
function resumePlan(workload: KubeObject): Plan {
  return createPlan({
    hazard: ID,
    subject: subjectOf(workload),
    approach: 'resume',
    goal: `the rollout of ${subjectText(subjectOf(workload))} goes on`,
    steps: [patchStep(workload, [{ path: ['spec', 'paused'], value: false }], 'resume the rollout')],
    proof: workloadProof(workload, ID),
    risk: 'disruptive',
    expectedEffect: 'the remaining pods are replaced by pods of the new template',
    rationale: 'Nothing but the pause holds it. Whether the pause was meant is not recorded.',
    values: 'assumed',
  })
}

export const rolloutStuck: Hazard = {
  id: ID,
  title: 'A rollout makes no progress',
  severity: 2,
  family: 'control',
  appliesTo: ['apps/Deployment', 'apps/StatefulSet', 'apps/DaemonSet'],
  faces: ['live'],
  detect,
  fixes,
  handOver: (finding) => `${finding.summary}. ${finding.facts['why'] === 'held' ? 'Whoever set the strategy must say when the pods may be replaced.' : 'No kept revision is known to have worked.'}`,
  lookAlikes: ['a rollout within its deadline', 'a paused Deployment that has all its pods', 'a paused Deployment whose status was not collected'],
  prevention: 'Let the pipeline wait for the rollout and undo it when its deadline passes.',
  sources: [{ title: 'Deployments: failed deployment', url: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment' }],
  reviewBy: '2027-06-30',
}
