/**
 * Finds the resource behind a kind or a URL path: built-in ones from the table, custom ones from the stored CRDs.
 *
 * Objects of a kind that nobody defines (a snapshot without its CRDs) are still served under a guessed plural:
 * losing them silently would be worse than a guess that discovery shows.
 */

import type { JsonObject } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { pluralOf } from '../../model/kube/plural.ts'
import type { VersionProfile } from '../profile.ts'
import type { StoreReader } from '../store.ts'
import { BUILT_IN_RESOURCES } from './built-in-resources.ts'
import { ALL_VERBS, apiVersionOf, type PrinterColumn, type Resource, type ScalePaths } from './resource.ts'
import { statusError } from './status-error.ts'

export interface ResourceIndex {
  byKind(apiVersion: string, kind: string): Resource | undefined
  byPlural(group: string, version: string, plural: string): Resource | undefined
  /** As `byKind`, or the 404 that a client gets for a kind that is not served. */
  demand(apiVersion: string, kind: string): Resource
  all(): readonly Resource[]
}

const BY_KIND = new Map(BUILT_IN_RESOURCES.map((resource) => [`${apiVersionOf(resource)}|${resource.kind}`, resource]))
const BY_PLURAL = new Map(BUILT_IN_RESOURCES.map((resource) => [`${apiVersionOf(resource)}|${resource.plural}`, resource]))
const BUILT_IN_GROUP_KINDS = new Set(BUILT_IN_RESOURCES.map((resource) => `${resource.group}/${resource.kind}`))

/** Kinds that a release serves only where somebody asked for it. */
const OFF = { mutatingAdmissionPolicies: new Set(['MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']) }

export function createResourceIndex(store: StoreReader, profile: Pick<VersionProfile, 'mutatingAdmissionPolicies'>): ResourceIndex {
  const isServed = ({ kind, group }: Resource): boolean => profile.mutatingAdmissionPolicies || group !== 'admissionregistration.k8s.io' || !OFF.mutatingAdmissionPolicies.has(kind)
  const served = (resource: Resource | undefined): Resource | undefined => (resource === undefined || !isServed(resource) ? undefined : resource)
  const custom = (): readonly Resource[] => customResources(store)
  const byKind = (apiVersion: string, kind: string): Resource | undefined =>
    served(BY_KIND.get(`${apiVersion}|${kind}`)) ?? custom().find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion)
  return {
    byKind,
    byPlural: (group, version, plural) =>
      served(BY_PLURAL.get(`${apiVersionOf({ group, version })}|${plural}`)) ??
      custom().find((resource) => resource.group === group && resource.version === version && resource.plural === plural),
    demand(apiVersion, kind) {
      const resource = byKind(apiVersion, kind)
      if (resource === undefined) throw statusError('NotFound', `the server could not find the requested resource (${kind} in ${apiVersion})`)
      return resource
    },
    all: () => [...BUILT_IN_RESOURCES.filter(isServed), ...custom()],
  }
}

function customResources(store: StoreReader): readonly Resource[] {
  const defined = Array.from(store.list('apiextensions.k8s.io/CustomResourceDefinition')).flatMap(resourcesOf)
  const known = new Set(defined.map((resource) => `${resource.group}/${resource.kind}`))
  const guessed = [...store.kinds()].filter((kind) => !BUILT_IN_GROUP_KINDS.has(kind) && !known.has(kind)).flatMap((kind) => guessResource(store, kind))
  return [...defined, ...guessed]
}

interface CrdVersion {
  readonly name: string
  readonly served?: boolean
  readonly storage?: boolean
  readonly subresources?: { readonly status?: unknown; readonly scale?: ScalePaths }
  readonly additionalPrinterColumns?: readonly PrinterColumn[]
  readonly schema?: { readonly openAPIV3Schema?: JsonObject }
}

interface CrdSpec {
  readonly group: string
  readonly scope: string
  readonly names: { readonly kind: string; readonly plural: string; readonly singular?: string; readonly shortNames?: readonly string[]; readonly categories?: readonly string[] }
  readonly versions?: readonly CrdVersion[]
}

function resourcesOf(crd: KubeObject): Resource[] {
  const spec = crd['spec'] as CrdSpec
  const conditions = (crd['status'] as { conditions?: readonly { type?: string; status?: string }[] } | undefined)?.conditions ?? []
  if (conditions.some(({ type, status }) => type === 'NamesAccepted' && status === 'False')) return []
  return (spec.versions ?? []).filter((version) => version.served !== false).map((version) => customResource(spec, version))
}

function customResource(spec: CrdSpec, version: CrdVersion): Resource {
  const { names, versions = [] } = spec
  const storage = versions.find((candidate) => candidate.storage === true)
  return {
    group: spec.group,
    version: version.name,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: spec.scope === 'Namespaced',
    subresources: Object.keys(version.subresources ?? {}),
    generation: 'spec',
    verbs: ALL_VERBS,
    custom: true,
    ...(storage === undefined ? {} : { storageVersion: storage.name }),
    ...(version.subresources?.scale === undefined ? {} : { scale: version.subresources.scale }),
    ...(version.schema?.openAPIV3Schema === undefined ? {} : { schema: version.schema.openAPIV3Schema }),
    ...(version.additionalPrinterColumns === undefined ? {} : { columns: version.additionalPrinterColumns }),
  }
}

function guessResource(store: StoreReader, kind: string): Resource[] {
  for (const object of store.list(kind)) {
    const slash = object.apiVersion.indexOf('/')
    const lower = object.kind.toLowerCase()
    return [
      {
        group: slash < 0 ? '' : object.apiVersion.slice(0, slash),
        version: object.apiVersion.slice(slash + 1),
        kind: object.kind,
        plural: pluralOf(object.kind),
        singular: lower,
        shortNames: [],
        categories: [],
        namespaced: object.metadata.namespace !== undefined,
        subresources: [],
        generation: 'spec',
        verbs: ALL_VERBS,
        custom: true,
      },
    ]
  }
  return []
}
