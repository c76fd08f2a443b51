/**
 * Mutating admission policies: after the server's own defaults and plugins, before anything is judged (`admission/plugin/policy/mutating`). When one was applied,
 * the server's own plugins run again, and so does, once, each policy that asks for it. What they change is nobody's in managed fields.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { ApiEnvironment } from '../api/environment.ts'
import { forbidden, statusError } from '../api/status-error.ts'
import { boundBy, type Bound } from './bindings.ts'
import { conditionsOf, inputsOf } from './inputs.ts'
import { mutated } from './mutation.ts'
import { policySpec } from './policy.ts'
import { identityOf, isExempt, type AdmissionRequest } from './request.ts'

export interface MutationOptions {
  /** The server's own plugins. */
  readonly admit: (object: KubeObject) => KubeObject
  /** Defaults: whatever was patched gets them. */
  readonly complete: (object: KubeObject) => KubeObject
}

interface Invocation extends Bound {
  readonly param: KubeObject | null
}

interface Round {
  readonly request: AdmissionRequest
  readonly invocations: readonly Invocation[]
  readonly object: KubeObject
}

export function mutateByPolicies(environment: Pick<ApiEnvironment, 'store' | 'requester' | 'profile'>, asked: Omit<AdmissionRequest, 'requester'> & { readonly object: KubeObject }, { admit, complete }: MutationOptions): KubeObject {
  if (isExempt(asked.resource) || !environment.profile.mutatingAdmissionPolicies) return asked.object
  const request: AdmissionRequest = { ...asked, requester: environment.requester }
  const bound = boundBy('MutatingAdmissionPolicy', request, environment.store)
  const invocations = bound.flatMap((one) => one.params.map((param) => ({ ...one, param })))
  const problems = bound.flatMap((one) => (one.problem === undefined || isLenient(one) ? [] : [denialOf(one, one.problem)]))
  const first = playRound(environment, { request, invocations, object: asked.object }, problems)
  deny(request, problems)
  if (!first.isTouched) return asked.object
  const again = first.invoked.filter(isReinvocable)
  const readmitted = admit(complete(first.object))
  if (again.length === 0) return readmitted
  const second = playRound(environment, { request, invocations: again, object: readmitted }, problems)
  deny(request, problems)
  return complete(second.object)
}

interface Played {
  readonly object: KubeObject
  /** Those whose conditions were met. */
  readonly invoked: readonly Invocation[]
  /** A mutation was applied, if only to no effect. */
  readonly isTouched: boolean
}

function playRound(environment: Pick<ApiEnvironment, 'store' | 'requester'>, { request, invocations, object }: Round, problems: string[]): Played {
  let played: Played = { object, invoked: [], isTouched: false }
  for (const invocation of invocations) {
    const question = { policy: invocation.policy, params: invocation.param, store: environment.store }
    const conditions = conditionsOf(invocation.policy, inputsOf({ ...question, request: { ...request, object: played.object } }))
    if (conditions.type === 'unmet') continue
    if (conditions.type !== 'met') {
      fail(environment, invocation, conditions, problems)
      continue
    }
    played = { ...played, invoked: [...played.invoked, invocation] }
    for (const mutation of policySpec(invocation.policy).mutations ?? []) {
      const result = mutated(mutation, played.object, { ...question, request: { ...request, object: played.object } })
      if (result.type === 'object') played = { ...played, object: result.object, isTouched: true }
      else fail(environment, invocation, result, problems)
    }
  }
  return played
}

function isReinvocable({ policy }: Invocation): boolean {
  return policySpec(policy).reinvocationPolicy === 'IfNeeded'
}

function isLenient({ policy }: Bound): boolean {
  return policySpec(policy).failurePolicy === 'Ignore'
}

function fail({ requester: { warn } }: Pick<ApiEnvironment, 'requester'>, invocation: Invocation, { type, message }: { readonly type: 'error' | 'not-modelled'; readonly message: string }, problems: string[]): void {
  if (type === 'not-modelled') warn?.(`MutatingAdmissionPolicy '${invocation.policy.metadata.name}' is not evaluated here: ${message}`)
  else if (!isLenient(invocation)) problems.push(denialOf(invocation, message))
}

function denialOf({ policy, binding }: Bound, message: string): string {
  return `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${message}`
}

/** Forbidden, and called invalid: the reason is set and the code is not. */
function deny(request: AdmissionRequest, problems: readonly string[]): void {
  const [first] = problems
  if (first === undefined) return
  const { kubeStatus } = forbidden(request.resource, identityOf(request).name, first)
  const refusal = statusError('Forbidden', first, { ...kubeStatus.details, causes: problems.map((message) => ({ message })) })
  throw Object.assign(refusal, { kubeStatus: { ...refusal.kubeStatus, reason: 'Invalid' } })
}
