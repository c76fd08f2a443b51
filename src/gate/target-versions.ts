/**
 * What a plan's targets looked like when they were shown to a person, so that an approval of an object that has
 * changed since is void.
 *
 * The version is the uid with `metadata.generation`, which the API server raises when the spec changes and not when
 * a controller reports status. Kinds without a generation (Node, ConfigMap, Pod before 1.33) are digested without
 * their status and metadata but with their labels: a node's resourceVersion moves with every heartbeat, and an
 * approval that no heartbeat survives is no approval.
 */

import { digestOfJson } from '../kernel/canonical-json.ts'
import { objectKey, subjectText, type KubeObject } from '../model/kube-object.ts'
import { targetOf, type Plan, type Target } from '../model/plan.ts'
import type { View } from '../model/view.ts'

export const ABSENT = 'absent'

/** `Kind ns/name` → version, for every object the plan changes. */
export function targetVersionsOf(plan: Plan, view: Pick<View, 'get'>): Record<string, string> {
  return Object.fromEntries(targetsOf(plan).map((target) => [subjectText(target), versionOf(view.get(target))]))
}

/** The targets that are no longer as they were. Versions of another plan's targets count as moved. */
export function movedTargets(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name])
}

function versionOf(object: KubeObject | undefined): string {
  if (object === undefined) return ABSENT
  const { uid = '', generation } = object.metadata
  return generation === undefined ? `${uid}@${specDigest(object)}` : `${uid}@${generation}`
}

function specDigest(object: KubeObject): string {
  const { status: _, metadata, ...rest } = object
  return digestOfJson({ ...rest, labels: metadata.labels ?? {} })
}

function targetsOf(plan: Plan): Target[] {
  const targets = plan.steps.flatMap((step) => targetOf(step.action) ?? [])
  return [...new Map(targets.map((target) => [objectKey(target), target])).values()]
}
