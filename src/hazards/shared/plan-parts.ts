/**
 * The parts that plans of many hazards share: names, proofs, and the two repairs of a workload's template, going back
 * to a revision that worked and changing a field.
 *
 * A template change alone does not free a StatefulSet whose pod never became ready: its controller waits for that
 * pod. So the plans delete the pods that stand in the way, as the documentation of forced rollback says.
 */

import type { JsonValue } from '../../kernel/json.ts'
import { refOf, subjectOf, subjectText, type KubeObject, type Subject } from '../../model/kube-object.ts'
import type { Action, Condition, NeededInput, Plan, Risk, Step, Target } from '../../model/plan.ts'
import { isReady, replicasOf } from '../../model/kube/workload.ts'
import type { View } from '../../model/view.ts'
import type { WorkedRevision } from '../../model/topology/history.ts'
import { jsonChange, type FieldChange } from './json-change.ts'
import { managerOf } from '../../model/kube/management.ts'
import { managerNote } from './management.ts'
import { livePodsOf } from '../../model/topology/ownership.ts'

/** Long enough for three restarts of a crash loop that has just begun. */
export const STABLE_FOR_MS = 60_000

export interface PlanDraft {
  readonly hazard: string
  readonly subject: Subject
  /** First words of the id: `roll-back`. */
  readonly approach: string
  readonly goal: string
  readonly steps: readonly StepDraft[]
  readonly proof: readonly Condition[]
  readonly risk: Risk
  readonly expectedEffect: string
  readonly rationale: string
  readonly values?: Plan['values']
  readonly needsInput?: readonly NeededInput[]
  readonly contains?: true
}

export interface StepDraft {
  readonly action: Action
  readonly reason: string
  readonly preconditions?: readonly Condition[]
  readonly undo?: Action
}

/** Numbers the steps and names the plan; the same draft gives the same id. */
export function createPlan(draft: PlanDraft): Plan {
  const { approach, subject } = draft
  return {
    kind: 'plan',
    id: slug([approach, subject.kind, subject.namespace, subject.name]),
    goal: draft.goal,
    hazard: draft.hazard,
    subject,
    steps: draft.steps.map(stepOf),
    proof: [...draft.proof],
    risk: draft.risk,
    expectedEffect: draft.expectedEffect,
    needsInput: [...(draft.needsInput ?? [])],
    rationale: draft.rationale,
    values: draft.values ?? 'observed',
    ...(draft.contains === undefined ? {} : { contains: draft.contains }),
  }
}

function stepOf(draft: StepDraft, index: number): Step {
  const { action, reason, preconditions = [], undo } = draft
  return { id: `${index + 1}-${action.verb}`, action, reason, preconditions: [...preconditions], ...(undo === undefined ? {} : { undo }) }
}

