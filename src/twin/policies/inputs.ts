/** What the expressions of a policy see of a request, and whether its conditions are met (`admission/plugin/cel`, `webhook/matchconditions`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { authorize } from '../access/authorize.ts'
import { userInfo } from '../access/reviews.ts'
import type { Requester } from '../api/api.ts'
import type { Outcome } from '../cel/expressions.ts'
import { Authorizer } from '../cel/functions/authorizer.ts'
import { celValue } from '../cel/values.ts'
import type { StoreReader } from '../store.ts'
import { policyExpressions, policySpec } from './policy.ts'
import { identityOf, type AdmissionRequest } from './request.ts'

export interface Question {
  readonly policy: KubeObject
  readonly request: AdmissionRequest
  readonly params: KubeObject | null
  readonly store: StoreReader
}

export type Variables = Readonly<Record<string, unknown>>

export function inputsOf({ policy, request, params, store }: Question): Variables {
  const { name, namespace } = identityOf(request)
  const home = request.resource.kind === 'Namespace' || namespace === '' ? undefined : store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })
  const { resource, subresource, requester } = request
  const authorizer = new Authorizer(requester, (subject, access) => authorize(store, subject, access), { group: resource.group, resource: resource.plural, subresource, namespace, name })
  const given = { object: celValue(request.object ?? null), oldObject: celValue(request.oldObject ?? null), request: celValue(requestFields(request)), params: celValue(params), namespaceObject: celValue(home ?? null), authorizer }
  return { ...given, variables: composed(policySpec(policy).variables ?? [], given) }
}

/** Each is evaluated when it is first asked for, may use those before it, and fails whoever asks where it fails. */
function composed(definitions: readonly { readonly name: string; readonly expression: string }[], given: Variables): object {
  const variables = {}
  for (const { name, expression } of definitions) {
    let made: Outcome | undefined
    const get = (): unknown => {
      made ??= policyExpressions.compile(expression).evaluate({ ...given, variables })
      if (made.type === 'value') return made.value
      throw new Error(`composited variable "${name}" fails to evaluate: ${made.message}`)
    }
    Object.defineProperty(variables, name, { enumerable: true, get })
  }
  return variables
}

export type Conditions = { readonly type: 'met' } | { readonly type: 'unmet' } | Exclude<Outcome, { readonly type: 'value' }>

/** One that is false decides; else one that cannot be told does. */
export function conditionsOf(policy: KubeObject, inputs: Variables): Conditions {
  const outcomes = (policySpec(policy).matchConditions ?? []).map(({ expression }) => outcomeOf(expression, inputs))
  if (outcomes.some((outcome) => outcome.type === 'value' && outcome.value !== true)) return { type: 'unmet' }
  const unmodelled = outcomes.find(({ type }) => type === 'not-modelled')
  if (unmodelled?.type === 'not-modelled') return unmodelled
  const errors = outcomes.flatMap((outcome) => (outcome.type === 'error' ? [outcome.message] : []))
  if (errors.length === 0) return { type: 'met' }
  return { type: 'error', message: errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]` }
}

/** A failure names its expression. */
export function outcomeOf(expression: string, inputs: Variables): Outcome {
  const outcome = policyExpressions.compile(expression).evaluate(inputs)
  return outcome.type === 'error' ? { type: 'error', message: `expression '${expression}' resulted in error: ${outcome.message}` } : outcome
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
