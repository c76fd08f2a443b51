/** What may become of a pod: `ValidatePodUpdate`. Where it stops early, the rest is not named. */

import type { Container, NodeSelectorTerm, PodSpec, Toleration } from 'kubernetes-types/core/v1.d.ts'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, requiredField, type FieldError } from './field-error.ts'
import { tolerationErrors } from './validate-affinity.ts'
import type { VersionProfile } from '../profile.ts'

const FIXED =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const DEADLINE_SECONDS_MAX = 2_147_483_647

type Spec = PodSpec & { readonly schedulingGates?: readonly { readonly name: string }[] }

export function podChangeErrors(before: KubeObject, next: KubeObject, profile: VersionProfile): FieldError[] {
  const old = before['spec'] as Spec
  const spec = next['spec'] as Spec
  for (const list of ['containers', 'initContainers'] as const) {
    if ((spec[list] ?? []).length !== (old[list] ?? []).length) return [...(list === 'initContainers' ? containerErrors(spec.containers, 'spec.containers') : []), forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')]
  }
  const containers = [...containerErrors(spec.containers ?? [], 'spec.containers'), ...containerErrors(spec.initContainers ?? [], 'spec.initContainers')]
  const deadline = deadlineErrors(old.activeDeadlineSeconds, spec.activeDeadlineSeconds)
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return [...containers, ...deadline]
  return [...containers, ...deadline, ...addedTolerationErrors(old.tolerations ?? [], spec.tolerations ?? [], profile), ...gateErrors(old, spec), ...specErrors(old, spec)]
}

function containerErrors(containers: readonly Container[], field: string): FieldError[] {
  return containers.flatMap(({ image = '' }, index) => [
    ...(image === '' ? [requiredField(`${field}[${index}].image`)] : []),
    ...(image === image.trim() ? [] : [invalidField(`${field}[${index}].image`, image, 'must not have leading or trailing whitespace')]),
  ])
}

/** It may be set once, and from then on only be shortened. */
function deadlineErrors(before: number | undefined, next: number | undefined): FieldError[] {
  const field = 'spec.activeDeadlineSeconds'
  if (next === undefined) return before === undefined ? [] : [invalidField(field, null, 'must not update from a positive integer to nil value')]
  if (next < 0 || next > DEADLINE_SECONDS_MAX) return [invalidField(field, next, `must be between 0 and ${DEADLINE_SECONDS_MAX}, inclusive`)]
  return before !== undefined && before < next ? [invalidField(field, next, 'must be less than or equal to previous value')] : []
}

function addedTolerationErrors(before: readonly Toleration[], next: readonly Toleration[], profile: VersionProfile): FieldError[] {
  const isKept = (old: Toleration): boolean => next.some((other) => jsonEqual({ ...old, tolerationSeconds: undefined }, { ...other, tolerationSeconds: undefined }))
  if (!before.every(isKept)) return [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
  return next.flatMap((toleration, index) => tolerationErrors(toleration, `spec.tolerations[${index}]`, profile))
}

function gateErrors(old: Spec, spec: Spec): FieldError[] {
  const known = new Set(old.schedulingGates?.map(({ name }) => name))
  const gates = spec.schedulingGates ?? []
  const isLast = (name: string, index: number): boolean => gates.findLastIndex((gate) => gate.name === name) === index
  return gates.flatMap(({ name }, index) => (known.has(name) || !isLast(name, index) ? [] : [forbiddenField(`spec.schedulingGates[${index}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`)]))
}

/** What is left must be as it was; a gated pod may still be told more closely where to go. */
function specErrors(old: Spec, spec: Spec): FieldError[] {
  if (jsonEqual(old, spec)) return []
  const isGated = (old.schedulingGates ?? []).length > 0
  const narrowed = isGated ? [...selectorErrors(old, spec), ...affinityErrors(old, spec)] : []
  return jsonEqual(fixedPart(old, old, isGated), fixedPart(spec, old, isGated)) ? narrowed : [...narrowed, forbiddenField('spec', FIXED)]
}

function selectorErrors(old: Spec, spec: Spec): FieldError[] {
  const kept = Object.entries(old.nodeSelector ?? {}).every(([key, value]) => spec.nodeSelector?.[key] === value)
  return kept ? [] : [invalidField('spec.nodeSelector', spec.nodeSelector ?? null, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)')]
}

function affinityErrors(old: Spec, spec: Spec): FieldError[] {
  const termsOf = ({ affinity }: Spec): readonly NodeSelectorTerm[] | undefined => affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  const [before = [], next] = [termsOf(old), termsOf(spec)]
  const field = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
  if (before.length > 0 && before.length !== (next ?? []).length) return [invalidField(field, next ?? null, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')]
  return before.flatMap((term, index) => (isNarrowed(term, next?.[index] ?? {}) ? [] : [invalidField(`${field}[${index}]`, next?.[index] ?? null, 'only additions are allowed (no mutations or deletions)')]))
}

function isNarrowed(old: NodeSelectorTerm, next: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  const isEmpty = lists.every((list) => (old[list] ?? []).length === 0)
  if (isEmpty) return lists.every((list) => (next[list] ?? []).length === 0)
  return lists.every((list) => jsonEqual(old[list] ?? [], (next[list] ?? []).slice(0, (old[list] ?? []).length)))
}

/** The spec with everything that may change as it was in `old`. */
function fixedPart(spec: Spec, old: Spec, isGated: boolean): unknown {
  const { activeDeadlineSeconds: _, tolerations: __, schedulingGates: ___, ephemeralContainers: ____, terminationGracePeriodSeconds: grace = 30, affinity, nodeSelector, ...rest } = spec
  const withoutImage = ({ image: _image, ...container }: Container): object => container
  const isMended = grace === 1 && (old.terminationGracePeriodSeconds ?? 0) < 0
  return {
    ...rest,
    terminationGracePeriodSeconds: isMended ? old.terminationGracePeriodSeconds : grace,
    containers: spec.containers.map(withoutImage),
    initContainers: (spec.initContainers ?? []).map(withoutImage),
    ...(isGated ? { affinity: podAffinities(affinity) } : { affinity, nodeSelector }),
  }
}

function podAffinities(affinity: Spec['affinity']): object {
  return { podAffinity: affinity?.podAffinity, podAntiAffinity: affinity?.podAntiAffinity }
}
