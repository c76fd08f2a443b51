/**
 * The scheduler's picture of the cluster, kept in step with every write instead of read anew for every pod.
 *
 * Nodes with what is taken on them, counts of pods by question, terms that existing pods carry, users of each
 * claim, nodes that hold each image. A pod counts from its binding until its object is gone or it has ended:
 * a terminating pod still holds its share of the node.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import { containersOf, containerStatusesOf, isNode, isPod, isTerminal, isTerminating, podTemplateOf, type PodObject } from '../../model/kube/workload.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { isResizeInfeasible } from '../../model/kube/pod-requests.ts'
import type { Labels } from '../../model/kube/selector.ts'
import type { Change, StoreReader } from '../store.ts'
import { CowMap } from '../cow-map.ts'
import type { AffinityTerm } from './affinity-term.ts'
import { addToCounter, countsByDomain, newCounter, shareCounter, type Counter, type Grouping, type LabelsAt } from './domain-counts.ts'
import { createExistingTerms, type ExistingTerm, type ExistingTerms, type TermRole } from './existing-terms.ts'
import { withNode, withoutPod, withPod, type NodeInfo } from './node-info.ts'
import { indexSelector, servicesFor, type Selecting, type SelectorIndex } from '../selector-index.ts'
import { createNodeTable, type NodeTable } from './node-table.ts'
import { createPodCounts, type Places, type PodCounts, type PodQuery } from './pod-counts.ts'
import { podInfoOf, type PodInfo } from './pod-info.ts'

export interface ClusterIndex {
  /** Keeps the index in step; to be called with every change of a pod, node or Service. */
  observe(change: Pick<Change, 'before' | 'after'>): void
  /** Counts a pod on a node before it is bound there; `forget` takes that back. */
  assume(pod: PodInfo, nodeName: string): void
  forget(pod: PodInfo, nodeName: string): void
  /** Existing nodes by slot in the order in which the scheduler visits them. */
  order(): readonly number[]
  at(slot: number): NodeInfo | undefined
  node(name: string): NodeInfo | undefined
  readonly nodeCount: number
  /** Matching pods by slot. */
  countsOf(query: PodQuery, store: StoreReader): ReadonlyMap<number, number>
  /** Matching pods by domain of the nodes that take part in the grouping; empty domains are absent. */
  domainCountsOf(query: PodQuery, grouping: Grouping, store: StoreReader): ReadonlyMap<string, number>
  /** Nodes by domain of a grouping: all the domains there are. */
  domainsOf(grouping: Grouping): ReadonlyMap<string, number>
  /** Terms that pods on nodes carry in this role and that `isMeant` picks. */
  existingTerms(role: TermRole, isMeant: (term: AffinityTerm) => boolean): readonly ExistingTerm[]
  /** How many pods on nodes use this claim (`namespace/name`). */
  claimUsers(claim: string): number
  /** How many nodes hold this image. */
  nodesWithImage(image: string): number
  /** The Services that select this pod. */
  servicesOf(pod: Pick<PodInfo, 'namespace' | 'labels'>, store: StoreReader): readonly Selecting[]
  fork(): ClusterIndex
}

interface Parts {
  readonly nodes: NodeTable
  readonly counts: PodCounts
  readonly terms: ExistingTerms
  /** Each existing node once: added up, the domains. */
  readonly population: Counter
  readonly claims: CowMap<number>
  readonly images: CowMap<number>
  readonly services: SelectorIndex
}

export function createClusterIndex(): ClusterIndex {
  return indexOver({ nodes: createNodeTable(), counts: createPodCounts(), terms: createExistingTerms(), population: newCounter(), claims: new CowMap(), images: new CowMap(), services: new CowMap() })
}

/** An index of what the store holds now. */
export function indexOf(store: StoreReader): ClusterIndex {
  const index = createClusterIndex()
  for (const node of store.list('/Node')) index.observe({ after: node })
  for (const pod of store.list('/Pod')) index.observe({ after: pod })
  for (const service of store.list('/Service')) index.observe({ after: service })
  return index
}

function indexOver(parts: Parts): ClusterIndex {
  const { nodes, counts, terms } = parts
  const labelsAt: LabelsAt = (slot) => labelsOf(nodes.at(slot))
  const placesIn = (store: StoreReader): Places => ({ store, slotOf: (name) => nodes.byName(name)?.slot, labelsAt })
  return {
    observe(change) {
      const object = change.after ?? change.before
      if (object !== undefined && isPod(object)) observePod(parts, change.before as PodObject | undefined, change.after as PodObject | undefined)
      else if (object?.kind === 'Service') indexSelector(change, parts.services)
      else if (object !== undefined && isNode(object)) observeNode(parts, object.metadata.name ?? '', change.after)
    },
    assume: (pod, nodeName) => putOn(parts, pod, nodeName),
    forget: (pod, nodeName) => takeOff(parts, pod.key, nodeName),
    order: () => nodes.order(),
    at: (slot) => nodes.at(slot),
    node: (name) => nodes.byName(name),
    get nodeCount() {
      return nodes.count
    },
    countsOf: (query, store) => counts.of(query, placesIn(store)),
    domainCountsOf: (query, grouping, store) => counts.byDomain(query, grouping, placesIn(store)),
    domainsOf: (grouping) => countsByDomain(parts.population, grouping, labelsAt),
    existingTerms: (role, isMeant) => terms.matching(role, isMeant, labelsAt),
    claimUsers: (claim) => parts.claims.get(claim) ?? 0,
    nodesWithImage: (image) => parts.images.get(image) ?? 0,
    servicesOf: (pod, store) => servicesFor(pod, parts.services, store),
    fork: () => indexOver({ nodes: nodes.fork(), counts: counts.fork(), terms: terms.fork(), population: shareCounter(parts.population), claims: parts.claims.fork(), images: parts.images.fork(), services: parts.services.fork() }),
  }
}

