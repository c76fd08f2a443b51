/**
 * Node pools: nodes that share a pool label are taken to be one instance group, which replaces a node that is
 * deleted. Nothing in a snapshot proves it; a rehearsal says that it assumes it.
 */

import { isNode, type NodeObject } from '../../model/kube/workload.ts'
import type { World } from '../../model/world.ts'
import { POOL_KEY, POOL_LABELS } from './pool-labels.ts'
import type { Sight } from './observation.ts'

/** From an order to a Ready node, where nothing was seen: clouds take one to three minutes. */
const PROVISION_SECONDS = 90
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane'

export function poolsSeen(sight: Sight): { readonly pools: World['pools']; readonly assumptions: string[] } {
  const groups = new Map<string, { readonly key: string; readonly value: string; readonly nodes: NodeObject[] }>()
  const loners: string[] = []
  for (const node of sight.objects.filter(isNode)) {
    const label = poolLabel(node)
    if (label === undefined) {
      if (node.metadata.labels?.[CONTROL_PLANE] === undefined) loners.push(node.metadata.name ?? '')
      continue
    }
    const id = `${label.key}=${label.value}`
    const group = groups.get(id)
    if (group === undefined) groups.set(id, { ...label, nodes: [node] })
    else group.nodes.push(node)
  }
  const pools = [...groups.values()].map(({ key, value, nodes }) => ({ name: value, matchLabels: { [key]: value }, size: nodes.length, provisionSeconds: PROVISION_SECONDS, capacity: capacityOf(nodes) }))
  const assumptions = [...groups.values()].map(({ key, value, nodes }) => `The ${nodes.length} nodes with ${key}=${value} are assumed to be a pool that replaces a deleted node within ${PROVISION_SECONDS} s.`)
  if (loners.length > 0) assumptions.push(`Nodes without a known pool label (${summary(loners)}) are assumed not to be replaced when deleted.`)
  return { pools, assumptions }
}

function poolLabel(node: NodeObject): { readonly key: string; readonly value: string } | undefined {
  const labels = node.metadata.labels ?? {}
  const known = POOL_LABELS.find(({ key }) => (labels[key] ?? '') !== '')
  const key = known?.key ?? Object.keys(labels).sort().find((candidate) => POOL_KEY.test(candidate) && labels[candidate] !== '')
  return key === undefined ? undefined : { key, value: labels[key] ?? '' }
}

function capacityOf(nodes: readonly NodeObject[]): Record<string, string> {
  const status = nodes.find(({ status: candidate }) => candidate?.allocatable !== undefined || candidate?.capacity !== undefined)?.status
  const amounts = (status?.allocatable ?? status?.capacity) as Record<string, string | number> | undefined
  return Object.fromEntries(Object.entries(amounts ?? { cpu: '4', memory: '16Gi', pods: '110' }).map(([name, amount]) => [name, String(amount)]))
}

function summary(names: readonly string[]): string {
  return names.length <= 5 ? names.join(', ') : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`
}
