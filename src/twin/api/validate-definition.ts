/**
 * Custom resource definitions that cannot be (`apiextensions-apiserver/pkg/apis/apiextensions/validation`). What all versions say alike is
 * judged once, as the server keeps it: as of the definition as a whole.
 */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Schema } from '../schema/structural.ts'
import { fill, within } from './fill.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { serviceNameProblems, subdomainProblems } from './object-names.ts'
import { columnErrors, selectableErrors, subresourceErrors, type Column, type Selectable, type Subresources } from './validate-definition-parts.ts'
import { hasDefaults, schemaErrors } from './validate-schema.ts'
import { clientErrors, conversionReviewErrors, type WebhookClient } from './validate-webhook.ts'

interface Version {
  readonly name?: string
  readonly served?: boolean
  readonly storage?: boolean
  readonly deprecated?: boolean
  readonly deprecationWarning?: string
  readonly schema?: { readonly openAPIV3Schema?: Schema }
  readonly subresources?: Subresources
  readonly additionalPrinterColumns?: readonly Column[]
  readonly selectableFields?: readonly Selectable[]
}

interface Names {
  readonly plural?: string
  readonly kind?: string
  readonly singular?: string
  readonly listKind?: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
}

interface Conversion {
  readonly strategy?: string
  readonly webhook?: { readonly clientConfig?: WebhookClient; readonly conversionReviewVersions?: readonly string[] }
}

interface DefinitionSpec {
  readonly group?: string
  readonly scope?: string
  readonly names?: Names
  readonly versions?: readonly Version[]
  readonly preserveUnknownFields?: boolean
  readonly conversion?: Conversion
}

/** Parts of a version that are the whole definition's where all versions have the same. */
interface Shared {
  readonly schema: Version['schema'] | undefined
  readonly subresources: Subresources | undefined
  readonly additionalPrinterColumns: readonly Column[] | undefined
  readonly selectableFields: readonly Selectable[] | undefined
}

/** What a definition means that does not say it. */
export function defaultDefinition(spec: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { names = {} } = spec as DefinitionSpec
  const { kind = '' } = names
  const filled: Readonly<Record<string, unknown>> = { conversion: { strategy: 'None' }, ...spec, names: { singular: kind.toLowerCase(), ...(kind === '' ? {} : { listKind: `${kind}List` }), ...names } }
  return within(filled, 'conversion', (conversion: object) => within(conversion, 'webhook', (webhook: object) => within(webhook, 'clientConfig', (client: object) => within(client, 'service', (service: object) => fill(service, { port: 443 })))))
}

export function definitionErrors(definition: KubeObject): FieldError[] {
  const spec = (definition['spec'] ?? {}) as DefinitionSpec
  const { versions = [], names = {}, group = '' } = spec
  const shared = sharedBy(versions)
  return [
    ...groupErrors(group),
    ...scopeErrors(spec),
    ...versions.flatMap(({ schema }, index) => (schema?.openAPIV3Schema === undefined && shared.schema === undefined ? [requiredField(`spec.versions[${index}].schema.openAPIV3Schema`)] : [])),
    ...(spec.preserveUnknownFields === true && versions.some(({ schema }) => hasDefaults(schema?.openAPIV3Schema)) ? [invalidField('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema')] : []),
    ...versions.flatMap((version, index) => versionErrors(version, shared, `spec.versions[${index}]`)),
    ...togetherErrors(versions, shared),
    // The first version is kept as the definition's too.
    ...labelErrors(versions[0]?.name ?? '', 'spec.version'),
    ...(['plural', 'singular', 'kind', 'listKind'] as const).flatMap((name) => ((names[name] ?? '') === '' ? [requiredField(`spec.names.${name}`)] : [])),
    ...nameErrors(names, 'spec.names'),
    ...partErrors({ ...shared, hasStatus: versions.some(({ subresources }) => subresources?.status !== undefined) }, 'spec', 'validation'),
    ...(spec.preserveUnknownFields === true && (spec.conversion?.strategy ?? 'None') !== 'None' ? [invalidField('spec.conversion.strategy', spec.conversion?.strategy, 'must be None if spec.preserveUnknownFields is true')] : []),
    ...conversionErrors(spec.conversion, 'spec.conversion'),
  ]
}

function labelErrors(name: string, field: string): FieldError[] {
  const problems = serviceNameProblems(name)
  return name === '' || problems.length === 0 ? [] : [invalidField(field, name, problems.join(','))]
}

