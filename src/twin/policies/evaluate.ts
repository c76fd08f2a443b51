/** What a policy says of a request under one of its bindings (`admission/plugin/policy/validating/validator.go`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { userInfo } from '../access/reviews.ts'
import type { Requester } from '../api/api.ts'
import { celValue } from '../cel/values.ts'
import type { Outcome } from '../cel/expressions.ts'
import type { StoreReader } from '../store.ts'
import { policyExpressions, policySpec, type Validation } from './policy.ts'
import { identityOf, type AdmissionRequest } from './request.ts'

export type Finding =
  | { readonly type: 'denied'; readonly message: string; readonly reason: string }
  /** We cannot tell. */
  | { readonly type: 'not-modelled'; readonly message: string }

export interface Question {
  readonly policy: KubeObject
  readonly request: AdmissionRequest
  readonly params: KubeObject | null
  readonly store: StoreReader
}

export function evaluatePolicy(question: Question): readonly Finding[] {
  const spec = policySpec(question.policy)
  const isLenient = spec.failurePolicy === 'Ignore'
  const variables = variablesOf(question)
  const conditions = (spec.matchConditions ?? []).map(({ expression }) => ({ expression, outcome: policyExpressions.compile(expression).evaluate(variables) }))
  if (conditions.some(({ outcome }) => outcome.type === 'value' && outcome.value !== true)) return []
  const unmet = conditions.flatMap(({ expression, outcome }) => findingOf(outcome, expression, isLenient))
  if (unmet.length > 0 || conditions.some(({ outcome }) => outcome.type !== 'value')) return unmet
  return (spec.validations ?? []).flatMap((validation) => judge(validation, variables, isLenient))
}

function judge(validation: Validation, variables: Readonly<Record<string, unknown>>, isLenient: boolean): readonly Finding[] {
  const outcome = policyExpressions.compile(validation.expression).evaluate(variables)
  if (outcome.type !== 'value') return findingOf(outcome, validation.expression, isLenient)
  if (outcome.value === true) return []
  return [{ type: 'denied', message: messageOf(validation, variables), reason: validation.reason ?? 'Invalid' }]
}

function findingOf(outcome: Outcome, expression: string, isLenient: boolean): readonly Finding[] {
  if (outcome.type === 'not-modelled') return [{ type: 'not-modelled', message: outcome.message }]
  return outcome.type === 'value' || isLenient ? [] : [{ type: 'denied', message: `expression '${expression}' resulted in error: ${outcome.message}`, reason: 'Invalid' }]
}

function messageOf({ expression, message = '', messageExpression }: Validation, variables: Readonly<Record<string, unknown>>): string {
  const made = messageExpression === undefined ? undefined : policyExpressions.compile(messageExpression).evaluate(variables)
  if (made?.type === 'value' && typeof made.value === 'string' && made.value.trim() !== '' && !made.value.trim().includes('\n')) return made.value.trim()
  return message.trim() === '' ? `failed expression: ${expression.trim()}` : message.trim()
}

function variablesOf({ policy, request, params, store }: Question): Readonly<Record<string, unknown>> {
  const { namespace } = identityOf(request)
  const home = request.resource.kind === 'Namespace' || namespace === '' ? undefined : store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })
  const given = { object: celValue(request.object ?? null), oldObject: celValue(request.oldObject ?? null), request: celValue(requestFields(request)), params: celValue(params), namespaceObject: celValue(home ?? null) }
  const variables: Record<string, unknown> = {}
  // In order: each may use those before it. One that cannot be made is an error for whoever names it.
  for (const { name, expression } of policySpec(policy).variables ?? []) {
    const outcome = policyExpressions.compile(expression).evaluate({ ...given, variables })
    if (outcome.type === 'value') variables[name] = outcome.value
  }
  return { ...given, variables }
}

function kindOf({ apiVersion, kind }: KubeObject): object {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return { group, version, kind }
}

/** The control plane's parts under the names that they have in a cluster: policies let them pass by those. */
function realIdentity(requester: Requester): Requester {
  const [, component] = /^system:([a-z-]+)$/.exec(requester.user) ?? []
  if (requester.groups !== undefined || component === undefined || component === 'admin') return requester
  if (component === 'default-scheduler') return { user: 'system:kube-scheduler', groups: ['system:authenticated'] }
  if (component === 'kubelet') return { user: 'system:node:twin', groups: ['system:nodes', 'system:authenticated'] }
  return { user: `system:serviceaccount:kube-system:${component}`, groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'] }
}

/** Fields that are empty are absent. */
function requestFields(request: AdmissionRequest): object {
  const { operation, resource, subresource, requester, dryRun, object } = request
  const { name, namespace } = identityOf(request)
  const { group, version, plural } = resource
  // An eviction is sent to a pod, and is none.
  const kinds = subresource === '' || object === undefined ? { group, version, kind: resource.kind } : kindOf(object)
  const resources = { group, version, resource: plural }
  const named = { ...(subresource === '' ? {} : { subResource: subresource, requestSubResource: subresource }), ...(name === '' ? {} : { name }), ...(namespace === '' ? {} : { namespace }) }
  return { kind: kinds, resource: resources, requestKind: kinds, requestResource: resources, ...named, operation, userInfo: userInfo(realIdentity(requester)), dryRun, options: {} }
}