function slug(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('-').toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

/** The object as a step names it: with its uid, so that a successor of the same name is not touched. */
export function targetOfObject(object: KubeObject): Target {
  const { uid } = object.metadata
  return { ...refOf(object), ...(uid === undefined ? {} : { uid }) }
}

/** Which workloads a patch or a roll-back of the template can mend. */
export function canChangeTemplate(workload: KubeObject): boolean {
  return ['Deployment', 'StatefulSet', 'DaemonSet'].includes(workload.kind) && managerOf(workload)?.type !== 'operator'
}

/** The workload runs as wanted, stays so, and the hazard is no longer found. */
export function workloadProof(workload: KubeObject, hazard: string): Condition[] {
  const target = refOf(workload)
  return [
    { type: 'workload-available', target },
    { type: 'pods-stable', target, forMs: STABLE_FOR_MS },
    { type: 'hazard-absent', hazard, subject: subjectOf(workload) },
  ]
}

export interface RollBackDraft {
  readonly hazard: string
  readonly view: View
  readonly workload: KubeObject
  readonly worked: WorkedRevision
  /** `which lowered the memory limit of app from 512Mi to 64Mi`. */
  readonly what: string
}

/** Back to the revision that worked. */
export function rollBackPlan({ hazard, view, workload, worked, what }: RollBackDraft): Plan {
  const subject = subjectOf(workload)
  const [to, from] = [String(worked.target.number), String(worked.current.number)]
  const target = targetOfObject(workload)
  return createPlan({
    hazard,
    subject,
    approach: 'roll-back',
    goal: `${subjectText(subject)} runs revision ${to} again`,
    steps: [
      {
        action: { verb: 'roll-back', target, toRevision: to, fromRevision: from, templateDigest: worked.target.digest },
        reason: `go back to revision ${to}: ${worked.because}; revision ${from} ${what}`,
        preconditions: [{ type: 'object-exists', target }],
        // The revision that was copied forward gets the next number; the one we left keeps its own.
        undo: { verb: 'roll-back', target, toRevision: from, fromRevision: String(worked.current.number + 1), templateDigest: worked.current.digest },
      },
      ...unblockSteps(view, workload),
    ],
    proof: workloadProof(workload, hazard),
    risk: 'disruptive',
    expectedEffect: `the pods of revision ${from} are replaced by pods of revision ${to}`,
    rationale: `Undoing the change needs no value of ours: revision ${from} ${what}, and for revision ${to} ${worked.because}.${managerNote(workload)}`,
  })
}

export interface PatchDraft {
  readonly hazard: string
  readonly view: View
  readonly workload: KubeObject
  readonly approach: string
  readonly goal: string
  readonly changes: readonly FieldChange[]
  readonly reason: string
  readonly rationale: string
  readonly values: Plan['values']
}

/** Changes fields of a workload and waits for the rollout by proof. */
export function patchWorkloadPlan(draft: PatchDraft): Plan {
  const { hazard, view, workload, changes } = draft
  return createPlan({
    hazard,
    subject: subjectOf(workload),
    approach: draft.approach,
    goal: draft.goal,
    steps: [patchStep(workload, changes, draft.reason), ...unblockSteps(view, workload)],
    proof: workloadProof(workload, hazard),
    risk: 'disruptive',
    expectedEffect: `the pods of ${subjectText(subjectOf(workload))} are replaced`,
    rationale: draft.rationale + managerNote(workload),
    values: draft.values,
  })
}

/** One JSON Patch with its undo. */
export function patchStep(object: KubeObject, changes: readonly FieldChange[], reason: string): StepDraft {
  const target = targetOfObject(object)
  const { patch, undo } = jsonChange(object, changes)
  const asJson = (operations: typeof patch): JsonValue[] => operations.map((operation) => ({ ...operation }))
  const action = { verb: 'patch', target, patchType: 'json', patch: asJson(patch) as never, undo: asJson(undo) as never } satisfies Action
  return {
    action,
    reason,
    preconditions: [{ type: 'object-exists', target }],
    undo: { verb: 'patch', target, patchType: 'json', patch: action.undo, undo: action.patch },
  }
}

/** A StatefulSet that waits for an unready pod of the old template goes on only without it. */
function unblockSteps(view: View, workload: KubeObject): StepDraft[] {
  const policy = (workload['spec'] as { updateStrategy?: { type?: string } } | undefined)?.updateStrategy?.type
  if (workload.kind !== 'StatefulSet' && policy !== 'OnDelete') return []
  return livePodsOf(view, workload)
    .filter((pod) => !isReady(pod))
    .map((pod) => ({
      action: { verb: 'delete-pod', target: targetOfObject(pod) },
      reason: `delete the pod that is not ready, so that its controller makes it from the mended template`,
      preconditions: [{ type: 'object-exists', target: targetOfObject(pod) }],
    }))
}

/** Where the container stands in the workload's template, as a path for a change; undefined when it is not there. */
export function containerPath(workload: KubeObject, name: string): (string | number)[] | undefined {
  const base = workload.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template', 'spec'] : ['spec', 'template', 'spec']
  const spec = base.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], workload) as Record<string, { name: string }[] | undefined> | undefined
  for (const field of ['containers', 'initContainers']) {
    const index = spec?.[field]?.findIndex((container) => container.name === name) ?? -1
    if (index >= 0) return [...base, field, index]
  }
  return undefined
}

/** A plan that cannot run until a person answers: the question, bound to the object it is about. */
export function askPlan(options: {
  readonly hazard: string
  readonly workload: KubeObject
  readonly goal: string
  readonly rationale: string
  readonly needsInput: readonly NeededInput[]
}): Plan {
  const { hazard, workload, goal, rationale, needsInput } = options
  return createPlan({
    hazard,
    subject: subjectOf(workload),
    approach: `ask-${hazard}`,
    goal,
    steps: [],
    proof: replicasOf(workload) > 0 ? workloadProof(workload, hazard) : [{ type: 'hazard-absent', hazard, subject: subjectOf(workload) }],
    risk: 'none',
    expectedEffect: 'nothing changes until a person answers',
    rationale: rationale + managerNote(workload),
    needsInput,
  })
}
