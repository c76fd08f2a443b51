/**
 * Discovery, legacy and aggregated: which kinds are served, how they are called and what can be done with them.
 *
 * `kubectl drain` looks here for `pods/eviction` with kind Eviction of `policy/v1`; without it, it would delete.
 */

import { createHash } from 'node:crypto'
import { apiVersionOf, type Resource } from '../api/resource.ts'

interface SubresourceInfo {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly verbs: readonly string[]
}

export interface GroupVersions {
  readonly group: string
  readonly versions: readonly { readonly version: string; readonly resources: readonly Resource[] }[]
}

/** All groups in the order of the registry, the versions of each in the order in which they were found. */
export function groupsOf(resources: readonly Resource[]): GroupVersions[] {
  const groups = new Map<string, Map<string, Resource[]>>()
  for (const resource of resources) {
    const versions = groups.get(resource.group) ?? new Map<string, Resource[]>()
    groups.set(resource.group, versions)
    versions.set(resource.version, [...(versions.get(resource.version) ?? []), resource])
  }
  return Array.from(groups, ([group, versions]) => ({ group, versions: Array.from(versions, ([version, list]) => ({ version, resources: list })) }))
}

const CONNECTIONS: Readonly<Record<string, string>> = { attach: 'PodAttachOptions', exec: 'PodExecOptions', portforward: 'PodPortForwardOptions' }

export function subresourceInfo(resource: Resource, subresource: string): SubresourceInfo {
  const own = { group: resource.group, version: resource.version, kind: resource.kind }
  switch (subresource) {
    case 'eviction':
      return { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] }
    case 'token':
      return { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', verbs: ['create'] }
    case 'binding':
      return { group: '', version: 'v1', kind: 'Binding', verbs: ['create'] }
    case 'scale':
      return { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] }
    case 'attach':
    case 'exec':
    case 'portforward':
    case 'proxy':
      return { group: '', version: 'v1', kind: subresource === 'proxy' ? `${resource.kind}ProxyOptions` : (CONNECTIONS[subresource] ?? ''), verbs: subresource === 'proxy' ? ['create', 'delete', 'get', 'patch', 'update'] : ['create', 'get'] }
    case 'ephemeralcontainers':
    case 'resize':
      return { ...own, verbs: ['get', 'patch', 'update'] }
    case 'log':
      return { ...own, verbs: ['get'] }
    case 'finalize':
      return { ...own, verbs: ['update'] }
    default:
      return { ...own, verbs: ['get', 'patch', 'update'] }
  }
}

export function apiVersions(host: string): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }] }
}

export function apiGroupList(resources: readonly Resource[]): object {
  const groups = groupsOf(resources).filter(({ group }) => group !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(apiGroup) }
}

export function apiGroup({ group, versions }: GroupVersions): object {
  const list = versions.map(({ version }) => ({ groupVersion: `${group}/${version}`, version }))
  return { kind: 'APIGroup', apiVersion: 'v1', name: group, versions: list, preferredVersion: list[0] }
}

export function apiResourceList(groupVersion: string, resources: readonly Resource[]): object {
  return { kind: 'APIResourceList', ...(groupVersion === 'v1' ? {} : { apiVersion: 'v1' }), groupVersion, resources: resources.flatMap(legacyEntries) }
}

function legacyEntries(resource: Resource): object[] {
  const main = {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(resource.verbs.includes('list') && resource.verbs.includes('create') ? { storageVersionHash: storageVersionHash(resource) } : {}),
  }
  const others = [...resource.subresources].sort().map((subresource) => {
    const { group, version, kind, verbs } = subresourceInfo(resource, subresource)
    const foreign = group === resource.group && version === resource.version ? {} : { group, version }
    return { name: `${resource.plural}/${subresource}`, singularName: '', namespaced: resource.namespaced, ...foreign, kind, verbs }
  })
  return [main, ...others]
}

/** Kinds that are stored in another group or version than the one that shows them. */
const STORED: Readonly<Record<string, string>> = {
  'autoscaling/v1/HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler',
  'events.k8s.io/v1/Event': '/v1/Event',
  'apiextensions.k8s.io/v1/CustomResourceDefinition': 'apiextensions.k8s.io/v1beta1/CustomResourceDefinition',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy': 'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding': 'admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicyBinding',
}

/** Tells a client when what is stored has changed its form (`apiserver/pkg/endpoints/discovery`). */
function storageVersionHash({ group, version, storageVersion, kind }: Resource): string {
  const shown = `${group}/${storageVersion ?? version}/${kind}`
  return createHash('sha256').update(STORED[shown] ?? shown).digest().subarray(0, 8).toString('base64')
}

/** `APIGroupDiscoveryList`: everything in one document, for `/api` the core group, for `/apis` the others. */
export function aggregatedDiscovery(resources: readonly Resource[], options: { readonly core: boolean; readonly version: string }): object {
  const groups = groupsOf(resources).filter(({ group }) => (group === '') === options.core)
  const items = groups.map(({ group, versions }) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versions.map(({ version, resources: list }) => ({ version, resources: list.map(aggregatedEntry), freshness: 'Current' })),
  }))
  return { kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${options.version}`, metadata: {}, items }
}

/** A kind of the same group and version is named without them. */
function aggregatedEntry(resource: Resource): object {
  const own = ({ group, version, kind }: Pick<SubresourceInfo, 'group' | 'version' | 'kind'>): object => (group === resource.group && version === resource.version ? { group: '', version: '', kind } : { group, version, kind })
  const subresources = [...resource.subresources].sort().map((subresource) => {
    const { verbs, ...kind } = subresourceInfo(resource, subresource)
    return { subresource, responseKind: own(kind), verbs }
  })
  return {
    resource: resource.plural,
    responseKind: own(resource),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  }
}

export function findGroup(resources: readonly Resource[], group: string): GroupVersions | undefined {
  return groupsOf(resources).find((candidate) => candidate.group === group)
}

export function resourcesIn(resources: readonly Resource[], groupVersion: string): readonly Resource[] {
  return resources.filter((resource) => apiVersionOf(resource) === groupVersion)
}
