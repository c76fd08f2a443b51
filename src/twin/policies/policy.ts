/** ValidatingAdmissionPolicies and their bindings, as they are stored, and which of their expressions we cannot evaluate. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { expressionLibrary } from '../cel/expressions.ts'
import type { MatchResources } from './match.ts'

export const BINDING_KIND = 'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding'

export interface Validation {
  readonly expression: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
}

export interface PolicySpec {
  readonly failurePolicy?: string
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string }
  readonly matchConstraints?: MatchResources
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[]
  readonly variables?: readonly { readonly name: string; readonly expression: string }[]
  readonly validations?: readonly Validation[]
}

export interface BindingSpec {
  readonly policyName?: string
  readonly validationActions?: readonly string[]
  readonly matchResources?: MatchResources
  readonly paramRef?: { readonly name?: string; readonly namespace?: string; readonly selector?: LabelSelector; readonly parameterNotFoundAction?: string }
}

/** The names that expressions of a policy may use. */
export const policyExpressions = expressionLibrary(['object', 'oldObject', 'request', 'params', 'namespaceObject', 'variables', 'authorizer'])

export function policySpec(policy: KubeObject): PolicySpec {
  return (policy['spec'] ?? {}) as PolicySpec
}

export function bindingSpec(binding: KubeObject): BindingSpec {
  return (binding['spec'] ?? {}) as BindingSpec
}

/** Why a policy cannot be evaluated here; undefined where it can. */
export function flawOfPolicy(policy: KubeObject): string | undefined {
  const { matchConditions = [], variables = [], validations = [] } = policySpec(policy)
  for (const { expression } of [...matchConditions, ...variables, ...validations]) {
    const compiled = policyExpressions.compile(expression)
    if (compiled.flaw !== undefined) return compiled.flaw
    if (compiled.names('authorizer')) return 'it asks the authorizer'
  }
  return undefined
}
