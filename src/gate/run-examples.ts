/**
 * Runs the examples of the policies. A policy without an example it decides, or without a near miss, is refused: a
 * rule whose effect nobody wrote down is a rule nobody knows. A policy on trial is tried as if it were in force.
 */

import { placeOfPolicy } from './check-together.ts'
import { decide, decisionText, type Decision } from './decide.ts'
import { requestOfExample, type BaseRequest, type Example } from './fact-schema.ts'
import { policyOf, withTrial, type PolicyBundle } from './policy-bundle.ts'
import type { PolicyProblem } from './policy-fault.ts'

export interface ExampleGroup {
  readonly file: string
  readonly policy: string
  readonly decides: readonly LinedExample[]
  readonly nearMisses: readonly LinedExample[]
}

export type LinedExample = Example & { readonly line?: number }

export interface ExampleRun {
  readonly policy: string
  readonly example: string
  readonly role: 'decides' | 'near-miss'
  readonly given: Readonly<Record<string, unknown>>
  readonly expected: string
  readonly verdict: string
  /** Ids of the policies that made the verdict. */
  readonly by: readonly string[]
  readonly problem?: PolicyProblem
}

/** Every example with how it came out; those that came out otherwise carry a problem. */
export function runExamples(bundle: PolicyBundle, base: BaseRequest, groups: readonly ExampleGroup[]): ExampleRun[] {
  return groups.flatMap((group) => {
    if (policyOf(bundle, group.policy) === undefined) return []
    const tried = group.decides.map((example) => run(bundle, base, { group, example, involved: true }))
    return [...tried, ...group.nearMisses.map((example) => run(bundle, base, { group, example, involved: false }))]
  })
}

/** Policies that nobody wrote an example for, and examples of policies that are not there. */
export function missingExamples(bundle: PolicyBundle, groups: readonly ExampleGroup[]): PolicyProblem[] {
  const bare = [...bundle.policies, ...bundle.shadow].filter((policy) => !groups.some((group) => group.policy === policy.id))
  const orphans = groups.filter((group) => policyOf(bundle, group.policy) === undefined)
  return [
    ...bare.map((policy) => ({ ...placeOfPolicy(policy), message: 'no example shows what it does', hint: 'Add one that it decides and one near miss to tests/*.yaml.' })),
    ...orphans.map((group) => ({ file: group.file, policy: group.policy, message: 'there are examples, but no such policy', hint: 'Remove them, or bring the policy back.' })),
  ]
}

interface Task {
  readonly group: ExampleGroup
  readonly example: LinedExample
  readonly involved: boolean
}

function run(bundle: PolicyBundle, base: BaseRequest, task: Task): ExampleRun {
  const { group, example, involved } = task
  const shown = { policy: group.policy, example: example.name, role: involved ? 'decides' : 'near-miss', given: example.given, expected: example.verdict } as const
  const request = requestOfExample(base, example)
  if (typeof request === 'string') {
    const problem = { ...placeOfExample(task), message: `example "${example.name}": ${request}`, hint: 'tests/base.yaml shows the members there are.' }
    return { ...shown, verdict: 'invalid', by: [], problem }
  }
  const trial = bundle.shadow.find((policy) => policy.id === group.policy)
  const decision = decide(request, trial === undefined ? bundle : withTrial(bundle, trial))
  const problem = problemOf(task, decision)
  return { ...shown, verdict: decisionText(decision), by: decision.by, ...(problem === undefined ? {} : { problem }) }
}

function problemOf(task: Task, decision: Decision): PolicyProblem | undefined {
  const { group, example, involved } = task
  const by = decision.by.join(', ')
  const text = decisionText(decision)
  if (text !== example.verdict) {
    return { ...placeOfExample(task), message: `example "${example.name}" should be "${example.verdict}" and is "${text}" by ${by}`, hint: 'Correct the policy, or the example if the change is meant.' }
  }
  if (decision.by.includes(group.policy) === involved) return undefined
  const role = involved ? 'should be decided by it and is not' : 'should not involve it and does'
  return { ...placeOfExample(task), message: `example "${example.name}" ${role} (${by})`, hint: 'Correct the policy, or move the example.' }
}

function placeOfExample({ group, example }: Task): Pick<PolicyProblem, 'file' | 'line' | 'policy'> {
  return { file: group.file, policy: group.policy, ...(example.line === undefined ? {} : { line: example.line }) }
}
