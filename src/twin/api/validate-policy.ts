/** Admission policies and their bindings that cannot be (`pkg/apis/admissionregistration/validation`). */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { expressionProblem, POLICY_SCOPE, withVariables, type PolicyScope } from '../cel/check/policy-scope.ts'
import { bindingSpec, policySpec, type Mutation, type PolicySpec, type Validation } from '../policies/policy.ts'
import { duplicateField, invalidField, invalidFields, requiredField, type FieldError } from './field-error.ts'
import { labelKeyProblems, serviceNameProblems, subdomainProblems } from './object-names.ts'
import { choiceErrors, FAILURE_POLICIES, matchErrors, mutatingOperationErrors, optionalChoiceErrors, paramRefErrors, type ParamRef } from './validate-admission-rules.ts'
import { conditionsErrors } from './validate-match-conditions.ts'

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge']
const ACTIONS = ['Audit', 'Deny', 'Warn']
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch']
const ANNOTATIONS_MAX = 20
const ANNOTATION_EXPRESSION_BYTES_MAX = 5 * 1_024

export function validatingPolicyErrors(policy: KubeObject, before?: KubeObject): FieldError[] {
  const spec = policySpec(policy)
  const scope = scopeOf(spec)
  const { validations = [], auditAnnotations = [] } = spec
  if (validations.length > 0 || auditAnnotations.length > 0) return [...commonErrors(spec, scope, before), ...validations.flatMap((validation, index) => validationErrors(validation, scope, `spec.validations[${index}]`)), ...annotationErrors(policy, scope)]
  const message = 'validations or auditAnnotations must contain at least one item'
  return [...commonErrors(spec, scope, before), requiredField('spec.validations', message), requiredField('spec.auditAnnotations', message)]
}

export function mutatingPolicyErrors(policy: KubeObject, before?: KubeObject): FieldError[] {
  const spec = policySpec(policy)
  const scope = scopeOf(spec)
  const { mutations = [], reinvocationPolicy = '' } = spec
  return [
    ...commonErrors(spec, scope, before, mutatingOperationErrors(spec.matchConstraints, 'spec.matchConstraints')),
    ...(mutations.length === 0 ? [requiredField('spec.mutations', 'mutations must contain at least one item')] : mutations.flatMap((mutation, index) => mutationErrors(mutation, scope, `spec.mutations[${index}]`))),
    ...choiceErrors(reinvocationPolicy === '' ? undefined : reinvocationPolicy, 'spec.reinvocationPolicy', ['IfNeeded', 'Never']),
  ]
}

function scopeOf({ paramKind, variables = [] }: PolicySpec): PolicyScope {
  return withVariables({ ...POLICY_SCOPE, takesParams: paramKind !== undefined }, variables)
}

/** What both sorts of policy have; `ofOperations` where constraints are looked at once more. */
function commonErrors(spec: PolicySpec, scope: PolicyScope, before: KubeObject | undefined, ofOperations: readonly FieldError[] = []): FieldError[] {
  const { failurePolicy, paramKind, matchConstraints, matchConditions = [], variables = [] } = spec
  const old = before === undefined ? undefined : policySpec(before)
  const areConditionsKept = old !== undefined && jsonEqual(old.paramKind, paramKind) && jsonEqual(old.matchConditions, spec.matchConditions)
  const isUnconstrained = matchConstraints !== undefined && (matchConstraints.resourceRules ?? []).length === 0
  return [
    ...choiceErrors(failurePolicy, 'spec.failurePolicy', FAILURE_POLICIES),
    ...(paramKind === undefined ? [] : paramKindErrors(paramKind, 'spec.paramKind')),
    ...(matchConstraints === undefined ? [requiredField('spec.matchConstraints')] : matchErrors(matchConstraints, 'spec.matchConstraints')),
    ...(isUnconstrained ? [requiredField('spec.matchConstraints.resourceRules')] : []),
    ...ofOperations,
    ...(areConditionsKept ? [] : conditionsErrors(matchConditions, 'spec.matchConditions', { takesParams: scope.takesParams })),
    ...variables.flatMap((variable, index) => variableErrors(variable, withVariables(scope, variables.slice(0, index)), `spec.variables[${index}]`)),
  ]
}

