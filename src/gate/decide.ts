/**
 * What Cedar's answer means: allow, ask, or deny, and by which policies.
 *
 * Cedar skips a policy that errors and ignores an entity that is missing; both can turn a `deny` into an `allow`.
 * So anything that is not a clean answer to a complete request is a deny. And nobody is asked to approve what would
 * then be refused: `ask` is given only after the policies themselves said yes to that many approvals.
 */

import type { CedarRequest } from './cedar-request.ts'
import { askCedar, type CedarAnswer } from './ask-cedar.ts'
import { flawOf } from './check-entities.ts'
import { policyOf, type Obligation, type PolicyBundle } from './policy-bundle.ts'

export type Decision =
  | { readonly type: 'allow'; readonly by: readonly string[] }
  | { readonly type: 'ask'; readonly approvals: number; readonly distinctTeams: number; readonly breakGlass: boolean; readonly by: readonly string[] }
  /** `by` names policies, or one of the gate's own checks; `detail` is for the latter. */
  | { readonly type: 'deny'; readonly by: readonly string[]; readonly detail?: string }

/** More people than this are not asked: a plan that needs a committee is not for the night. */
const APPROVALS_MAX = 3

/** Never throws: a request of a shape that cannot be read is denied like any other that cannot be judged. */
export function decide(request: CedarRequest, bundle: PolicyBundle): Decision {
  try {
    return decideWhole(request, bundle)
  } catch (error) {
    return { type: 'deny', by: ['pdp-failure'], detail: error instanceof Error ? error.message : String(error) }
  }
}

function decideWhole(request: CedarRequest, bundle: PolicyBundle): Decision {
  const flaw = flawOf(request)
  if (flaw !== undefined) return { type: 'deny', by: ['incomplete-request'], detail: flaw }
  const answer = askCedar(bundle, request)
  const unclean = uncleanOf(answer)
  if (unclean !== undefined) return unclean
  const { decision, policies } = answer as Extract<CedarAnswer, { type: 'answered' }>
  if (decision === 'allow') return { type: 'allow', by: policies }
  if (policies.length === 0) return { type: 'deny', by: ['default'], detail: 'no policy permits it' }
  const obligations = policies.map((id) => policyOf(bundle, id)?.obligation)
  const hard = policies.filter((_, index) => obligations[index] === undefined)
  if (hard.length > 0) return { type: 'deny', by: hard }
  return fewestApprovals({ request, bundle, by: policies, obligations })
}

/** An answer with errors is no answer, even where it says allow: the policy that failed may be the one that forbids. */
function uncleanOf(answer: CedarAnswer): Decision | undefined {
  if (answer.type === 'failed') return { type: 'deny', by: ['pdp-failure'], detail: answer.message }
  if (answer.errors.length > 0) return { type: 'deny', by: ['policy-error'], detail: answer.errors.join('; ') }
  return undefined
}

interface Search {
  readonly request: CedarRequest
  readonly bundle: PolicyBundle
  readonly by: readonly string[]
  readonly obligations: readonly (Obligation | undefined)[]
}

/** Asks the policies themselves: with how many people, of how many teams, would they say yes? */
function fewestApprovals({ request, bundle, by, obligations }: Search): Decision {
  const breakGlass = obligations.includes('breakglass')
  for (let approvals = 1; approvals <= APPROVALS_MAX; approvals += 1) {
    for (let distinctTeams = 1; distinctTeams <= approvals; distinctTeams += 1) {
      const granted = { ...request.context.approvals, count: approvals, teams: distinctTeams }
      const context = { ...request.context, approvals: granted, breakGlass: request.context.breakGlass || breakGlass }
      const answer = askCedar(bundle, { ...request, context })
      const yes = answer.type === 'answered' && answer.errors.length === 0 && answer.decision === 'allow'
      if (yes) return { type: 'ask', approvals, distinctTeams, breakGlass, by }
    }
  }
  return { type: 'deny', by, detail: 'no number of approvals would allow it' }
}

/** As examples and people write it: `allow`, `ask 1`, `ask 2 of 2 teams`, `ask break-glass`, `deny`. */
export function decisionText(decision: Decision): string {
  if (decision.type !== 'ask') return decision.type
  if (decision.breakGlass) return 'ask break-glass'
  return `ask ${decision.approvals}${decision.distinctTeams > 1 ? ` of ${decision.distinctTeams} teams` : ''}`
}
