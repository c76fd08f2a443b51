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
import { isRecord } from '../kernel/json.ts'
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
  return digestOfJson({ ...rest, spec: withoutReportedTaints(rest['spec']), labels: metadata.labels ?? {} })
}

/** Taints that the control plane keeps in step with conditions (kubernetes.io: well-known labels, annotations and taints). */
const REPORTED_TAINT = /^node\.kubernetes\.io\/(not-ready|unreachable|memory-pressure|disk-pressure|pid-pressure|network-unavailable)$/

/** A failing node is tainted a little at a time; that is more of the same trouble and no other node. */
function withoutReportedTaints(spec: unknown): unknown {
  if (!isRecord(spec) || !Array.isArray(spec['taints'])) return spec
  const kept = spec['taints'].filter((taint: unknown) => !isRecord(taint) || !REPORTED_TAINT.test(String(taint['key'])))
  const { taints: _, ...rest } = spec
  return kept.length === 0 ? rest : { ...rest, taints: kept }
}

function targetsOf(plan: Plan): Target[] {
  const targets = plan.steps.flatMap((step) => targetOf(step.action) ?? [])
  return [...new Map(targets.map((target) => [objectKey(target), target])).values()]
}
