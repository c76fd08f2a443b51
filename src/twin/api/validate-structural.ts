/**
 * Is a schema structural: does each field's type stand in the tree itself, and do `anyOf` and the like only narrow it
 * (`apiextensions-apiserver/pkg/apiserver/schema/validation.go`)?
 */

import { isRecord, jsonEqual } from '../../kernel/json.ts'
import type { Schema } from '../schema/structural.ts'
import { forbiddenField, invalidField, requiredField, type FieldError } from './field-error.ts'

type Level = 'root' | 'item' | 'field'

const WHERE: Readonly<Record<Level, string>> = { root: 'at the root', item: 'for specified array items', field: 'for specified object fields' }

/** In the order of their text: upstream walks maps. */
export function structuralErrors(schema: Schema, at: string): FieldError[] {
  const errors = [...shapeErrors(schema, at, 'root'), ...narrowingsOf(schema, at).flatMap(([inner, path]) => uncoveredErrors(inner, schema, { at: path, outsideAt: at }))]
  return errors.sort((left, right) => (`${left.field}: ${left.message}` < `${right.field}: ${right.message}` ? -1 : 1))
}

function shapeErrors(schema: Schema, at: string, level: Level): FieldError[] {
  const { type = '', properties = {}, items, additionalProperties } = schema
  const extra = isRecord(additionalProperties) ? shapeErrors(additionalProperties as Schema, `${at}.additionalProperties`, 'field') : []
  return [
    ...(type === 'array' && items === undefined ? [requiredField(`${at}.items`, 'must be specified')] : []),
    ...(items === undefined ? [] : shapeErrors(items, `${at}.items`, 'item')),
    ...Object.entries(properties).flatMap(([name, field]) => shapeErrors(field, `${at}.properties[${name}]`, 'field')),
    ...(additionalProperties !== undefined && level === 'root' ? [forbiddenField(`${at}.additionalProperties`, 'must not be used at the root')] : []),
    ...extra,
    ...extensionErrors(schema, at),
    ...narrowingErrors(schema, at, intOrStringIn(schema)),
    ...typeErrors(schema, at, level),
    ...(level === 'root' || schema['x-kubernetes-embedded-resource'] === true ? resourceErrors(schema, at, level) : []),
  ]
}

function extensionErrors(schema: Schema, at: string): FieldError[] {
  if (schema['x-kubernetes-int-or-string'] !== true) return []
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const).filter((name) => schema[name] === true).map((name) => invalidField(`${at}.${name}`, true, 'must be false if x-kubernetes-int-or-string is true'))
}

