/**
 * Who else looks after nodes: providers that repair pools, controllers that replace machines, programs that reboot or
 * drain. None of it is played, and it matters only to what touches nodes. Known by mechanism: what providers write on
 * nodes, kinds of remediation, and images of programs whose only work this is.
 */

import { groupOf, subjectOf, subjectText, type KubeObject } from '../model/kube-object.ts'
import { containersOf, isNode, isPod, podTemplateOf, type NodeObject } from '../model/kube/workload.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { POOL_LABELS } from './observed/pool-labels.ts'

const NAMED_MAX = 5
/** Pools whose nodes a provider or controller repairs by itself; kOps and eksctl leave that to the cloud's groups. */
const REPAIRED = new Set(POOL_LABELS.filter(({ vendor }) => vendor !== 'kOps' && vendor !== 'eksctl').map(({ key }) => key))
/** Kinds by which a controller is told to replace machines. */
const REMEDIES: readonly (readonly [group: RegExp, kind: RegExp])[] = [
  [/^cluster\.x-k8s\.io$|^machine\.openshift\.io$/, /^MachineHealthCheck$/],
  [/medik8s\.io$/, /^(NodeHealthCheck|SelfNodeRemediationConfig)$/],
]
/** Programs that reboot, drain or mark nodes. */
const KEEPERS = /(?:^|\/)(node-problem-detector|draino|kured|aws-node-termination-handler|descheduler)(?:[/:@-]|$)/
/** Left by the provider on each of its machines: a machine that is gone loses its Node object. */
const PROVIDER = /^([a-z][a-z0-9-]*):\/\//
/** Local clusters have no provider that looks. */
const LOCAL_PROVIDERS = new Set(['kind', 'k3s', 'minikube', 'fake', 'kwok', 'virtual', 'docker'])

/** A sentence each; none for a cluster whose nodes nobody but its people looks after. */
export function nodeCareIn({ objects }: Snapshot): string[] {
  const nodes = objects.filter(isNode)
  return [...managedPools(nodes), ...cloudNodes(nodes), ...remedies(objects), ...keepers(objects), ...loadBalancers(objects)]
}

function managedPools(nodes: readonly NodeObject[]): string[] {
  const byKey = new Map<string, number>()
  for (const { metadata } of nodes) {
    const key = Object.keys(metadata.labels ?? {}).find((label) => REPAIRED.has(label))
    if (key !== undefined) byKey.set(key, (byKey.get(key) ?? 0) + 1)
  }
  return [...byKey].map(([key, count]) => `${count} ${count === 1 ? 'node is' : 'nodes are'} of managed pools (${key}): their provider may repair or replace one that is not Ready, and the twin does not.`)
}

function cloudNodes(nodes: readonly NodeObject[]): string[] {
  const names = new Set(nodes.map(({ spec }) => PROVIDER.exec(spec?.providerID ?? '')?.[1] ?? '').filter((name) => name !== '' && !LOCAL_PROVIDERS.has(name)))
  return names.size === 0 ? [] : [`Nodes belong to a cloud (${[...names].sort().join(', ')}): where a machine is gone, its controller removes the Node object, and the twin does not.`]
}

function remedies(objects: readonly KubeObject[]): string[] {
  const found = objects.filter(({ apiVersion, kind }) => REMEDIES.some(([group, name]) => group.test(groupOf(apiVersion)) && name.test(kind)))
  return found.length === 0 ? [] : [`${named(found)} may replace or restart nodes that are not healthy; the twin does not.`]
}

function keepers(objects: readonly KubeObject[]): string[] {
  const found = objects.filter((object) => !isPod(object) && object.kind !== 'ReplicaSet' && containersOf(podTemplateOf(object)).some(({ image = '' }) => KEEPERS.test(image)))
  return found.length === 0 ? [] : [`${named(found)} mark, drain or reboot nodes by rules of their own, which are not played.`]
}

function loadBalancers(objects: readonly KubeObject[]): string[] {
  const found = objects.filter((object) => object.kind === 'Service' && (object['spec'] as { readonly type?: string } | undefined)?.type === 'LoadBalancer')
  return found.length === 0 ? [] : [`Load balancers of ${named(found)} send to nodes by health checks of their own; how fast they notice is not played.`]
}

function named(objects: readonly KubeObject[]): string {
  const names = objects.slice(0, NAMED_MAX).map((object) => subjectText(subjectOf(object)))
  const more = objects.length - names.length
  return more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`
}
