/** When an indexed Job has succeeded before all of it has (`successPolicy`; `pkg/controller/job/success_policy.go`). */

import { parseIndexes } from './indexes.ts'

export interface SuccessPolicy {
  readonly rules?: readonly { readonly succeededIndexes?: string; readonly succeededCount?: number }[]
}

/** The number of the first rule that is met. */
export function metRule(policy: SuccessPolicy | undefined, completed: ReadonlySet<number>, completions: number): number | undefined {
  if (completed.size === 0) return undefined
  const index = (policy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && completed.size >= succeededCount
    const asked = parseIndexes(succeededIndexes).filter((asking) => asking < completions)
    const done = asked.filter((asking) => completed.has(asking)).length
    return asked.length > 0 && (done === asked.length || (succeededCount !== undefined && done >= succeededCount))
  })
  return index === -1 ? undefined : index
}
