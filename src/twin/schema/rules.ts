/**
 * `x-kubernetes-validations`: rules in CEL over a value and, on an update, over what it was
 * (`apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go`).
 */

import { isRecord, jsonEqual } from '../../kernel/json.ts'
import { duplicateField, forbiddenField, invalidField, invalidValue, requiredField, type FieldError } from '../api/field-error.ts'
import { ruleLibrary } from '../cel/check/rule-scope.ts'
import { Optional } from '../cel/expressions.ts'
import { typedCelValue } from '../cel/values.ts'
import { fieldPath, fieldSchema, type Schema, type ValidationRule } from './structural.ts'

export interface RuleFindings {
  readonly errors: readonly FieldError[]
  /** Rules that we cannot evaluate, with why. */
  readonly skipped: readonly string[]
}

interface Site {
  readonly value: unknown
  readonly old: unknown
  readonly schema: Schema
  readonly path: string
}

/** `old`: what the object was; undefined for a new one. */
export function ruleFindings(site: Omit<Site, 'path'>): RuleFindings {
  const errors: FieldError[] = []
  const skipped: string[] = []
  visit({ ...site, path: '' }, (place, rule) => judge(place, rule, { errors, skipped }))
  return { errors, skipped }
}

/** Does it say anything anywhere? What only an `allOf` says does not count, as in `hasXValidations`. */
export function hasRules(schema: Schema): boolean {
  const inner = [schema.items, schema.additionalProperties, ...Object.values(schema.properties ?? {})]
  return (schema['x-kubernetes-validations'] ?? []).length > 0 || inner.some((part) => isRecord(part) && hasRules(part as Schema))
}

function visit(site: Site, onRule: (site: Site, rule: ValidationRule) => void): void {
  const { value, old, schema, path } = site
  if (value === undefined || value === null) return
  for (const rule of schema['x-kubernetes-validations'] ?? []) onRule(site, rule)
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const [index, item] of value.entries()) visit({ value: item, old: counterpart(item, old, schema), schema: schema.items, path: `${path}[${index}]` }, onRule)
  } else if (isRecord(value)) {
    for (const [name, entry] of Object.entries(value)) {
      const field = fieldSchema(schema, name)
      if (field !== undefined) visit({ value: entry, old: isRecord(old) ? old[name] : undefined, schema: field, path: fieldPath(path, name) }, onRule)
    }
  }
}

/** Items of other lists cannot be told from each other over time. */
function counterpart(item: unknown, old: unknown, schema: Schema): unknown {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old) || !isRecord(item)) return undefined
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  return old.find((other) => isRecord(other) && keys.every((key) => jsonEqual(other[key], item[key])))
}

function judge({ value, old, schema, path }: Site, rule: ValidationRule, findings: { readonly errors: FieldError[]; readonly skipped: string[] }): void {
  const expression = ruleLibrary(rule).compile(rule.rule)
  const isTransition = expression.names('oldSelf')
  if (isTransition && old === undefined && rule.optionalOldSelf !== true) return
  const before = old === undefined ? undefined : typedCelValue(old, schema)
  const oldSelf = rule.optionalOldSelf === true ? (before === undefined ? Optional.none() : Optional.of(before)) : before
  const variables = { self: typedCelValue(value, schema), ...(isTransition ? { oldSelf } : {}) }
  const outcome = expression.evaluate(variables)
  if (outcome.type === 'not-modelled') findings.skipped.push(`the rule ${JSON.stringify(rule.rule)} is not evaluated here: ${outcome.message}`)
  else if (outcome.type === 'error') findings.errors.push(invalidField(path, schema.type ?? '', `${outcome.message} evaluating rule: ${rule.message ?? rule.rule}`))
  else if (outcome.value !== true) findings.errors.push(broken(rule, { path, value, message: messageOf(rule, variables) }))
}

function broken({ reason, fieldPath: below = '' }: ValidationRule, { path, value, message }: { readonly path: string; readonly value: unknown; readonly message: string }): FieldError {
  const field = `${path}${below}`.replace(/^\./, '')
  if (reason === 'FieldValueForbidden') return forbiddenField(field, message)
  if (reason === 'FieldValueRequired') return requiredField(field, message)
  if (typeof value === 'object') return reason === 'FieldValueDuplicate' ? { reason, field, message: 'Duplicate value' } : invalidValue(field, message)
  return reason === 'FieldValueDuplicate' ? duplicateField(field, value) : invalidField(field, value, message)
}

function messageOf(rule: ValidationRule, variables: Readonly<Record<string, unknown>>): string {
  const made = rule.messageExpression === undefined ? undefined : ruleLibrary(rule).compile(rule.messageExpression).evaluate(variables)
  if (made?.type === 'value' && typeof made.value === 'string' && made.value.trim() !== '' && !made.value.includes('\n')) return made.value.trim()
  return ruleName(rule)
}

function ruleName({ rule, message = '' }: ValidationRule): string {
  return message === '' ? `failed rule: ${rule}` : message.trim()
}
