/** The schema of a version of a custom resource: what upstream allows of OpenAPI in it (`apiextensions/validation`), its defaults, and its rules in CEL. */

import { isRecord, jsonEqual } from '../../kernel/json.ts'
import { ruleProblems } from '../cel/check/rule-scope.ts'
import { prune } from '../schema/prune.ts'
import type { Schema, ValidationRule } from '../schema/structural.ts'
import { valueErrors } from '../schema/validate-value.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { optionalChoiceErrors } from './validate-admission-rules.ts'
import { fieldPathProblem } from './validate-field-path.ts'
import { structuralErrors } from './validate-structural.ts'

type Loose = Schema & Readonly<Record<string, unknown>>

interface Place {
  readonly at: string
  readonly isRoot?: boolean
  /** In the type or the metadata of a resource. */
  readonly isMeta?: boolean
  /** Why no default may stand here. */
  readonly noDefault?: string
  /** The part of the schema whose values cannot be told from each other over time. */
  readonly uncorrelated?: string
  /** Rules are compiled where the types are known: not below `anyOf` and the like. */
  readonly isTyped: boolean
}

export function schemaErrors(schema: Schema, at: string, { hasStatus }: { readonly hasStatus: boolean }): FieldError[] {
  const ofRoot = [...(hasStatus ? rootErrors(schema, at) : []), ...(schema.nullable === true ? [forbiddenField(`${at}.nullable`, 'nullable cannot be true at the root')] : [])]
  const structural = hasForeignWords(schema) ? [] : structuralErrors(schema, at)
  const sound = structural.length > 0 ? structural : hasForeignWords(schema) ? [] : defaultErrors(schema, { at, isResource: true, isMeta: false })
  const found = openErrors(schema as Loose, { at, isRoot: true, isTyped: sound.length === 0 && !hasForeignWords(schema) })
  return [...ofRoot, ...sound, ...found.ofSchema, ...found.ofRules]
}

/** Names as Go has them: the refusal lists those that may stand at the root. */
const ROOT_FIELDS = 'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations'

