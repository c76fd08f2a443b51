/** How a policy directory is refused: each problem with its file, line and policy, and what to do about it. */

import { fault, type Fault } from '../kernel/fault.ts'

export interface PolicyProblem {
  readonly file: string
  readonly line?: number
  readonly policy?: string
  readonly message: string
  readonly hint: string
}

/** `3-asks.cedar:12 policy "blast-soft"`. */
export function placeOf({ file, line, policy }: Omit<PolicyProblem, 'message' | 'hint'>): string {
  return `${file}${line === undefined ? '' : `:${line}`}${policy === undefined ? '' : ` policy "${policy}"`}`
}

/** One line: the first problem whole, and how many more there are. */
export function policyFault(problems: readonly [PolicyProblem, ...PolicyProblem[]]): Fault {
  const [{ message, hint, ...place }, ...others] = problems
  const more = others.length === 0 ? '' : ` (and ${others.length} more; "boyd policy check" lists them all)`
  return fault({ code: 'invalid', operation: 'load policies', subject: placeOf(place), message: `${message}${more}`, hint, recovery: 'ask-human' })
}
