/**
 * The way back of an Argo Rollout: the template of its stable ReplicaSet, put into `spec.template` as `kubectl argo rollouts
 * undo` does. The twin does not play Rollouts, so nobody can rehearse it here, and Boyd does not do what was not
 * rehearsed: the plan holds the exact change and leaves it to a person.
 */

import type { JsonValue } from '../../kernel/json.ts'
import { groupOf, refOf, subjectOf, subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Plan } from '../../model/plan.ts'
import { revisionsOf, type Revision } from '../../model/kube/revision.ts'
import { lastWorkedRevision } from '../../model/topology/history.ts'
import type { View } from '../../model/view.ts'
import { managerNote } from './management.ts'
import { createPlan, patchStep } from './plan-parts.ts'

/** On the ReplicaSets of a Rollout and their pods (`utils/defaults`: DefaultRolloutUniqueLabelKey). */
const HASH_LABEL = 'rollouts-pod-template-hash'

export function isArgoRollout(workload: KubeObject): boolean {
  return workload.kind === 'Rollout' && groupOf(workload.apiVersion) === 'argoproj.io'
}

/** None where the stable template is the current one, or is not known. */
export function rolloutUndo(options: { readonly hazard: string; readonly view: View; readonly workload: KubeObject; readonly differs: (earlier: Revision['template'], current: Revision['template']) => boolean }): Plan[] {
  const { hazard, view, workload, differs } = options
  const template = (workload['spec'] as { template?: Revision['template'] } | undefined)?.template
  const target = stableRevision(view, workload) ?? lastWorkedRevision({ view, workload, differs })?.target
  if (template === undefined || target === undefined || !differs(target.template, template)) return []
  const subject = subjectOf(workload)
  const { name = '', namespace } = workload.metadata
  const command = `kubectl argo rollouts undo ${name}${namespace === undefined ? '' : ` --namespace ${namespace}`} --to-revision=${target.number}`
  return [
    createPlan({
      hazard,
      subject,
      approach: 'undo-rollout',
      goal: `${subjectText(subject)} runs its stable revision ${target.number} again`,
      steps: [patchStep(workload, [{ path: ['spec', 'template'], value: target.template as unknown as JsonValue }], `put the template of the stable revision ${target.number} back`)],
      proof: [{ type: 'hazard-absent', hazard, subject }],
      risk: 'disruptive',
      expectedEffect: `the controller of Argo Rollouts goes back to ReplicaSet ${target.holder.metadata.name ?? ''}`,
      rationale: `The stable ReplicaSet is of revision ${target.number}. The twin does not play Argo Rollouts, so this plan cannot be rehearsed, and Boyd does not carry it out.${managerNote(workload)}`,
      needsInput: [{ name: 'undo', question: `This cannot be rehearsed. Will you run \`${command}\`?`, target: refOf(workload) }],
    }),
  ]
}

function stableRevision(view: View, workload: KubeObject): Revision | undefined {
  const hash = (workload['status'] as { stableRS?: string } | undefined)?.stableRS
  return hash === undefined || hash === '' ? undefined : revisionsOf(view, workload).find(({ holder }) => holder.metadata.labels?.[HASH_LABEL] === hash)
}