function paramKindErrors({ apiVersion = '', kind = '' }: Partial<NonNullable<PolicySpec['paramKind']>>, at: string): FieldError[] {
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  const kindProblems = serviceNameProblems(kind.toLowerCase())
  return [
    ...apiVersionErrors({ apiVersion, group, version }, `${at}.apiVersion`),
    ...(kind === '' ? [requiredField(`${at}.kind`)] : kindProblems.length === 0 ? [] : [invalidField(`${at}.kind`, kind, `may have mixed case, but should otherwise match: ${kindProblems.join(',')}`)]),
  ]
}

function apiVersionErrors({ apiVersion, group, version }: { readonly apiVersion: string; readonly group: string; readonly version: string }, field: string): FieldError[] {
  if (apiVersion === '') return [requiredField(field)]
  if (apiVersion.split('/').length > 2) return [invalidField(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
  const [groupProblems, versionProblems] = [group === '' ? [] : subdomainProblems(group), serviceNameProblems(version)]
  const ofVersion = version === '' ? [invalidField(field, apiVersion, 'version must be specified')] : versionProblems.length === 0 ? [] : [invalidField(field, version, versionProblems.join(','))]
  return [...(groupProblems.length === 0 ? [] : [invalidField(field, group, groupProblems.join(','))]), ...ofVersion]
}

const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/
const RESERVED = new Set('true false null in as break const continue else for function if import let loop package namespace return var void while'.split(' '))

function variableErrors({ name = '', expression = '' }: { readonly name?: string; readonly expression?: string }, scope: PolicyScope, at: string): FieldError[] {
  const ofName = name.trim() === '' ? [requiredField(`${at}.name`, 'name is not specified')] : IDENTIFIER.test(name) && !RESERVED.has(name) ? [] : [invalidField(`${at}.name`, name, 'must be a valid CEL identifier')]
  if (expression.trim() === '') return [...ofName, requiredField(`${at}.expression`, 'expression is not specified')]
  return [...ofName, ...compiledErrors(expression, scope, { field: `${at}.expression` })]
}

interface Compiled {
  readonly field: string
  readonly returns?: readonly string[]
  /** As the refusal shows it, where that is not what is compiled. */
  readonly shown?: string
}

function compiledErrors(expression: string, scope: PolicyScope, { field, returns, shown = expression }: Compiled): FieldError[] {
  const problem = expressionProblem(expression, scope, returns)
  return problem === undefined ? [] : [invalidField(field, shown, problem)]
}

function validationErrors({ expression = '', message = '', messageExpression = '', reason }: Partial<Validation>, scope: PolicyScope, at: string): FieldError[] {
  const speaker = { ...scope, hasAuthorizer: false, takesParams: scope.takesParams }
  const ofExpression = expression.trim() === '' ? [requiredField(`${at}.expression`, 'expression is not specified')] : compiledErrors(expression, scope, { field: `${at}.expression`, returns: ['bool'] })
  const ofMade = messageExpression === '' ? [] : messageExpression.trim() === '' ? [invalidField(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified')] : compiledErrors(messageExpression, speaker, { field: `${at}.messageExpression`, returns: ['string'] })
  const ofMessage = message === '' ? [] : message.trim() === '' ? [invalidField(`${at}.message`, message, 'must be non-empty if specified')] : /[\n\r]/.test(message.trim()) ? [invalidField(`${at}.message`, message, 'must not contain line breaks')] : []
  return [...ofExpression, ...ofMade, ...ofMessage, ...optionalChoiceErrors(reason, `${at}.reason`, REASONS)]
}

function annotationErrors(policy: KubeObject, scope: PolicyScope): FieldError[] {
  const { auditAnnotations = [] } = policySpec(policy)
  const tooMany = auditAnnotations.length > ANNOTATIONS_MAX ? [invalidField('spec.auditAnnotations', auditAnnotations, `must not have more than ${ANNOTATIONS_MAX} auditAnnotations`)] : []
  const each = auditAnnotations.flatMap(({ key = '', valueExpression = '' }, index) => {
    const at = `spec.auditAnnotations[${index}]`
    const name = `${policy.metadata.name ?? ''}/${key}`
    const isTwice = auditAnnotations.slice(0, index).some((other) => other.key === key)
    return [...invalidFields(`${at}.key`, name, labelKeyProblems(name)), ...annotationValueErrors(valueExpression, scope, `${at}.valueExpression`), ...(isTwice ? [duplicateField(`${at}.key`, key)] : [])]
  })
  return [...tooMany, ...each]
}

function annotationValueErrors(expression: string, scope: PolicyScope, field: string): FieldError[] {
  const text = expression.trim()
  if (text === '') return [requiredField(field, 'valueExpression is not specified')]
  if (text.length > ANNOTATION_EXPRESSION_BYTES_MAX) return [requiredField(field, `must not exceed ${ANNOTATION_EXPRESSION_BYTES_MAX} bytes in length`)]
  return compiledErrors(text, scope, { field, returns: ['string', 'null_type'], shown: expression })
}

function mutationErrors({ patchType = '', jsonPatch, applyConfiguration }: Mutation, scope: PolicyScope, at: string): FieldError[] {
  if (patchType === '') return [requiredField(`${at}.patchType`)]
  if (!PATCH_TYPES.includes(patchType)) return choiceErrors(patchType, `${at}.patchType`, PATCH_TYPES)
  const isPatch = patchType === 'JSONPatch'
  const [own, other, ownName, otherName] = isPatch ? [jsonPatch, applyConfiguration, 'jsonPatch', 'applyConfiguration'] : [applyConfiguration, jsonPatch, 'applyConfiguration', 'jsonPatch']
  const ofOwn = own === undefined ? [requiredField(`${at}.${ownName}`, `must be specified when patchType is ${patchType}`)] : patchErrors(own.expression ?? '', scope, { field: `${at}.${ownName}.expression`, returns: [isPatch ? 'list(JSONPatch)' : 'Object'] })
  return [...ofOwn, ...(other === undefined ? [] : [invalidField(`${at}.${otherName}`, `{${otherName}}`, `must not be specified when patchType is ${patchType}`)])]
}

function patchErrors(expression: string, scope: PolicyScope, compiled: Compiled): FieldError[] {
  return expression.trim() === '' ? [requiredField(compiled.field)] : compiledErrors(expression.trim(), { ...scope, hasPatchTypes: true }, compiled)
}

export function policyBindingErrors(binding: KubeObject): FieldError[] {
  const spec = bindingSpec(binding)
  const isMutating = binding.kind.startsWith('Mutating')
  const { policyName = '', validationActions = [] } = spec
  return [
    ...(policyName === '' ? [requiredField('spec.policyName')] : invalidFields('spec.policyName', policyName, subdomainProblems(policyName))),
    ...paramRefErrors(spec.paramRef as ParamRef | undefined, 'spec.paramRef'),
    ...matchErrors(spec.matchResources, 'spec.matchResources'),
    ...(isMutating ? mutatingOperationErrors(spec.matchResources, 'spec.matchResources') : actionErrors(validationActions, 'spec.validationActions')),
  ]
}

const BOTH = 'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)'

function actionErrors(actions: readonly string[], field: string): FieldError[] {
  return [
    ...actions.flatMap((action, index) => [...choiceErrors(action, `${field}[${index}]`, ACTIONS), ...(actions.indexOf(action) < index ? [duplicateField(`${field}[${index}]`, action)] : [])]),
    ...(actions.includes('Deny') && actions.includes('Warn') ? [invalidField(field, actions, BOTH)] : []),
    ...(actions.length === 0 ? [requiredField(field, 'at least one validation action is required')] : []),
  ]
}
