/**
 * Runs the examples of the policies. A policy without an example it decides, or without a near miss, is refused: a
 * rule whose effect nobody wrote down is a rule nobody knows.
 */

import { decide, type Decision } from './decide.ts'
import { requestOfExample, type BaseRequest, type Example } from './fact-schema.ts'
import type { PolicyBundle } from './policy-bundle.ts'
import { policyFault } from './policy-fault.ts'

export interface ExampleGroup {
  readonly file: string
  readonly policy: string
  readonly decides: readonly Example[]
  readonly nearMisses: readonly Example[]
}

/** Throws fault `invalid` at the first example that comes out otherwise. */
export function runExamples(bundle: PolicyBundle, base: BaseRequest, groups: readonly ExampleGroup[]): void {
  for (const policy of bundle.policies) {
    if (groups.some((group) => group.policy === policy.id)) continue
    throw policyFault({ file: policy.file, line: policy.line, policy: policy.id, message: 'no example shows what it does', hint: 'Add one that it decides and one near miss to tests/*.yaml.' })
  }
  for (const group of groups) {
    if (!bundle.policies.some((policy) => policy.id === group.policy)) throw policyFault({ file: group.file, policy: group.policy, message: 'there are examples, but no such policy', hint: 'Remove them, or bring the policy back.' })
    for (const example of group.decides) check(bundle, base, { group, example, involved: true })
    for (const example of group.nearMisses) check(bundle, base, { group, example, involved: false })
  }
}

function check(bundle: PolicyBundle, base: BaseRequest, task: { readonly group: ExampleGroup; readonly example: Example; readonly involved: boolean }): void {
  const { group, example, involved } = task
  const place = { file: group.file, policy: group.policy }
  const request = requestOfExample(base, example)
  if (typeof request === 'string') throw policyFault({ ...place, message: `example "${example.name}": ${request}`, hint: 'tests/base.yaml shows the members there are.' })
  const decision = decide(request, bundle)
  const by = decision.by.join(', ')
  if (textOf(decision) !== example.verdict) {
    throw policyFault({ ...place, message: `example "${example.name}" should be "${example.verdict}" and is "${textOf(decision)}" by ${by}`, hint: 'Correct the policy, or the example if the change is meant.' })
  }
  if (decision.by.includes(group.policy) === involved) return
  const role = involved ? 'should be decided by it and is not' : 'should not involve it and does'
  throw policyFault({ ...place, message: `example "${example.name}" ${role} (${by})`, hint: 'Correct the policy, or move the example.' })
}

function textOf(decision: Decision): string {
  if (decision.type !== 'ask') return decision.type
  if (decision.breakGlass) return 'ask break-glass'
  return `ask ${decision.approvals}${decision.distinctTeams > 1 ? ` of ${decision.distinctTeams} teams` : ''}`
}