/** What comes behind what every definition is asked: that it stays what it is, and keeps what was stored. */
export function definitionChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const [old, spec] = [before, next].map((one) => (one['spec'] ?? {}) as DefinitionSpec) as [DefinitionSpec, DefinitionSpec]
  const conditions = (before['status'] as { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] } | undefined)?.conditions ?? []
  const isEstablished = conditions.some(({ type, status }) => type === 'Established' && status === 'True')
  const fixed = (field: string, was: unknown, is: unknown): FieldError[] => (was === is ? [] : [invalidField(field, is, 'field is immutable')])
  return [
    ...(isEstablished ? [...fixed('spec.scope', old.scope, spec.scope), ...fixed('spec.names.kind', old.names?.kind, spec.names?.kind)] : []),
    ...fixed('spec.group', old.group, spec.group),
    ...fixed('spec.names.plural', old.names?.plural, spec.names?.plural),
  ]
}

/** Behind the rest, of new ones and changed ones alike. */
export function definitionEndErrors(definition: KubeObject): FieldError[] {
  const { versions = [], preserveUnknownFields } = (definition['spec'] ?? {}) as DefinitionSpec
  const { storedVersions = [] } = (definition['status'] ?? {}) as { readonly storedVersions?: readonly string[] }
  const known = new Set(versions.map(({ name = '' }) => name))
  const gone = storedVersions.flatMap((name, index) => (known.has(name) ? [] : [invalidField(`status.storedVersions[${index}]`, name, `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`)]))
  const unstored = versions.filter(({ name = '', storage }) => storage === true && !storedVersions.includes(name)).map(({ name = '' }) => invalidField('status.storedVersions', storedVersions, `must have the storage version ${name}`))
  return [
    ...(storedVersions.length === 0 ? [invalidField('status.storedVersions', storedVersions, 'must have at least one stored version')] : [...unstored, ...gone]),
    ...(preserveUnknownFields === true ? [invalidField('spec.preserveUnknownFields', true, 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead')] : []),
  ]
}

function groupErrors(group: string): FieldError[] {
  if (group === '') return [requiredField('spec.group')]
  const problems = subdomainProblems(group)
  if (problems.length > 0) return [invalidField('spec.group', group, problems.join(','))]
  return group.includes('.') ? [] : [invalidField('spec.group', group, 'should be a domain with at least one dot')]
}

function scopeErrors({ scope = '' }: DefinitionSpec): FieldError[] {
  if (scope === '') return [requiredField('spec.scope')]
  return scope === 'Cluster' || scope === 'Namespaced' ? [] : [unsupportedField('spec.scope', scope, ['Cluster', 'Namespaced'])]
}

function sharedBy(versions: readonly Version[]): Shared {
  const common = <K extends keyof Shared>(name: K): Shared[K] | undefined => {
    const [first] = versions
    const value = first?.[name] as Shared[K]
    return value !== undefined && versions.every((version) => jsonEqual(version[name], value)) ? value : undefined
  }
  return { schema: common('schema'), subresources: common('subresources'), additionalPrinterColumns: common('additionalPrinterColumns'), selectableFields: common('selectableFields') }
}

function versionErrors(version: Version, shared: Shared, at: string): FieldError[] {
  const problems = serviceNameProblems(version.name ?? '')
  const own = Object.fromEntries(Object.entries(version).filter(([name]) => shared[name as keyof Shared] === undefined)) as Version
  const hasStatus = version.subresources?.status !== undefined
  return [
    ...(problems.length === 0 ? [] : [invalidField(`${at}.name`, version.name ?? '', problems.join(','))]),
    ...warningProblems(version).map((problem) => invalidField(`${at}.deprecationWarning`, version.deprecationWarning, problem)),
    ...partErrors({ schema: own.schema, subresources: own.subresources, additionalPrinterColumns: own.additionalPrinterColumns, selectableFields: own.selectableFields, hasStatus }, at, 'schema'),
  ]
}

function partErrors({ schema, subresources, additionalPrinterColumns = [], selectableFields = [], hasStatus }: Shared & { readonly hasStatus: boolean }, at: string, schemaName: string): FieldError[] {
  const root = schema?.openAPIV3Schema
  return [
    ...(root === undefined ? [] : schemaErrors(root, `${at}.${schemaName}.openAPIV3Schema`, { hasStatus })),
    ...(subresources === undefined ? [] : subresourceErrors(subresources, `${at}.subresources`)),
    ...additionalPrinterColumns.flatMap((column, index) => columnErrors(column, `${at}.additionalPrinterColumns[${index}]`)),
    ...selectableErrors(selectableFields, root, { at: `${at}.selectableFields`, isWhole: schemaName === 'validation' }),
  ]
}

const WARNING_MAX = 256

function warningProblems({ deprecated = false, deprecationWarning: warning }: Version): string[] {
  if (warning === undefined) return []
  if (!deprecated) return ['can only be set for deprecated versions']
  const unprintable = [...warning].findIndex((character) => /[\p{C}\p{Z}]/u.test(character) && character !== ' ')
  return [...(warning.length > WARNING_MAX ? [`must be <= ${WARNING_MAX} characters long`] : []), ...(warning === '' ? ['must not be an empty string'] : []), ...(unprintable < 0 ? [] : [`must only contain printable UTF-8 characters; non-printable character found at index ${unprintable}`])]
}

/** As Go has it, without what the whole definition has. */
function goVersion(version: Version, shared: Shared): object {
  const own = <K extends keyof Shared>(name: K): Version[K] | null => (shared[name] === undefined ? (version[name] ?? null) : null)
  const { name = '', storage = false, served = false, deprecated = false, deprecationWarning = null } = version
  return { Name: name, Served: served, Storage: storage, Deprecated: deprecated, DeprecationWarning: deprecationWarning, Schema: own('schema'), Subresources: own('subresources'), AdditionalPrinterColumns: own('additionalPrinterColumns'), SelectableFields: own('selectableFields') }
}

function togetherErrors(versions: readonly Version[], shared: Shared): FieldError[] {
  const shown = versions.map((version) => goVersion(version, shared))
  const names = versions.map(({ name }) => name)
  const stored = versions.filter(({ storage }) => storage === true)
  return [
    ...(new Set(names).size === names.length ? [] : [invalidField('spec.versions', shown, 'must contain unique version names')]),
    ...(stored.length === 1 ? [] : [invalidField('spec.versions', shown, 'must have exactly one version marked as storage version')]),
  ]
}

function nameErrors({ plural = '', singular = '', kind = '', listKind = '', shortNames = [], categories = [] }: Names, at: string): FieldError[] {
  const mixed = (name: string, field: string): FieldError[] => (name === '' || serviceNameProblems(name.toLowerCase()).length === 0 ? [] : [invalidField(field, name, `may have mixed case, but should otherwise match: ${serviceNameProblems(name.toLowerCase()).join(',')}`)])
  const inList = (names: readonly string[], field: string): FieldError[] => names.flatMap((name, index) => (serviceNameProblems(name).length === 0 ? [] : [invalidField(`${field}[${index}]`, name, serviceNameProblems(name).join(','))]))
  return [
    ...labelErrors(plural, `${at}.plural`),
    ...labelErrors(singular, `${at}.singular`),
    ...mixed(kind, `${at}.kind`),
    ...mixed(listKind, `${at}.listKind`),
    ...inList(shortNames, `${at}.shortNames`),
    ...(kind !== '' && kind === listKind ? [invalidField(`${at}.listKind`, listKind, 'kind and listKind may not be the same')] : []),
    ...inList(categories, `${at}.categories`),
  ]
}

function conversionErrors({ strategy = '', webhook }: Conversion = {}, at: string): FieldError[] {
  const { clientConfig, conversionReviewVersions = [] } = webhook ?? {}
  const ofStrategy = strategy === '' ? [requiredField(`${at}.strategy`)] : strategy === 'None' || strategy === 'Webhook' ? [] : [unsupportedField(`${at}.strategy`, strategy, ['None', 'Webhook'])]
  const unwanted = 'should not be set when strategy is not set to Webhook'
  if (strategy !== 'Webhook') return [...ofStrategy, ...(clientConfig === undefined ? [] : [forbiddenField(`${at}.webhookClientConfig`, unwanted)]), ...(conversionReviewVersions.length === 0 ? [] : [forbiddenField(`${at}.conversionReviewVersions`, unwanted)])]
  const ofClient = clientConfig === undefined ? [requiredField(`${at}.webhookClientConfig`, 'required when strategy is set to Webhook')] : clientErrors(clientConfig, `${at}.webhookClientConfig`)
  return [...ofStrategy, ...ofClient, ...conversionReviewErrors(conversionReviewVersions, `${at}.conversionReviewVersions`)]
}
