/**
 * The ways back to a template that worked, the surest first: a revision that the controller keeps, else the manifest
 * that was last applied. Both undo a change; neither needs a value of ours.
 */

import type { PodTemplateSpec } from 'kubernetes-types/core/v1.d.ts'
import { toIso } from '../../kernel/clock.ts'
import { subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import { podTemplateOf } from '../../model/kube/workload.ts'
import type { Plan } from '../../model/plan.ts'
import { cameWithRollout, lastWorkedRevision } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import type { FieldChange } from './json-change.ts'
import { appliedTemplate, changesToApplied, templateChangesToApplied } from './applied.ts'
import { isArgoRollout, rolloutUndo } from './argo-rollout.ts'
import { canChangeTemplate, createPlan, patchStep, patchWorkloadPlan, rollBackPlan, targetOfObject, workloadProof } from './plan-parts.ts'
import { changeText } from './template-change.ts'
import { managerNote } from './management.ts'

export interface WaysBackOptions {
  readonly hazard: string
  readonly view: View
  readonly workload: KubeObject
  /** Does the earlier template lack what is at fault in the current one? */
  readonly differs: (earlier: PodTemplateSpec, current: PodTemplateSpec) => boolean
  /** What the change did, for the reason: `changed the image of app from a:1 to a:2`. Without it, the fields are listed. */
  readonly what?: (earlier: PodTemplateSpec, current: PodTemplateSpec) => string
  /** When the trouble began. Given, a revision that had stood for an hour by then is not blamed. */
  readonly sinceMs?: number | undefined
}

/** Plans that undo the change; none where no earlier template is known to lack the fault. */
export function waysBack(options: WaysBackOptions): Plan[] {
  const { hazard, view, workload, differs, what } = options
  if (isArgoRollout(workload)) return rolloutUndo(options)
  if (!canChangeTemplate(workload)) return []
  const worked = lastWorkedRevision({ view, workload, differs })
  const blamed = !('sinceMs' in options) || cameWithRollout(worked?.changedMs, options.sinceMs)
  if (worked === undefined || !blamed) return restoreTemplate(options)
  const text = what === undefined ? changeText(worked) : what(worked.target.template, worked.current.template)
  return [rollBackPlan({ hazard, view, workload, worked, what: text })]
}

function restoreTemplate({ hazard, view, workload, differs }: WaysBackOptions): Plan[] {
  const applied = appliedTemplate(workload)
  const current = podTemplateOf(workload)
  const changes = templateChangesToApplied(workload)
  if (applied === undefined || current === undefined || changes.length === 0 || !differs(applied, current)) return []
  return [
    patchWorkloadPlan({
      hazard, view, workload,
      approach: 'restore-applied',
      goal: `${subjectText(subjectOf(workload))} has the template again that was last applied`,
      changes,
      reason: `take back what was changed by hand since the manifest was applied (${changes.map((change) => change.path.slice(3).join('.')).slice(0, 4).join(', ')})`,
      rationale: 'The object carries the manifest that its author last applied; what differs from it was changed by hand afterwards.',
      values: 'observed',
    }),
  ]
}

/** The same for an object that makes no pods: `paths` are the parts to bring back. */
export function restoreApplied(options: { readonly hazard: string; readonly object: KubeObject; readonly paths: readonly (readonly string[])[]; readonly expectedEffect: string }): Plan[] {
  const { hazard, object, paths, expectedEffect } = options
  const changes = paths.flatMap((path) => changesToApplied(object, path))
  if (changes.length === 0) return []
  const subject = subjectOf(object)
  return [
    createPlan({
      hazard,
      subject,
      approach: 'restore-applied',
      goal: `${subjectText(subject)} is again as it was last applied`,
      steps: [patchStep(object, changes, `take back what was changed by hand since the manifest was applied (${changes.map((change) => change.path.join('.')).slice(0, 4).join(', ')})`)],
      proof: [{ type: 'hazard-absent', hazard, subject }],
      risk: 'reversible',
      expectedEffect,
      rationale: `The object carries the manifest that its author last applied; what differs from it was changed by hand afterwards.${managerNote(object)}`,
    }),
  ]
}

/** A ConfigMap as it was applied, and its reader started anew: a process reads its environment once. */
export function restoreAndRestart(options: { readonly hazard: string; readonly view: View; readonly workload: KubeObject; readonly config: KubeObject; readonly changes: readonly FieldChange[] }): Plan {
  const { hazard, view, workload, config, changes } = options
  const target = targetOfObject(workload)
  const restarts = ['Deployment', 'StatefulSet', 'DaemonSet'].includes(workload.kind)
  return createPlan({
    hazard,
    subject: subjectOf(workload),
    approach: `restore-${config.metadata.name ?? ''}`,
    goal: `${subjectText(subjectOf(config))} is again as it was last applied`,
    steps: [
      patchStep(config, changes, `take back what was changed by hand since it was applied (${changes.map((change) => change.path.slice(1).join('.')).slice(0, 4).join(', ')})`),
      ...(restarts ? [{ action: { verb: 'restart' as const, target, restartedAt: toIso(view.nowMs) }, reason: `start ${subjectText(subjectOf(workload))} anew, so that it reads the restored values`, preconditions: [{ type: 'object-exists' as const, target }] }] : []),
    ],
    proof: workloadProof(workload, hazard),
    risk: 'disruptive',
    expectedEffect: `the pods of ${subjectText(subjectOf(workload))} are replaced and read the restored values`,
    rationale: `The ConfigMap carries the manifest that its author last applied; what differs from it was changed by hand afterwards.${managerNote(config)}`,
  })
}
