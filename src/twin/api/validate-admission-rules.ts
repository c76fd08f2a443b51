/** Which requests a webhook or a policy is about: the rules that say so (`pkg/apis/admissionregistration/validation`). */

import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { pathSegmentProblems } from './object-names.ts'
import { selectorErrors } from './validate-metadata.ts'
import type { MatchResources, ResourceRule } from '../policies/match.ts'

export const FAILURE_POLICIES = ['Fail', 'Ignore']
export const MATCH_POLICIES = ['Equivalent', 'Exact']
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
/** Nothing is left to change of what is deleted. */
const MUTATING_OPERATIONS = OPERATIONS.filter((operation) => operation !== 'DELETE')
const SCOPES = ['*', 'Cluster', 'Namespaced']

/** A value of a list that must be there. */
export function choiceErrors(value: string | undefined, field: string, choices: readonly string[]): FieldError[] {
  if (value === undefined) return [requiredField(field)]
  return choices.includes(value) ? [] : [unsupportedField(field, value, choices)]
}

/** The same, where it may be absent. */
export function optionalChoiceErrors(value: string | undefined, field: string, choices: readonly string[]): FieldError[] {
  return value === undefined ? [] : choiceErrors(value, field, choices)
}

export function ruleErrors(rule: ResourceRule, at: string): FieldError[] {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule
  return [
    ...(operations.length === 0 ? [requiredField(`${at}.operations`)] : []),
    ...loneErrors(operations, `${at}.operations`, 'operations'),
    ...operations.flatMap((operation, index) => choiceErrors(operation, `${at}.operations[${index}]`, OPERATIONS)),
    ...(apiGroups.length === 0 ? [requiredField(`${at}.apiGroups`)] : []),
    ...loneErrors(apiGroups, `${at}.apiGroups`, 'API groups'),
    ...(apiVersions.length === 0 ? [requiredField(`${at}.apiVersions`)] : []),
    ...loneErrors(apiVersions, `${at}.apiVersions`, 'API versions'),
    ...apiVersions.flatMap((version, index) => (version === '' ? [requiredField(`${at}.apiVersions[${index}]`)] : [])),
    ...resourceErrors(resources, `${at}.resources`),
    ...optionalChoiceErrors(scope, `${at}.scope`, SCOPES),
  ]
}

/** Who says all says no more. */
function loneErrors(values: readonly string[], field: string, what: string): FieldError[] {
  return values.length > 1 && values.includes('*') ? [invalidField(field, values, `if '*' is present, must not specify other ${what}`)] : []
}

function resourceErrors(resources: readonly string[], field: string): FieldError[] {
  const whole = resources.filter((resource) => resource !== '' && !resource.includes('/'))
  // Only the last of those without a part is remembered.
  const isMixed = whole.includes('*') && whole.at(-1) !== '*'
  return [
    ...(resources.length === 0 ? [requiredField(field)] : []),
    ...resources.flatMap((resource, index) => coveredErrors(resource, resources.slice(0, index), `${field}[${index}]`)),
    ...(resources.length > 1 && resources.includes('*/*') ? [invalidField(field, resources, "if '*/*' is present, must not specify other resources")] : []),
    ...(isMixed ? [invalidField(field, resources, "if '*' is present, must not specify other resources without subresources")] : []),
  ]
}

/** `pods/*` says `pods/log`, and so does `*` with that part. */
function coveredErrors(resource: string, earlier: readonly string[], field: string): FieldError[] {
  if (resource === '') return [requiredField(field)]
  const slash = resource.indexOf('/')
  if (slash < 0) return []
  const [whole, part] = [resource.slice(0, slash), resource.slice(slash + 1)]
  return [`${whole}/*`, `*/${part}`].filter((wider) => earlier.includes(wider)).map((wider) => invalidField(field, resource, `if '${wider}' is present, must not specify ${resource}`))
}

/** Of a policy or of its binding. */
export function matchErrors(match: MatchResources | undefined, at: string): FieldError[] {
  if (match === undefined) return []
  const { matchPolicy, namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match
  return [
    ...choiceErrors(matchPolicy, `${at}.matchPolicy`, MATCH_POLICIES),
    ...selectorErrors(namespaceSelector, `${at}.namespaceSelector`),
    ...selectorErrors(objectSelector, `${at}.objectSelector`),
    ...resourceRules.flatMap((rule, index) => namedRuleErrors(rule, `${at}.resourceRules[${index}]`)),
    ...excludeResourceRules.flatMap((rule, index) => namedRuleErrors(rule, `${at}.excludeResourceRules[${index}]`)),
  ]
}

export function mutatingOperationErrors(match: MatchResources | undefined, at: string): FieldError[] {
  const operations = (match?.resourceRules ?? []).flatMap((rule) => rule.operations ?? [])
  return operations.flatMap((operation) => choiceErrors(operation, `${at}.resourceRules.operations`, MUTATING_OPERATIONS))
}

function namedRuleErrors(rule: ResourceRule, at: string): FieldError[] {
  const { resourceNames = [] } = rule
  const names = resourceNames.flatMap((name, index) => {
    const field = `${at}.resourceNames[${index}]`
    return [...invalidFields(field, name, pathSegmentProblems(name)), ...(resourceNames.indexOf(name) < index ? [duplicateField(field, name)] : [])]
  })
  return [...names, ...ruleErrors(rule, at)]
}

export interface ParamRef {
  readonly name?: string
  readonly selector?: object
  readonly parameterNotFoundAction?: string
}

export function paramRefErrors(ref: ParamRef | undefined, at: string): FieldError[] {
  if (ref === undefined) return []
  const { name = '', selector, parameterNotFoundAction: action = '' } = ref
  const isBoth = name !== '' && selector !== undefined
  return [
    ...invalidFields(`${at}.name`, name, pathSegmentProblems(name)),
    ...(isBoth ? [forbiddenField(`${at}.name`, 'name and selector are mutually exclusive')] : []),
    ...(selector === undefined ? [] : selectorErrors(selector, `${at}.selector`)),
    ...(isBoth ? [forbiddenField(`${at}.selector`, 'name and selector are mutually exclusive')] : []),
    ...(name === '' && selector === undefined ? [requiredField(at, 'one of name or selector must be specified')] : []),
    ...choiceErrors(action === '' ? undefined : action, `${at}.parameterNotFoundAction`, ['Deny', 'Allow']),
  ]
}
