/** Admission policies and their bindings, as they are stored, and which of their expressions we cannot evaluate. */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { expressionLibrary } from '../cel/expressions.ts'
import type { MatchResources } from './match.ts'

export interface Validation {
  readonly expression: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
}

export interface Mutation {
  readonly patchType?: string
  readonly applyConfiguration?: { readonly expression: string }
  readonly jsonPatch?: { readonly expression: string }
}

export interface PolicySpec {
  readonly failurePolicy?: string
  readonly paramKind?: { readonly apiVersion: string; readonly kind: string }
  readonly matchConstraints?: MatchResources
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[]
  readonly variables?: readonly { readonly name: string; readonly expression: string }[]
  readonly validations?: readonly Validation[]
  readonly auditAnnotations?: readonly { readonly key: string; readonly valueExpression: string }[]
  /** Of a mutating policy. */
  readonly mutations?: readonly Mutation[]
  readonly reinvocationPolicy?: string
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
  const { matchConditions = [], variables = [], validations = [], mutations = [], auditAnnotations = [] } = policySpec(policy)
  const mutating = mutations.flatMap(({ applyConfiguration, jsonPatch }) => [applyConfiguration, jsonPatch].filter((one) => one !== undefined))
  const texts = [...[...matchConditions, ...variables, ...validations, ...mutating].map(({ expression }) => expression), ...auditAnnotations.map(({ valueExpression }) => valueExpression)]
  return texts.map((text) => policyExpressions.compile(text).flaw).find((flaw) => flaw !== undefined)
}
