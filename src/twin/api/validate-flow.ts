/** Flow schemas (`pkg/apis/flowcontrol/validation`): which requests are of one flow, and who waits behind whom. */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, namedErrors, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { MANDATORY_FLOW_OBJECTS } from './flow-bootstrap.ts'
import { labelNameProblems, subdomainProblems } from './object-names.ts'

interface SchemaSpec {
  readonly matchingPrecedence?: number
  readonly distinguisherMethod?: { readonly type?: string }
  readonly priorityLevelConfiguration?: { readonly name?: string }
  readonly rules?: readonly Rule[]
}

interface Rule {
  readonly subjects?: readonly Subject[]
  readonly resourceRules?: readonly ResourceRule[]
  readonly nonResourceRules?: readonly PathRule[]
}

interface Subject {
  readonly kind?: string
  readonly user?: { readonly name?: string }
  readonly group?: { readonly name?: string }
  readonly serviceAccount?: { readonly namespace?: string; readonly name?: string }
}

interface ResourceRule {
  readonly verbs?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly namespaces?: readonly string[]
  readonly clusterScope?: boolean
}

interface PathRule {
  readonly verbs?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

const PRECEDENCE_MAX = 10_000
const METHODS = ['ByNamespace', 'ByUser']
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']
const SUBJECTS = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' } as const

export function flowSchemaErrors(schema: KubeObject): FieldError[] {
  const spec = (schema['spec'] ?? {}) as SchemaSpec
  return [...precedenceErrors(schema.metadata.name ?? '', spec.matchingPrecedence ?? 0), ...specErrors(spec), ...fixedErrors(schema)]
}

function precedenceErrors(name: string, precedence: number): FieldError[] {
  const at = 'spec.matchingPrecedence'
  return [
    ...(precedence <= 0 ? [invalidField(at, precedence, 'must be a positive value')] : []),
    ...(precedence > PRECEDENCE_MAX ? [invalidField(at, precedence, `must not be greater than ${PRECEDENCE_MAX}`)] : []),
    ...(precedence === 1 && name !== 'exempt' ? [invalidField(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")] : []),
  ]
}

function specErrors({ distinguisherMethod: method, priorityLevelConfiguration: level, rules = [] }: SchemaSpec): FieldError[] {
  const name = level?.name ?? ''
  const at = 'spec.priorityLevelConfiguration.name'
  return [
    ...(method === undefined || METHODS.includes(method.type ?? '') ? [] : [unsupportedField('spec.distinguisherMethod.type', { Type: method.type ?? '' }, METHODS)]),
    ...(name === '' ? [requiredField(at, 'must reference a priority level')] : invalidFields(at, name, subdomainProblems(name))),
    ...rules.flatMap((rule, index) => ruleErrors(rule, `spec.rules[${index}]`)),
  ]
}

function ruleErrors({ subjects = [], resourceRules = [], nonResourceRules = [] }: Rule, at: string): FieldError[] {
  return [
    ...(subjects.length === 0 ? [requiredField(`${at}.subjects`, 'subjects must contain at least one value')] : []),
    ...subjects.flatMap((subject, index) => subjectErrors(subject, `${at}.subjects[${index}]`)),
    ...(resourceRules.length + nonResourceRules.length === 0 ? [requiredField(at, 'at least one of resourceRules and nonResourceRules has to be non-empty')] : []),
    ...resourceRules.flatMap((rule, index) => resourceRuleErrors(rule, `${at}.resourceRules[${index}]`)),
    ...nonResourceRules.flatMap((rule, index) => pathRuleErrors(rule, `${at}.nonResourceRules[${index}]`)),
  ]
}

/** What the subject is not must not be said, in the order in which upstream looks. */
const OTHERS: Readonly<Record<string, readonly (keyof typeof SUBJECTS)[]>> = { ServiceAccount: ['User', 'Group'], User: ['ServiceAccount', 'Group'], Group: ['ServiceAccount', 'User'] }

function subjectErrors(subject: Subject, at: string): FieldError[] {
  const { kind = '' } = subject
  const others = OTHERS[kind]
  if (others === undefined) return [unsupportedField(`${at}.kind`, kind, Object.keys(SUBJECTS))]
  return [...namedSubjectErrors(kind as keyof typeof SUBJECTS, subject, at), ...others.flatMap((other) => strayErrors(other, subject, at))]
}

function strayErrors(other: keyof typeof SUBJECTS, subject: Subject, at: string): FieldError[] {
  const field = SUBJECTS[other]
  return subject[field] === undefined ? [] : [forbiddenField(`${at}.${field}`, `${field} is forbidden when subject kind is not '${other}'`)]
}

function namedSubjectErrors(kind: keyof typeof SUBJECTS, subject: Subject, at: string): FieldError[] {
  const field = SUBJECTS[kind]
  const named = subject[field]
  if (named === undefined) return [requiredField(`${at}.${field}`, `${field} is required when subject kind is '${kind}'`)]
  const { name = '' } = named
  if (kind !== 'ServiceAccount') return namedErrors(`${at}.${field}.name`, name)
  const { namespace = '' } = named as { readonly namespace?: string }
  return [
    ...namedErrors(`${at}.${field}.name`, name, (given) => (given === '*' ? [] : subdomainProblems(given))),
    ...(namespace === '' ? [requiredField(`${at}.${field}.namespace`, 'must specify namespace for service account')] : invalidFields(`${at}.${field}.namespace`, namespace, labelNameProblems(namespace))),
  ]
}

function pathRuleErrors({ verbs = [], nonResourceURLs: paths = [] }: PathRule, at: string): FieldError[] {
  const field = `${at}.nonResourceURLs`
  const all = wholeErrors(paths, field, 'other non-resource URLs')
  if (paths.length === 0) return [...verbErrors(verbs, at), requiredField(field, 'nonResourceURLs must contain at least one value')]
  return [...verbErrors(verbs, at), ...(paths.includes('*') ? all : paths.flatMap((path, index) => pathErrors(path, `${field}[${index}]`)))]
}

function pathErrors(path: string, at: string): FieldError[] {
  const problem = pathProblem(path)
  return problem === undefined ? [] : [invalidField(at, path, problem)]
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty'
  if (path === '/') return undefined
  if (!path.startsWith('/')) return 'must start with slash'
  if (path.includes(' ')) return 'must not contain white-space'
  if (path.includes('//')) return 'must not contain double slash'
  const stars = path.split('*').length - 1
  return stars > 1 || (stars === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}

function resourceRuleErrors({ verbs = [], apiGroups = [], resources = [], namespaces = [], clusterScope = false }: ResourceRule, at: string): FieldError[] {
  return [
    ...verbErrors(verbs, at),
    ...(apiGroups.length === 0 ? [requiredField(`${at}.apiGroups`, 'resource rules must supply at least one api group')] : wholeErrors(apiGroups, `${at}.apiGroups`, 'other api groups')),
    ...(resources.length === 0 ? [requiredField(`${at}.resources`, 'resource rules must supply at least one resource')] : wholeErrors(resources, `${at}.resources`, 'other resources')),
    ...namespaceErrors(namespaces, `${at}.namespaces`, clusterScope),
  ]
}

function namespaceErrors(namespaces: readonly string[], at: string, isClusterScope: boolean): FieldError[] {
  if (namespaces.length === 0) return isClusterScope ? [] : [requiredField(at, 'resource rules that are not cluster scoped must supply at least one namespace')]
  if (namespaces.includes('*')) return wholeErrors(namespaces, at, 'other namespaces')
  return namespaces.flatMap((name, index) => invalidFields(`${at}[${index}]`, name, labelNameProblems(name).map((problem) => `each member of this list must be '*' or a DNS-1123 label; ${problem}`)))
}

function verbErrors(verbs: readonly string[], at: string): FieldError[] {
  const field = `${at}.verbs`
  if (verbs.length === 0) return [requiredField(field, 'verbs must contain at least one value')]
  if (verbs.includes('*')) return wholeErrors(verbs, field, 'other verbs')
  return verbs.every((verb) => VERBS.includes(verb)) ? [] : [unsupportedField(field, verbs, VERBS)]
}

/** Who says all may say nothing else. */
function wholeErrors(values: readonly string[], field: string, others: string): FieldError[] {
  return values.includes('*') && values.length > 1 ? [invalidField(field, values, `if '*' is present, must not specify ${others}`)] : []
}

/** Upstream shows the whole spec as a Go struct, which is no part of the API. */
function fixedErrors(schema: KubeObject): FieldError[] {
  const { name } = schema.metadata
  const fixed = MANDATORY_FLOW_OBJECTS.find((other) => other.kind === schema.kind && other.metadata.name === name)
  return fixed === undefined || jsonEqual(fixed['spec'], schema['spec']) ? [] : [invalidField('spec', schema['spec'], `spec of '${name}' must equal the fixed value`)]
}

/** Of both kinds: each type of condition once, and none without a type. */
export function conditionErrors(object: KubeObject): FieldError[] {
  const { conditions = [] } = (object['status'] ?? {}) as { readonly conditions?: readonly { readonly type?: string }[] }
  return conditions.flatMap(({ type = '' }, index) => [
    ...(conditions.slice(0, index).some((other) => (other.type ?? '') === type) ? [duplicateField(`status.conditions[${index}].type`, type)] : []),
    ...(type === '' ? [requiredField(`status.conditions[${index}].type`)] : []),
  ])
}
