/**
 * Custom resource definitions that cannot be (`apiextensions-apiserver/pkg/apis/apiextensions/validation`): wrong names, not one storage
 * version, schemas that are missing or not structural.
 */

import { isRecord, jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Schema } from '../schema/structural.ts'
import { invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'

interface Version {
  readonly name?: string
  readonly storage?: boolean
  readonly schema?: { readonly openAPIV3Schema?: Schema }
}

interface DefinitionSpec {
  readonly group?: string
  readonly scope?: string
  readonly names?: { readonly plural?: string; readonly kind?: string; readonly singular?: string; readonly listKind?: string }
  readonly versions?: readonly Version[]
}

export function definitionErrors(definition: KubeObject): FieldError[] {
  const spec = (definition['spec'] ?? {}) as DefinitionSpec
  return [...nameErrors(definition, spec), ...scopeErrors(spec), ...versionErrors(spec), ...schemaErrors(spec)]
}

/** What a definition means that does not say it. */
export function defaultDefinition(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { names = {} } = spec as DefinitionSpec
  const { kind = '' } = names
  return { conversion: { strategy: 'None' }, ...spec, names: { singular: kind.toLowerCase(), listKind: `${kind}List`, ...names } }
}

function nameErrors({ metadata }: KubeObject, { group = '', names = {} }: DefinitionSpec): FieldError[] {
  const missing = [['spec.group', group], ['spec.names.plural', names.plural], ['spec.names.kind', names.kind]].filter(([, value]) => value === undefined || value === '')
  const isNamed = metadata.name === `${names.plural}.${group}`
  return [...(isNamed ? [] : [invalidField('metadata.name', metadata.name ?? '', 'must be spec.names.plural+"."+spec.group')]), ...missing.map(([field = '']) => requiredField(field))]
}

function scopeErrors({ scope = '' }: DefinitionSpec): FieldError[] {
  if (scope === '') return [requiredField('spec.scope')]
  return scope === 'Cluster' || scope === 'Namespaced' ? [] : [unsupportedField('spec.scope', scope, ['Cluster', 'Namespaced'])]
}

function versionErrors({ versions = [] }: DefinitionSpec): FieldError[] {
  const names = versions.map(({ name }) => name)
  const stored = versions.filter(({ storage }) => storage === true)
  return [
    ...(new Set(names).size === names.length ? [] : [invalidField('spec.versions', versions, 'must contain unique version names')]),
    ...(stored.length === 1 ? [] : [invalidField('spec.versions', versions, 'must have exactly one version marked as storage version')]),
  ]
}

/** A schema that all versions share is told once, as one of the whole. */
function schemaErrors({ versions = [] }: DefinitionSpec): FieldError[] {
  const missing = versions.flatMap(({ schema }, index) => (schema?.openAPIV3Schema === undefined ? [requiredField(`spec.versions[${index}].schema.openAPIV3Schema`)] : []))
  const schemas = versions.flatMap(({ schema }) => (schema?.openAPIV3Schema === undefined ? [] : [schema.openAPIV3Schema]))
  const [first] = schemas
  if (missing.length > 0 || first === undefined) return missing
  if (schemas.every((schema) => jsonEqual(schema, first))) return rootErrors(first, 'spec.validation.openAPIV3Schema')
  return schemas.flatMap((schema, index) => rootErrors(schema, `spec.versions[${index}].schema.openAPIV3Schema`))
}

function rootErrors(root: Schema, path: string): FieldError[] {
  if ((root.type ?? '') === '') return [requiredField(`${path}.type`, 'must not be empty at the root')]
  if (root.type !== 'object') return [invalidField(`${path}.type`, root.type, 'must be object at the root')]
  return structuralErrors(root, path)
}

function structuralErrors(schema: Schema, path: string): FieldError[] {
  const { properties = {}, items, additionalProperties } = schema
  const fields = Object.entries(properties).flatMap(([name, field]) => [...typeErrors(field, `${path}.properties[${name}]`, 'object fields'), ...structuralErrors(field, `${path}.properties[${name}]`)])
  const list = items === undefined ? [] : [...typeErrors(items, `${path}.items`, 'array items'), ...structuralErrors(items, `${path}.items`)]
  const extra = isRecord(additionalProperties) ? (additionalProperties as Schema) : undefined
  const table = extra === undefined ? [] : [...typeErrors(extra, `${path}.additionalProperties`, 'object fields'), ...structuralErrors(extra, `${path}.additionalProperties`)]
  return [...fields, ...list, ...table, ...listTypeErrors(schema, path)]
}

function typeErrors(schema: Schema, path: string, what: string): FieldError[] {
  const isFree = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true
  return (schema.type ?? '') === '' && !isFree ? [requiredField(`${path}.type`, `must not be empty for specified ${what}`)] : []
}

function listTypeErrors(schema: Schema, path: string): FieldError[] {
  if (schema['x-kubernetes-list-type'] !== 'map') return []
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  if (keys.length === 0) return [requiredField(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map')]
  return keys.flatMap((key, index) => (schema.items?.properties?.[key] === undefined ? [invalidField(`${path}.x-kubernetes-list-map-keys[${index}]`, key, 'entries must all be names of item properties')] : []))
}