/** Where status is a part of its own, the root may only say what is not lost with it. */
function rootErrors(schema: Schema, at: string): FieldError[] {
  const allowed = new Set(ROOT_FIELDS.split(' '))
  const goName = (name: string): string => (name.startsWith('x-kubernetes-') ? `X${name.slice('x-kubernetes-'.length).split('-').map(capital).join('')}` : capital(name))
  if (schema.type !== undefined && schema.type !== 'object') return [invalidField(`${at}.type`, schema.type, 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled')]
  const isForeign = Object.keys(schema).some((name) => !allowed.has(goName(name)))
  return isForeign ? [invalidField(at, schema, `only [${ROOT_FIELDS}] fields are allowed at the root of the schema if the status subresource is enabled`)] : []
}

function capital(word: string): string {
  return `${word.charAt(0).toUpperCase()}${word.slice(1)}`
}

const FOREIGN = ['id', 'additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const

/** With what OpenAPI knows and Kubernetes does not, a schema is not looked at as a structural one. */
function hasForeignWords(schema: Schema): boolean {
  if (FOREIGN.some((word) => (schema as Loose)[word] !== undefined) || schema['x-kubernetes-preserve-unknown-fields'] === false || Array.isArray(schema.items)) return true
  return partsOf(schema).some(hasForeignWords)
}

function partsOf({ properties = {}, additionalProperties, anyOf = [], allOf = [], oneOf = [], items, not }: Schema): readonly Schema[] {
  return [...Object.values(properties), ...anyOf, ...allOf, ...oneOf, ...(items === undefined ? [] : [items].flat()), ...(not === undefined ? [] : [not]), ...(isRecord(additionalProperties) ? [additionalProperties as Schema] : [])]
}

export function hasDefaults(schema: Schema | undefined): boolean {
  return schema !== undefined && ((schema.default !== undefined && schema.default !== null) || partsOf(schema).some(hasDefaults))
}

interface Found {
  readonly ofSchema: readonly FieldError[]
  readonly ofRules: readonly FieldError[]
}

function openErrors(schema: Loose, place: Place): Found {
  const { at } = place
  const below = childrenOf(schema, place).map(([inner, there]) => openErrors(inner as Loose, there))
  const twofold = isRecord(schema.additionalProperties) || schema.additionalProperties === false
  const ofSchema = [
    ...wordErrors(schema, place),
    ...(schema.uniqueItems === true ? [forbiddenField(`${at}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')] : []),
    ...(twofold && Object.keys(schema.properties ?? {}).length > 0 ? [forbiddenField(`${at}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')] : []),
    ...below.flatMap((found) => found.ofSchema),
    ...(schema['x-kubernetes-preserve-unknown-fields'] === false ? [invalidField(`${at}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined')] : []),
    ...mapTypeErrors(schema, at),
    ...listTypeErrors(schema, at),
    ...keyErrors(schema, at),
    ...ruleWordErrors(schema, at),
  ]
  const rules = schema['x-kubernetes-validations'] ?? []
  const ofRules = ofSchema.length === 0 && place.isTyped ? rules.flatMap((rule, index) => ruleErrors(rule, schema, { ...place, at: `${at}.x-kubernetes-validations[${index}]` })) : []
  return { ofSchema, ofRules: [...below.flatMap((found) => found.ofRules), ...ofRules] }
}

function childrenOf(schema: Loose, place: Place): (readonly [Schema, Place])[] {
  const { at, isRoot = false, isMeta = false } = place
  const { isRoot: _, ...inner } = place
  const untyped = (path: string): Place => ({ ...inner, at: path, isTyped: false })
  const { properties = {}, additionalProperties, items } = schema
  const isResource = isRoot || schema['x-kubernetes-embedded-resource'] === true
  const lost = (is: boolean): Pick<Place, 'uncorrelated'> => (is && place.uncorrelated === undefined ? { uncorrelated: at } : {})
  const fields = Object.entries(properties).map(([name, field]): readonly [Schema, Place] => {
    const inMeta = isResource && ['metadata', 'kind', 'apiVersion'].includes(name)
    return [field, { ...inner, ...lost(schema['x-kubernetes-map-type'] === 'atomic'), at: `${at}.properties[${name}]`, isMeta: isMeta || inMeta, ...(inMeta && isRoot ? { noDefault: `in top-level ${name}` } : {}) }]
  })
  return [
    ...(isRecord(additionalProperties) ? [[additionalProperties as Schema, { ...inner, at: `${at}.additionalProperties`, ...(isMeta ? { noDefault: 'inside additionalProperties applying to object metadata' } : {}) }] as const] : []),
    ...fields,
    ...(schema.not === undefined ? [] : [[schema.not, untyped(`${at}.not`)] as const]),
    ...(['allOf', 'oneOf', 'anyOf'] as const).flatMap((name) => (schema[name] ?? []).map((one, index): readonly [Schema, Place] => [one, untyped(`${at}.${name}[${index}]`)])),
    ...(items === undefined || Array.isArray(items) ? [] : [[items, { ...inner, ...lost(schema['x-kubernetes-list-type'] !== 'map'), at: `${at}.items` }] as const]),
  ]
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']

function wordErrors(schema: Loose, { at, noDefault, isMeta = false }: Place): FieldError[] {
  const { type = '' } = schema
  return [
    ...(type === '' || TYPES.includes(type) ? [] : [unsupportedField(`${at}.type`, type, TYPES)]),
    ...(schema.default !== undefined && noDefault !== undefined ? [forbiddenField(`${at}.default`, `must not be set ${noDefault}`)] : []),
    ...FOREIGN.filter((word) => schema[word] !== undefined && schema[word] !== '').map((word) => forbiddenField(`${at}.${word}`, `${word} is not supported`)),
    ...(type === 'null' ? [forbiddenField(`${at}.type`, 'type cannot be set to null, use nullable as an alternative')] : []),
    ...(Array.isArray(schema.items) ? [forbiddenField(`${at}.items`, 'items must be a schema object and not an array')] : []),
    ...(isMeta && schema['x-kubernetes-embedded-resource'] === true ? [forbiddenField(`${at}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta')] : []),
  ]
}

function wantedType(schema: Schema, at: string, type: string, because: string): FieldError[] {
  if (schema.type === type) return []
  const detail = `must be ${type} if ${because} is specified`
  return [(schema.type ?? '') === '' ? requiredField(`${at}.type`, detail) : invalidField(`${at}.type`, schema.type, detail)]
}

function mapTypeErrors(schema: Schema, at: string): FieldError[] {
  const mapType = schema['x-kubernetes-map-type']
  if (mapType === undefined) return []
  return [...wantedType(schema, at, 'object', 'x-kubernetes-map-type'), ...optionalChoiceErrors(mapType, `${at}.x-kubernetes-map-type`, ['atomic', 'granular'])]
}

function listTypeErrors(schema: Schema, at: string): FieldError[] {
  const listType = schema['x-kubernetes-list-type']
  if (listType === undefined) return []
  const wrong = wantedType(schema, at, 'array', 'x-kubernetes-list-type')
  return [...wrong, ...(wrong.length === 0 && listType === 'set' ? setErrors(schema.items, at) : []), ...optionalChoiceErrors(listType, `${at}.x-kubernetes-list-type`, ['atomic', 'set', 'map'])]
}

/** What stands in a set is compared whole. */
function setErrors(items: Schema | undefined, at: string): FieldError[] {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  const [listType, mapType] = [items?.['x-kubernetes-list-type'], items?.['x-kubernetes-map-type']]
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic') return [invalidField(`${at}.items.x-kubernetes-list-type`, listType, detail)]
  // The refusal shows the type of the list here too.
  return items?.type === 'object' && mapType !== 'atomic' ? [invalidField(`${at}.items.x-kubernetes-map-type`, listType ?? null, detail)] : []
}

function keyErrors(schema: Schema, at: string): FieldError[] {
  const { 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [], items } = schema
  const because = 'must be map if x-kubernetes-list-map-keys is non-empty'
  const misplaced = keys.length === 0 || listType === 'map' ? [] : [listType === undefined ? requiredField(`${at}.x-kubernetes-list-type`, because) : invalidField(`${at}.x-kubernetes-list-type`, listType, because)]
  const ofMap = listType === 'map' ? mapListErrors({ keys, items }, at) : []
  return [...misplaced, ...ofMap, ...(listType === 'map' || listType === 'set' ? itemErrors({ keys: listType === 'map' ? keys : [], items, listType }, at) : [])]
}

interface Keyed {
  readonly keys: readonly string[]
  readonly items: Schema | undefined
}

function mapListErrors({ keys, items }: Keyed, at: string): FieldError[] {
  const properties = items?.properties ?? {}
  return [
    ...(keys.length === 0 ? [requiredField(`${at}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')] : []),
    ...(items === undefined ? [requiredField(`${at}.items`, 'must have a schema if x-kubernetes-list-type is map')] : items.type === 'object' ? [] : [invalidField(`${at}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map")]),
    ...(items?.type === 'object' ? keys.flatMap((key, index) => [...keyNameErrors({ key, keys, field: properties[key] }, at), ...(keys.indexOf(key) < index ? [invalidField(`${at}.x-kubernetes-list-map-keys`, keys, 'must not contain duplicate entries')] : [])]) : []),
  ]
}

function keyNameErrors({ key, keys, field }: { readonly key: string; readonly keys: readonly string[]; readonly field: Schema | undefined }, at: string): FieldError[] {
  if (field === undefined) return [invalidField(`${at}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties')]
  return field.type === 'array' || field.type === 'object' ? [invalidField(`${at}.items.properties[${key}].type`, 'object', "must be a scalar type if parent array's x-kubernetes-list-type is map")] : []
}

function itemErrors({ keys, items, listType }: Keyed & { readonly listType: string }, at: string): FieldError[] {
  if (items === undefined) return []
  const ofKeys = keys.flatMap((key) => {
    const field = items.properties?.[key]
    if (field === undefined) return []
    const path = `${at}.items.properties[${key}]`
    const isSure = items.required?.includes(key) === true || field.default !== undefined
    return [
      ...(isSure ? [] : [requiredField(`${path}.default`, 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property')]),
      ...(field.nullable === true ? [forbiddenField(`${path}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable')] : []),
    ]
  })
  return [...(items.nullable === true ? [forbiddenField(`${at}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`)] : []), ...ofKeys]
}

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']

function ruleWordErrors(schema: Schema, at: string): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
    const path = `${at}.x-kubernetes-validations[${index}]`
    const { messageExpression = '', fieldPath = '' } = rule
    return [
      ...messageErrors(rule, path),
      ...(messageExpression !== '' && messageExpression.trim() === '' ? [requiredField(`${path}.messageExpression`, 'messageExpression must be non-empty if specified')] : []),
      ...optionalChoiceErrors(rule.reason, `${path}.reason`, REASONS),
      ...(fieldPath !== '' && fieldPath.trim() === '' ? [invalidField(`${path}.fieldPath`, fieldPath, 'must be non-empty if specified')] : []),
      ...(/[\n\r]/.test(fieldPath) ? [invalidField(`${path}.fieldPath`, fieldPath, 'must not contain line breaks')] : []),
      ...(fieldPath !== '' && !hasForeignWords(schema) && fieldPathProblem(fieldPath, schema) !== undefined ? [invalidField(`${path}.fieldPath`, fieldPath, 'must be a valid path')] : []),
    ]
  })
}

function messageErrors({ rule = '', message = '' }: Partial<ValidationRule>, path: string): FieldError[] {
  if (rule.trim() === '') return [requiredField(`${path}.rule`, 'rule is not specified')]
  if (message !== '' && message.trim() === '') return [invalidField(`${path}.message`, message, 'must be non-empty if specified')]
  if (/[\n\r]/.test(message.trim())) return [invalidField(`${path}.message`, message, 'must not contain line breaks')]
  return /[\n\r]/.test(rule.trim()) && message.trim() === '' ? [requiredField(`${path}.message`, 'message must be specified if rule contains line breaks')] : []
}

function ruleErrors(rule: ValidationRule, schema: Schema, { at, uncorrelated }: Place): FieldError[] {
  const problems = ruleProblems(rule, schema)
  const { rule: text, message = '', messageExpression = '', reason = null, fieldPath = '', optionalOldSelf = null } = rule
  const shown = { Rule: text, Message: message, MessageExpression: messageExpression, Reason: reason, FieldPath: fieldPath, OptionalOldSelf: optionalOldSelf }
  const overTime = problems.usesOldSelf ? (uncorrelated === undefined ? [] : [invalidField(`${at}.rule`, text, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`)]) : optionalOldSelf === null ? [] : [invalidField(`${at}.optionalOldSelf`, optionalOldSelf, 'may not be set if oldSelf is not used in rule')]
  return [...(problems.ofRule === undefined ? [] : [invalidField(`${at}.rule`, shown, problems.ofRule)]), ...(problems.ofMessage === undefined ? [] : [invalidField(`${at}.messageExpression`, shown, problems.ofMessage)]), ...overTime]
}

/** A default must be a value that could be sent. */
function defaultErrors(schema: Schema, { at, isResource, isMeta }: { readonly at: string; readonly isResource: boolean; readonly isMeta: boolean }): FieldError[] {
  const isWhole = isResource || schema['x-kubernetes-embedded-resource'] === true
  const own = schema.default === undefined || schema.default === null || isMeta ? [] : ownDefaultErrors(schema, `${at}.default`)
  return [
    ...own,
    ...(schema.items === undefined ? [] : defaultErrors(schema.items, { at: `${at}.items`, isResource: false, isMeta })),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, field]) => defaultErrors(field, { at: `${at}.properties[${name}]`, isResource: false, isMeta: isMeta || (isWhole && ['metadata', 'kind', 'apiVersion'].includes(name)) })),
  ]
}

function joined(path: string, field: string): string {
  return field === '' || field.startsWith('[') ? `${path}${field}` : `${path}.${field}`
}

function ownDefaultErrors(schema: Schema, path: string): FieldError[] {
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true
  const pruned = prune({ value: schema.default }, { properties: { value: schema } }).value as { readonly value: unknown }
  return [...(jsonEqual(pruned.value, schema.default) ? [] : [invalidField(path, schema.default, 'must not have unknown fields')]), ...valueErrors(schema.default, schema, { path: '', isResource: isEmbedded }).map((error) => ({ ...error, field: error.field === '<nil>' ? path : joined(path, error.field) }))]
}
