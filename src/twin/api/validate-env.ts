/** Variables of a container and where their values come from: `ValidateEnv`, `ValidateEnvFrom`. */

import type { Container, EnvFromSource, EnvVar, EnvVarSource } from 'kubernetes-types/core/v1.d.ts'
import { invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import type { VersionProfile } from '../profile.ts'
import { configKeyProblems, labelKeyProblems, subdomainProblems } from './object-names.ts'

const FIELD_PATHS = ['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.hostIP', 'status.hostIPs', 'status.podIP', 'status.podIPs']
const RESOURCES = ['limits.cpu', 'limits.ephemeral-storage', 'limits.memory', 'requests.cpu', 'requests.ephemeral-storage', 'requests.memory']
const NAME_WORDS = "a valid environment variable name must consist only of printable ASCII characters other than '='"
const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const

export function environmentErrors({ env = [], envFrom = [] }: Container, at: string, { minor }: Pick<VersionProfile, 'minor'>): FieldError[] {
  return [...env.flatMap((variable, index) => variableErrors(variable, `${at}.env[${index}]`, minor)), ...envFrom.flatMap((source, index) => bundleErrors(source, `${at}.envFrom`, index))]
}

function nameErrors(name: string, field: string): FieldError[] {
  return /^[ -<>-~]+$/.test(name) ? [] : [invalidField(field, name, NAME_WORDS)]
}

function variableErrors({ name = '', value = '', valueFrom }: EnvVar, at: string, minor: number): FieldError[] {
  return [...(name === '' ? [requiredField(`${at}.name`)] : nameErrors(name, `${at}.name`)), ...(valueFrom === undefined ? [] : sourceErrors(valueFrom, { value, minor }, `${at}.valueFrom`))]
}

interface Beside {
  readonly value: string
  readonly minor: number
}

function sourceErrors(source: EnvVarSource, beside: Beside, field: string): FieldError[] {
  const given = SOURCES.filter((name) => (source as Record<string, unknown>)[name] !== undefined)
  return [
    ...(source.fieldRef === undefined ? [] : fieldErrors(source.fieldRef.fieldPath ?? '', `${field}.fieldRef`)),
    ...(source.resourceFieldRef === undefined ? [] : amountErrors(source.resourceFieldRef.resource ?? '', `${field}.resourceFieldRef`)),
    ...(source.configMapKeyRef === undefined ? [] : keyErrors(source.configMapKeyRef, `${field}.configMapKeyRef`)),
    ...(source.secretKeyRef === undefined ? [] : keyErrors(source.secretKeyRef, `${field}.secretKeyRef`)),
    ...countErrors(given.length, beside, field),
  ]
}

/** Values from files are known since 1.35. */
function countErrors(count: number, { value, minor }: Beside, field: string): FieldError[] {
  if (count === 0) return [invalidField(field, '', `must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\`${minor >= 35 ? ', `secretKeyRef` or `fileKeyRef`' : ' or `secretKeyRef`'}`)]
  if (value !== '') return [invalidField(field, '', 'may not be specified when `value` is not empty')]
  return count > 1 ? [invalidField(field, '', 'may not have more than one field specified at a time')] : []
}

function fieldErrors(path: string, at: string): FieldError[] {
  if (path === '') return [requiredField(`${at}.fieldPath`)]
  const subscripted = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/.exec(path)
  if (subscripted !== null) return invalidFields(at, subscripted[2], labelKeyProblems((subscripted[1] === 'metadata.annotations' ? subscripted[2]?.toLowerCase() : subscripted[2]) ?? ''))
  if (path === 'metadata.labels' || path === 'metadata.annotations') return [unsupportedField(`${at}.fieldPath`, path, FIELD_PATHS)]
  return FIELD_PATHS.includes(path) ? [] : [invalidField(`${at}.fieldPath`, path, `error converting fieldPath: field label not supported: ${path}`)]
}

function amountErrors(resource: string, at: string): FieldError[] {
  if (resource === '') return [requiredField(`${at}.resource`)]
  return RESOURCES.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource) ? [] : [unsupportedField(`${at}.resource`, resource, RESOURCES)]
}

function keyErrors({ name = '', key = '' }: { readonly name?: string; readonly key?: string }, at: string): FieldError[] {
  return [...invalidFields(`${at}.name`, name, subdomainProblems(name)), ...(key === '' ? [requiredField(`${at}.key`)] : invalidFields(`${at}.key`, key, configKeyProblems(key)))]
}

/** What is wrong with the sources as a whole is said of the list, as upstream says it. */
function bundleErrors({ prefix = '', configMapRef, secretRef }: EnvFromSource, field: string, index: number): FieldError[] {
  const at = `${field}[${index}]`
  const count = [configMapRef, secretRef].filter((source) => source !== undefined).length
  return [
    ...(prefix === '' ? [] : nameErrors(prefix, `${at}.prefix`)),
    ...(configMapRef === undefined ? [] : nameRefErrors(configMapRef.name ?? '', `${at}.configMapRef.name`)),
    ...(secretRef === undefined ? [] : nameRefErrors(secretRef.name ?? '', `${at}.secretRef.name`)),
    ...(count === 0 ? [invalidField(field, '', 'must specify one of: `configMapRef` or `secretRef`')] : []),
    ...(count > 1 ? [invalidField(field, '', 'may not have more than one field specified at a time')] : []),
  ]
}

function nameRefErrors(name: string, field: string): FieldError[] {
  return name === '' ? [requiredField(field)] : invalidFields(field, name, subdomainProblems(name))
}
