/** Is a policy, or its binding, about this request? (`k8s.io/apiserver/pkg/admission/plugin/policy/matching`) */

import type { LabelSelector } from 'kubernetes-types/meta/v1.d.ts'
import { matchesSelector } from '../../model/kube/selector.ts'
import type { StoreReader } from '../store.ts'
import { identityOf, type AdmissionRequest } from './request.ts'

export interface ResourceRule {
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly operations?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly scope?: string
}

export interface MatchResources {
  readonly resourceRules?: readonly ResourceRule[]
  readonly excludeResourceRules?: readonly ResourceRule[]
  readonly namespaceSelector?: LabelSelector
  readonly objectSelector?: LabelSelector
  readonly matchPolicy?: string
}

/** `isOptional`: a binding without rules is about all that its policy is about. */
export function matchesRequest(match: MatchResources | undefined, request: AdmissionRequest, { store, isOptional = false }: { readonly store: StoreReader; readonly isOptional?: boolean }): boolean {
  const { resourceRules = [], excludeResourceRules = [], namespaceSelector, objectSelector, matchPolicy } = match ?? {}
  const isExact = matchPolicy === 'Exact'
  const isRuled = resourceRules.some((rule) => matchesRule(rule, request, isExact)) || (isOptional && resourceRules.length === 0)
  if (!isRuled || excludeResourceRules.some((rule) => matchesRule(rule, request, isExact))) return false
  return inNamespace(namespaceSelector, request, store) && isSelected(objectSelector, request)
}

function matchesRule(rule: ResourceRule, request: AdmissionRequest, isExact: boolean): boolean {
  const { resource, subresource } = request
  const has = (list: readonly string[] | undefined, wanted: string): boolean => list?.includes('*') === true || list?.includes(wanted) === true
  const { name } = identityOf(request)
  const isScoped = rule.scope === undefined || rule.scope === '*' || (rule.scope === 'Namespaced') === resource.namespaced
  const isNamed = (rule.resourceNames ?? []).length === 0 || rule.resourceNames?.includes(name) === true
  // All versions of a kind are one object; an equivalent policy sees it under any of them.
  const isVersion = !isExact || has(rule.apiVersions, resource.version)
  return has(rule.operations, request.operation) && has(rule.apiGroups, resource.group) && isVersion && isScoped && isNamed && (rule.resources ?? []).some((pattern) => matchesPattern(pattern, resource.plural, subresource))
}

/** `*` is every resource without its parts, `*` with a slash and `*` also those. */
function matchesPattern(pattern: string, plural: string, subresource: string): boolean {
  const [resource = '', part = ''] = pattern.split('/')
  if (resource !== '*' && resource !== plural) return false
  return part === '*' || part === subresource
}

function inNamespace(selector: LabelSelector | undefined, request: AdmissionRequest, store: StoreReader): boolean {
  if (selector === undefined || Object.keys(selector).length === 0) return true
  const { namespace } = identityOf(request)
  if (namespace === '') return true
  const labels = request.resource.kind === 'Namespace' ? (request.object ?? request.oldObject)?.metadata.labels : store.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace })?.metadata.labels
  return matchesSelector(selector, labels ?? {})
}

function isSelected(selector: LabelSelector | undefined, { object, oldObject }: AdmissionRequest): boolean {
  if (selector === undefined || Object.keys(selector).length === 0) return true
  return [object, oldObject].some((candidate) => candidate !== undefined && matchesSelector(selector, candidate.metadata.labels ?? {}))
}
