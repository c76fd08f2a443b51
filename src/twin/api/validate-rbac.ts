/** Roles and who is bound to them (`pkg/apis/rbac/validation`). */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, namedErrors, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { pathSegmentProblems, subdomainProblems } from './object-names.ts'
import { selectorErrors } from './validate-metadata.ts'

interface Rule {
  readonly verbs?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

interface Subject {
  readonly kind?: string
  readonly name?: string
  readonly namespace?: string
  readonly apiGroup?: string
}

const GROUP = 'rbac.authorization.k8s.io'

export function roleErrors(role: KubeObject): FieldError[] {
  const isNamespaced = role.kind === 'Role'
  const rules = (role['rules'] ?? []) as readonly Rule[]
  return [...rules.flatMap((rule, index) => ruleErrors(rule, `rules[${index}]`, isNamespaced)), ...aggregationErrors(role['aggregationRule'] as { readonly clusterRoleSelectors?: readonly object[] } | undefined)]
}

function ruleErrors({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs: urls = [] }: Rule, at: string, isNamespaced: boolean): FieldError[] {
  const unspoken = verbs.length === 0 ? [requiredField(`${at}.verbs`, 'verbs must contain at least one value')] : []
  if (urls.length > 0) {
    const isMixed = apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0
    return [
      ...unspoken,
      ...(isNamespaced ? [invalidField(`${at}.nonResourceURLs`, urls, 'namespaced rules cannot apply to non-resource URLs')] : []),
      ...(isMixed ? [invalidField(`${at}.nonResourceURLs`, urls, 'rules cannot apply to both regular resources and non-resource URLs')] : []),
    ]
  }
  return [
    ...unspoken,
    ...(apiGroups.length === 0 ? [requiredField(`${at}.apiGroups`, 'resource rules must supply at least one api group')] : []),
    ...(resources.length === 0 ? [requiredField(`${at}.resources`, 'resource rules must supply at least one resource')] : []),
  ]
}

function aggregationErrors(rule: { readonly clusterRoleSelectors?: readonly object[] } | undefined): FieldError[] {
  if (rule === undefined) return []
  const { clusterRoleSelectors: selectors = [] } = rule
  const at = 'aggregationRule.clusterRoleSelectors'
  if (selectors.length === 0) return [requiredField(at, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
  return selectors.flatMap((selector, index) => {
    const errors = selectorErrors(selector, `${at}[${index}]`)
    // Upstream shows the selector that it could not make: there is none.
    return errors.length === 0 ? [] : [...errors, invalidField(`${at}[${index}]`, null, 'invalid label selector.')]
  })
}

export function bindingErrors(binding: KubeObject): FieldError[] {
  const { kind = '', name = '', apiGroup = '' } = (binding['roleRef'] ?? {}) as Subject
  const subjects = (binding['subjects'] ?? []) as readonly Subject[]
  const isNamespaced = binding.kind === 'RoleBinding'
  const kinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  return [
    ...(apiGroup === GROUP ? [] : [unsupportedField('roleRef.apiGroup', apiGroup, [GROUP])]),
    ...(kinds.includes(kind) ? [] : [unsupportedField('roleRef.kind', kind, kinds)]),
    ...namedErrors('roleRef.name', name, pathSegmentProblems),
    ...subjects.flatMap((subject, index) => subjectErrors(subject, `subjects[${index}]`, isNamespaced)),
  ]
}

function subjectErrors({ kind = '', name = '', namespace = '', apiGroup = '' }: Subject, at: string, isNamespaced: boolean): FieldError[] {
  const wanted = kind === 'ServiceAccount' ? '' : GROUP
  if (!['ServiceAccount', 'User', 'Group'].includes(kind)) return [...namedErrors(`${at}.name`, name), unsupportedField(`${at}.kind`, kind, ['ServiceAccount', 'User', 'Group'])]
  return [
    ...namedErrors(`${at}.name`, name, kind === 'ServiceAccount' ? subdomainProblems : undefined),
    ...(apiGroup === wanted ? [] : [unsupportedField(`${at}.apiGroup`, apiGroup, [wanted])]),
    ...(kind === 'ServiceAccount' && !isNamespaced && namespace === '' ? [requiredField(`${at}.namespace`)] : []),
  ]
}

export function bindingChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  if (jsonEqual(before['roleRef'], next['roleRef'])) return []
  const { apiGroup = '', kind = '', name = '' } = (next['roleRef'] ?? {}) as Subject
  return [invalidField('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')]
}
