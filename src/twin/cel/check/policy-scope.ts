/** What the expressions of an admission policy may name, and what is wrong with one (`apiserver/pkg/admission/plugin/cel/compile.go`). */

import { policyExpressions } from '../../policies/policy.ts'

export interface PolicyScope {
  readonly takesParams: boolean
  readonly hasAuthorizer: boolean
  /** May make objects and operations: those of a mutation. */
  readonly hasPatchTypes: boolean
  readonly variables: readonly Variable[]
}

interface Variable {
  readonly name: string
  readonly expression: string
}

export const POLICY_SCOPE: PolicyScope = { takesParams: false, hasAuthorizer: true, hasPatchTypes: false, variables: [] }

export function withVariables(scope: PolicyScope, variables: readonly Variable[]): PolicyScope {
  return { ...scope, variables }
}

/** Why the server would not store it; undefined where it would. `returns`: the types that it may come to. */
export function expressionProblem(expression: string, _scope: PolicyScope, _returns?: readonly string[]): string | undefined {
  const { flaw } = policyExpressions.compile(expression)
  return flaw === undefined ? undefined : `compilation failed: ERROR: <input>: ${flaw}`
}