function typeErrors(schema: Schema, at: string, level: Level): FieldError[] {
  const { type = '' } = schema
  const isEmbedded = schema['x-kubernetes-embedded-resource'] === true
  const isFree = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  const detail = 'must be object if x-kubernetes-embedded-resource is true'
  const ofType = isEmbedded && type !== 'object' ? [type === '' ? requiredField(`${at}.type`, detail) : invalidField(`${at}.type`, type, detail)] : type === '' && !isFree ? [requiredField(`${at}.type`, `must not be empty ${WHERE[level]}`)] : []
  return [
    ...ofType,
    ...(isEmbedded && schema.additionalProperties !== undefined ? [forbiddenField(`${at}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set')] : []),
    ...(level === 'root' && type !== '' && type !== 'object' ? [invalidField(`${at}.type`, type, 'must be object at the root')] : []),
  ]
}

/** What a resource may say of its own type and metadata. */
function resourceErrors(schema: Schema, at: string, level: Level): FieldError[] {
  const { properties = {} } = schema
  const isEmpty = level !== 'root' && schema['x-kubernetes-preserve-unknown-fields'] !== true && Object.keys(properties).length === 0
  const texts = ['kind', 'apiVersion'].filter((name) => properties[name] !== undefined && properties[name].type !== 'string').map((name) => invalidField(`${at}.properties[${name}].type`, properties[name]?.type ?? '', 'must be string'))
  return [...texts, ...metadataErrors(properties['metadata'], `${at}.properties[metadata]`, level), ...(isEmpty ? [requiredField(`${at}.properties`, 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields')] : [])]
}

function metadataErrors(metadata: Schema | undefined, at: string, level: Level): FieldError[] {
  if (metadata === undefined) return []
  const { type: _type, default: _default, properties = {}, ...rest } = metadata
  const isMore = Object.keys(properties).some((name) => name !== 'name' && name !== 'generateName') || Object.keys(rest).length > 0
  const ofType = metadata.type === 'object' ? [] : [invalidField(`${at}.type`, metadata.type ?? '', 'must be object')]
  return [...ofType, ...(level === 'root' && isMore ? [forbiddenField(at, 'must not specify anything other than name and generateName, but metadata is implicitly specified')] : [])]
}

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }]

interface Pattern {
  readonly isAny: boolean
  readonly isFirstOfAll: boolean
}

/** The two places in which types may stand below: of what is a number or a text. */
function intOrStringIn({ anyOf, allOf }: Schema): Pattern {
  return { isAny: jsonEqual(anyOf, INT_OR_STRING), isFirstOfAll: jsonEqual(allOf?.[0]?.anyOf, INT_OR_STRING) }
}

function narrowingErrors(schema: Schema, at: string, { isAny, isFirstOfAll }: Pattern): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema
  return [
    ...(isAny ? [] : anyOf.flatMap((inner, index) => nestedErrors(inner, `${at}.anyOf[${index}]`))),
    ...allOf.flatMap((inner, index) => nestedErrors(inner, `${at}.allOf[${index}]`, isFirstOfAll && index === 0)),
    ...oneOf.flatMap((inner, index) => nestedErrors(inner, `${at}.oneOf[${index}]`)),
    ...(not === undefined ? [] : nestedErrors(not, `${at}.not`)),
    ...(pattern === undefined ? [] : patternErrors(pattern, `${at}.pattern`)),
  ]
}

const NOT_NESTED: readonly (readonly [keyof Schema | 'title' | 'description', string])[] = [
  ['type', 'must be empty to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

function nestedErrors(schema: Schema, at: string, isPattern = false): FieldError[] {
  const { items, properties = {}, additionalProperties } = schema
  const wrong = NOT_NESTED.filter(([name]) => isSet((schema as Readonly<Record<string, unknown>>)[name])).map(([name, detail]) => forbiddenField(`${at}.${name}`, detail))
  return [
    ...narrowingErrors(schema, at, { isAny: isPattern, isFirstOfAll: false }),
    ...(items === undefined ? [] : nestedErrors(items, `${at}.items`)),
    ...Object.entries(properties).flatMap(([name, field]) => nestedErrors(field, `${at}.properties[${name}]`)),
    ...wrong,
    ...(additionalProperties === undefined ? [] : [forbiddenField(`${at}.additionalProperties`, 'must be undefined to be structural')]),
    ...(properties['metadata'] === undefined ? [] : [forbiddenField(`${at}.properties[metadata]`, 'must not be specified in a nested context')]),
  ]
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** What Go's regular expressions cannot read is not known here; what no expression can be is refused in its words. */
function patternErrors(pattern: string, field: string): FieldError[] {
  const problem = patternProblem(pattern)
  return problem === undefined ? [] : [invalidField(field, pattern, `must be a valid regular expression, but isn't: error parsing regexp: ${problem}`)]
}

function patternProblem(pattern: string): string | undefined {
  const bare = pattern.replace(/\\[\s\S]/g, '\\e')
  const inner = bare.replace(/\[\^?\]?[^\]]*\]/g, '')
  if (/\[\^?\]?[^\]]*$/.test(bare.replace(/\[\^?\]?[^\]]*\]/g, ''))) return `missing closing ]: \`${pattern.slice(pattern.lastIndexOf('['))}\``
  const depth = [...inner].reduce((open, character) => (open < 0 ? open : character === '(' ? open + 1 : character === ')' ? open - 1 : open), 0)
  if (depth < 0) return `unexpected ): \`${pattern}\``
  if (depth > 0) return `missing closing ): \`${pattern}\``
  const bareRepeat = /^[*+?]/.exec(inner)?.[0]
  if (bareRepeat !== undefined) return `missing argument to repetition operator: \`${bareRepeat}\``
  const lookaround = /\(\?(<?[=!])/.exec(inner)?.[0]
  return lookaround === undefined ? undefined : `invalid or unsupported Perl syntax: \`${lookaround.slice(0, 3)}\``
}

interface Pair {
  readonly at: string
  readonly outsideAt: string
}

/** What the root narrows must stand outside too (`complete.go`). */
function uncoveredErrors(inner: Schema, outside: Schema | undefined, { at, outsideAt }: Pair): FieldError[] {
  if (outside === undefined) return [requiredField(outsideAt, `because it is defined in ${at}`)]
  const list = inner.items === undefined ? [] : uncoveredErrors(inner.items, outside.items, { at: `${at}.items`, outsideAt: `${outsideAt}.items` })
  const fields = Object.entries(inner.properties ?? {}).flatMap(([name, field]) => uncoveredErrors(field, outside.properties?.[name], { at: `${at}.properties[${name}]`, outsideAt: `${outsideAt}.properties[${name}]` }))
  return [...narrowingsOf(inner, at).flatMap(([one, path]) => uncoveredErrors(one, outside, { at: path, outsideAt })), ...list, ...fields]
}

function narrowingsOf(schema: Schema, at: string): (readonly [Schema, string])[] {
  const lists = (['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) => (schema[name] ?? []).map((inner, index): readonly [Schema, string] => [inner, `${at}.${name}[${index}]`]))
  return [...(schema.not === undefined ? [] : [[schema.not, `${at}.not`] as const]), ...lists]
}
