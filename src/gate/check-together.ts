/**
 * What can be told of policies only together: unique ids (a map would drop one of two), strict validation against the
 * schema with no error and no warning (typos, impossible rules, mixed scripts), and permits that permit everything.
 */

import { validate, type DetailedError } from '@cedar-policy/cedar-wasm/nodejs'
import { askCedar } from './ask-cedar.ts'
import { requestOfExample, type BaseRequest } from './fact-schema.ts'
import type { Policy, PolicyBundle } from './policy-bundle.ts'
import type { PolicyProblem } from './policy-fault.ts'

export function problemsTogether(policies: readonly Policy[], schema: PolicyFileOf): PolicyProblem[] {
  const repeated = repeatedIds(policies)
  // Validation names policies by their ids, so it has nothing to say until they are unique.
  return repeated.length > 0 ? repeated : validationProblems(policies, schema)
}

interface PolicyFileOf {
  readonly name: string
  readonly text: string
}

function repeatedIds(policies: readonly Policy[]): PolicyProblem[] {
  return policies.flatMap((policy, index): PolicyProblem[] => {
    const first = policies.find((other) => other.id === policy.id)
    if (first === undefined || first === policies[index]) return []
    return [{ ...placeOfPolicy(policy), message: `the @id is taken by ${first.file}:${first.line}`, hint: 'Give each policy an @id of its own.' }]
  })
}

function validationProblems(policies: readonly Policy[], schema: PolicyFileOf): PolicyProblem[] {
  const staticPolicies = Object.fromEntries(policies.map((policy) => [policy.id, policy.text]))
  const answer = validate({ schema: schema.text, policies: { staticPolicies }, validationSettings: { mode: 'strict' } })
  if (answer.type === 'failure') return [{ file: schema.name, message: textOf(answer.errors), hint: 'Correct the schema.' }]
  const found = [...answer.validationErrors, ...answer.validationWarnings].map(({ policyId, error }): PolicyProblem => {
    const policy = policies.find((candidate) => candidate.id === policyId)
    return { ...(policy === undefined ? { file: 'policies' } : placeOfPolicy(policy)), message: error.message, hint: error.help ?? 'Correct the policy so that it fits the schema.' }
  })
  const others = answer.otherWarnings.map((warning): PolicyProblem => ({ file: 'policies', message: warning.message, hint: 'Warnings count as errors here.' }))
  return [...found, ...others]
}

/** Everything about the change is as bad as it can be; whoever permits this has no condition worth the name. */
const WORST: Readonly<Record<string, unknown>> = {
  rehearsal: { passed: false, planHash: 'none', ageSec: -1, confidencePct: 0 },
  blast: { pods: 1_000_000, podPct: 100, namespaces: 1_000_000, nodes: 1_000_000, nodePct: 100 },
  errorBudget: { tracked: true, known: false, leftPct: 0 },
  playbook: { level: 'observe', recentFailures: 1_000_000 },
  dataLoss: true,
  reversible: false,
  assumedValues: true,
  freeze: true,
  killSwitch: true,
  holiday: true,
  businessHours: false,
}

const CHANGES: readonly { readonly action: string; readonly resource: Readonly<Record<string, unknown>> }[] = [
  ...['scale', 'roll-back', 'restart', 'patch', 'evict', 'delete-pod'].map((action) => ({ action, resource: { type: 'Workload', kind: 'Deployment', namespace: 'shop', name: 'x' } })),
  ...['cordon', 'uncordon', 'drain', 'patch', 'delete-node'].map((action) => ({ action, resource: { type: 'Node', kind: 'Node', name: 'x' } })),
  ...['Object', 'ClusterObject', 'Namespace'].map((type) => ({ action: 'patch', resource: { type, kind: 'Thing', name: 'x', ...(type === 'Object' ? { namespace: 'shop' } : {}) } })),
]

/** Permits that permit a change of which everything is bad, whatever their conditions say in many words. */
export function boundlessPermits(bundle: PolicyBundle, base: BaseRequest): PolicyProblem[] {
  const permits = [...bundle.policies, ...bundle.shadow].filter((policy) => policy.effect === 'permit')
  const alone = { ...bundle, digest: `${bundle.digest}+permits`, policies: permits }
  const boundless = new Set(
    CHANGES.flatMap((change) => {
      const request = requestOfExample(base, { given: { ...WORST, ...change } })
      const answer = typeof request === 'string' ? undefined : askCedar(alone, request)
      return answer?.type === 'answered' && answer.decision === 'allow' ? answer.policies : []
    }),
  )
  return permits
    .filter(({ id }) => boundless.has(id))
    .map((policy) => ({ ...placeOfPolicy(policy), message: 'it permits a change of which everything is bad: its condition holds always', hint: 'Ask for what makes the change safe: at least context.rehearsal.passed.' }))
}

export function placeOfPolicy(policy: Policy): Pick<PolicyProblem, 'file' | 'line' | 'policy'> {
  return { file: policy.file, line: policy.line, policy: policy.id }
}

function textOf(errors: readonly DetailedError[]): string {
  return errors.map((error) => error.message).join('; ')
}