function observeNode(parts: Parts, name: string, after: KubeObject | undefined): void {
  const before = parts.nodes.ensure(name)
  const info = withNode(before, after !== undefined && isNode(after) ? after : undefined)
  for (const image of before.images.keys()) bump(parts.images, image, -1)
  for (const image of info.images.keys()) bump(parts.images, image, 1)
  parts.nodes.put(info)
  const existed = (before.node === undefined ? 0 : 1) - (info.node === undefined ? 0 : 1)
  if (existed === 0 && jsonEqual(before.labels, info.labels)) return
  if (existed !== 0) addToCounter(parts.population, info.slot, { delta: -existed, labels: undefined })
  parts.population.byDomain = new Map()
  parts.counts.regroup()
  parts.terms.regroup()
}

function labelsOf(info: NodeInfo | undefined): Labels | undefined {
  return info?.node === undefined ? undefined : info.labels
}

function observePod(parts: Parts, before: PodObject | undefined, after: PodObject | undefined): void {
  if (before !== undefined && after !== undefined && isSameForScheduling(before, after)) return
  if (before !== undefined && holdsNode(before)) takeOff(parts, `${before.metadata.namespace ?? 'default'}/${before.metadata.name ?? ''}`, before.spec?.nodeName ?? '')
  if (after !== undefined && holdsNode(after)) putOn(parts, podInfoOf(after), after.spec?.nodeName ?? '')
}

function putOn(parts: Parts, pod: PodInfo, nodeName: string): void {
  const info = parts.nodes.ensure(nodeName)
  parts.nodes.put(withPod(info, pod))
  follow(parts, pod, info, 1)
}

function takeOff(parts: Parts, key: string, nodeName: string): void {
  const info = parts.nodes.byName(nodeName)
  const known = info?.pods.find((candidate) => candidate.key === key)
  if (info === undefined || known === undefined) return
  follow(parts, known, info, -1)
  parts.nodes.put(withoutPod(info, key))
}

function follow(parts: Parts, pod: PodInfo, info: NodeInfo, delta: 1 | -1): void {
  const change = { delta, labels: labelsOf(info) }
  parts.counts.change(pod, info.slot, change)
  parts.terms.change(pod, info.slot, change)
  for (const claim of pod.claims) bump(parts.claims, `${pod.namespace}/${claim}`, delta)
}

function bump(counts: CowMap<number>, key: string, delta: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + delta
  if (count === 0) counts.delete(key)
  else counts.set(key, count)
}

function holdsNode(pod: PodObject): boolean {
  return (pod.spec?.nodeName ?? '') !== '' && !isTerminal(pod)
}

/** Most writes to a pod are the kubelet's statuses; they move nothing here unless a resize is under way. */
function isSameForScheduling(before: PodObject, after: PodObject): boolean {
  return (
    before.spec === after.spec &&
    before.metadata.labels === after.metadata.labels &&
    before.metadata.uid === after.metadata.uid &&
    isTerminating(before) === isTerminating(after) &&
    isTerminal(before) === isTerminal(after) &&
    hasSameSizes(before, after)
  )
}

/** What its kubelet says it was granted and has in force: while a pod is resized, more than its spec. */
function hasSameSizes(before: PodObject, after: PodObject): boolean {
  if (before.status === after.status) return true
  const [old, now] = [sizesOtherThanAsked(before), sizesOtherThanAsked(after)]
  return isResizeInfeasible(before) === isResizeInfeasible(after) && (old === now || jsonEqual(old, now))
}

/** Undefined where the kubelet repeats the spec: mostly the same objects. */
function sizesOtherThanAsked(pod: PodObject): unknown {
  const asked = containersOf(podTemplateOf(pod))
  const other = containerStatusesOf(pod).flatMap((status) => {
    const { name, allocatedResources, resources } = status as { name: string; allocatedResources?: object; resources?: object }
    if (allocatedResources === undefined && resources === undefined) return []
    const container = asked.find((candidate) => candidate.name === name)
    return allocatedResources === container?.resources?.requests && resources === container?.resources ? [] : [{ name, allocatedResources, resources }]
  })
  const whole = (pod.spec as { readonly resources?: object } | undefined)?.resources === undefined ? undefined : wholeSizeIn(pod)
  return other.length === 0 && whole === undefined ? undefined : [...other, whole]
}

function wholeSizeIn({ status }: PodObject): object | undefined {
  const { allocatedResources, resources } = (status ?? {}) as { readonly allocatedResources?: object; readonly resources?: { readonly requests?: object } }
  return resources === undefined ? undefined : { allocatedResources, requests: resources.requests }
}
