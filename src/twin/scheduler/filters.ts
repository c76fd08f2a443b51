/**
 * The filter half of a scheduling cycle: all plugins prepared for one pod, then asked about a node.
 *
 * A prepared set of filters is a value. With pods added to or taken off a node it becomes another one, which is
 * how nominated pods and preemption look at futures.
 */

import type { NodeInfo } from './node-info.ts'
import { withoutPod, withPod } from './node-info.ts'
import type { PodInfo } from './pod-info.ts'
import type { ClusterView, FilterPlugin, NodeFilter } from './plugin.ts'
import { unresolvable, type Rejection } from './status.ts'

/** The first plugin that refused a node, and why. */
export interface Refusal {
  readonly plugin: string
  readonly rejection: Rejection
}

export interface NamedFilter {
  readonly plugin: string
  readonly filter: NodeFilter
}

export type Prepared =
  | { readonly type: 'ready'; readonly filters: readonly NamedFilter[]; readonly nodeNames?: ReadonlySet<string>; readonly narrowedBy: readonly string[] }
  /** A plugin ruled out every node before any was looked at. */
  | { readonly type: 'rejected'; readonly refusal: Refusal; readonly rejectedBy: readonly string[] }

/** Asks each plugin to prepare; a plain refusal lets the rest speak, and the last one counts; a final one stops. */
export function prepareFilters(plugins: readonly FilterPlugin[], pod: PodInfo, cluster: ClusterView): Prepared {
  const filters: NamedFilter[] = []
  const narrowedBy: string[] = []
  let nodeNames: ReadonlySet<string> | undefined
  let soft: Refusal | undefined
  for (const plugin of plugins) {
    const result = plugin.preFilter(pod, cluster)
    if (result.type === 'skip') continue
    if (result.type === 'reject') {
      const refusal = { plugin: plugin.name, rejection: result.rejection }
      if (result.rejection.type === 'unresolvable') return { type: 'rejected', refusal, rejectedBy: [plugin.name] }
      soft = refusal
      continue
    }
    filters.push({ plugin: plugin.name, filter: result.filter })
    if (result.nodeNames === undefined) continue
    narrowedBy.push(plugin.name)
    nodeNames = nodeNames === undefined ? result.nodeNames : new Set(nodeNames).intersection(result.nodeNames)
    if (nodeNames.size === 0) return { type: 'rejected', refusal: contradiction(narrowedBy), rejectedBy: narrowedBy }
  }
  if (soft !== undefined) return { type: 'rejected', refusal: soft, rejectedBy: [soft.plugin] }
  return { type: 'ready', filters, narrowedBy, ...(nodeNames === undefined ? {} : { nodeNames }) }
}

function contradiction(plugins: readonly string[]): Refusal {
  const [first = ''] = plugins
  const text = plugins.length === 1 ? `plugin ${first}` : `plugin(s) [${[...plugins].sort().join(' ')}] simultaneously`
  return { plugin: first, rejection: unresolvable(`node(s) didn't satisfy ${text}`) }
}

/** Most plugins refuse all nodes in the same words, which are then one object. */
const refusals = new WeakMap<Rejection, Refusal>()

function refusalBy(plugin: string, rejection: Rejection): Refusal {
  const known = refusals.get(rejection)
  if (known?.plugin === plugin) return known
  const refusal = { plugin, rejection }
  refusals.set(rejection, refusal)
  return refusal
}

/** The first refusal; undefined when the node passes all filters. */
export function firstRefusal(filters: readonly NamedFilter[], node: NodeInfo): Refusal | undefined {
  for (let position = 0; position < filters.length; position += 1) {
    const { plugin, filter } = filters[position] as NamedFilter
    const status = filter.check(node)
    if (status.type !== 'pass') return refusalBy(plugin, status)
  }
  return undefined
}

/** A node and the filters that judge it, both with the same pods added or taken away. */
export interface Scene {
  readonly filters: readonly NamedFilter[]
  readonly node: NodeInfo
}

export function sceneWith(scene: Scene, pod: PodInfo): Scene {
  return { node: withPod(scene.node, pod), filters: adjusted(scene, pod, 1) }
}

export function sceneWithout(scene: Scene, pod: PodInfo): Scene {
  return { node: withoutPod(scene.node, pod.key), filters: adjusted(scene, pod, -1) }
}

function adjusted(scene: Scene, pod: PodInfo, delta: 1 | -1): readonly NamedFilter[] {
  return scene.filters.map(({ plugin, filter }) => ({ plugin, filter: filter.adjusted?.(pod, scene.node, delta) ?? filter }))
}

/**
 * The verdict with pods counted that were promised this node: it must pass with them there, and without, since
 * they may never come (an affinity that only they satisfy must not carry the newcomer).
 */
export function refusalWithNominees(filters: readonly NamedFilter[], node: NodeInfo, nominees: readonly PodInfo[]): Refusal | undefined {
  if (nominees.length > 0) {
    const crowded = nominees.reduce(sceneWith, { filters, node })
    const refusal = firstRefusal(crowded.filters, crowded.node)
    if (refusal !== undefined) return refusal
  }
  return firstRefusal(filters, node)
}
