/** A pod held against a level at a version (`pod-security-admission/policy/registry.go`, `checks.go`). */

import { BASELINE } from './baseline.ts'
import type { Check, JudgedPod, VersionedCheck, Violation } from './check.ts'
import type { LevelVersion } from './levels.ts'
import { RESTRICTED } from './restricted.ts'

/** Nothing where the pod may be. `minor` is the server's: a policy that is newer asks what the server knows. */
export function violationsOf(pod: JudgedPod, { level, version }: LevelVersion, minor: number): readonly Violation[] {
  if (level === 'privileged') return []
  const asked = version === 'latest' ? minor : Math.min(minor, Number(version.slice('v1.'.length)))
  return checksOf(level, asked).flatMap((check) => check(pod) ?? [])
}

function checksOf(level: 'baseline' | 'restricted', minor: number): Check[] {
  const stricter = level === 'baseline' ? [] : RESTRICTED.filter((check) => checkAt(check, minor) !== undefined)
  const overridden = new Set(stricter.map(({ overrides }) => overrides))
  return [...BASELINE.filter(({ id }) => !overridden.has(id)), ...stricter].flatMap((check) => checkAt(check, minor) ?? [])
}

function checkAt({ since }: VersionedCheck, minor: number): Check | undefined {
  return since.findLast(([first]) => first <= minor)?.[1]
}

/** Each in full: what is told of one pod. */
export function detailOf(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ')
}
