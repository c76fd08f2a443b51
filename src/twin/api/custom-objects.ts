/**
 * Custom resources on their way in: unknown fields go, defaults come, and what does not fit the schema of the version is refused
 * (`apiextensions-apiserver/pkg/registry/customresource`). Kinds that no definition describes pass as they are.
 */

import { isRecord, jsonEqual, type JsonObject } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { withDefaults } from '../schema/default-values.ts'
import { prune } from '../schema/prune.ts'
import { hasRules, ruleFindings } from '../schema/rules.ts'
import type { Schema } from '../schema/structural.ts'
import { embeddedErrors } from '../schema/validate-embedded.ts'
import { listTypeErrors } from '../schema/validate-lists.ts'
import { valueErrors } from '../schema/validate-value.ts'
import { invalidField, invalidObject, type FieldError } from './field-error.ts'
import type { Resource } from './resource.ts'

export function schemaOf({ schema }: Pick<Resource, 'schema'>): Schema | undefined {
  return schema as (JsonObject & Schema) | undefined
}

/** As it is read: pruned, with defaults, under the version that is stored. */
export function decodedCustom(resource: Resource, object: KubeObject): KubeObject {
  const schema = schemaOf(resource)
  if (schema === undefined) return object
  const pruned = prune(object, schema).value as KubeObject
  const filled = withDefaults(pruned, { ...schema, properties: withoutTypes(schema) }) as KubeObject
  return inVersion(filled, resource.storageVersion)
}

/** As it is read back: the stored version prunes what it does not know, and fills in what it does. */
export function keptCustom(resource: Resource, stored: Resource, object: KubeObject): KubeObject {
  return resource.version === stored.version ? object : decodedCustom(stored, object)
}

/** The object under another version of its group: without conversion webhooks that is all that differs. */
export function inVersion(object: KubeObject, version: string | undefined): KubeObject {
  const slash = object.apiVersion.indexOf('/')
  const apiVersion = version === undefined || slash < 0 ? object.apiVersion : `${object.apiVersion.slice(0, slash)}/${version}`
  return apiVersion === object.apiVersion ? object : { ...object, apiVersion }
}

/** Throws 422 with everything that does not fit. What was wrong before and did not change is let pass. */
export function validateCustom(resource: Resource, object: KubeObject, options: { readonly before?: KubeObject; readonly warn?: ((message: string) => void) | undefined } = {}): void {
  const schema = schemaOf(resource)
  if (schema === undefined) return
  const { before, warn } = options
  const { errors, skipped } = ruleFindings({ value: object, old: before, schema })
  for (const message of skipped) warn?.(message)
  const all = [...valueErrors(object, schema, { path: '', isResource: true }), ...embeddedErrors(object, schema), ...listTypeErrors(object, schema)]
  const isFresh = (error: FieldError): boolean => before === undefined || !isOld(error, before, object)
  const ofSchema = all.filter(isFresh)
  const fresh = [...ofSchema, ...(hasRules(schema) && ofSchema.some(isBlocking) ? [UNCHECKED] : errors.filter(isFresh))]
  if (fresh.length > 0) throw invalidObject(object, object.metadata.name ?? '', fresh)
}

/** What leaves a value that no rule can be asked about (`registry/customresource/strategy.go`). */
const BLOCKING = new Set<FieldError['reason']>(['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid'])
const UNCHECKED = invalidField('<nil>', null, 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation')

function isBlocking({ reason }: FieldError): boolean {
  return BLOCKING.has(reason)
}

function withoutTypes({ properties = {} }: Schema): Readonly<Record<string, Schema>> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== 'metadata'))
}

function isOld({ field, reason }: FieldError, before: KubeObject, object: KubeObject): boolean {
  const steps = field.split(/\.|\[(\d+)\]/).filter((step) => step !== undefined && step !== '')
  const place = reason === 'FieldValueRequired' ? steps.slice(0, -1) : steps
  const [was, is] = [at(before, place), at(object, place)]
  return was !== undefined && jsonEqual(was, is)
}

function at(value: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((inner, step) => (Array.isArray(inner) ? inner[Number(step)] : isRecord(inner) ? inner[step] : undefined), value)
}
