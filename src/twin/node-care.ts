/**
 * Who else looks after nodes: providers that repair pools, controllers that replace machines, programs that reboot or
 * drain. None of it is played, and it matters only to what touches nodes or moves pods. Known by mechanism: what providers
 * write on nodes, kinds of remediation, rights to evict and delete, and images of programs whose only work this is.
 */

import type { Container } from 'kubernetes-types/core/v1.d.ts'
import { groupOf, type KubeObject } from '../model/kube-object.ts'
import { isNode, type NodeObject } from '../model/kube/workload.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { gapOf, type Affected, type Gap } from './gaps/gap.ts'
import { workloadsWith } from './gaps/pod-makers.ts'
import { disturbersIn, except } from './gaps/rights.ts'
import { isNodeAutoscaler } from './gaps/scaling.ts'
import { POOL_LABELS } from './observed/pool-labels.ts'

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

/** None for a cluster whose nodes nobody but its people looks after. Who repairs is touched by nodes that are lost or removed, the others by whatever changes nodes or moves pods. */
export function nodeCareIn({ objects }: Snapshot): Gap[] {
  const nodes = objects.filter(isNode)
  return [...managedPools(nodes), ...cloudNodes(nodes), ...remedies(objects), ...keepers(objects), ...disturbers(objects), ...loadBalancers(objects)]
}

function managedPools(nodes: readonly NodeObject[]): Gap[] {
  const poolOf = ({ metadata }: NodeObject): string => Object.keys(metadata.labels ?? {}).find((label) => REPAIRED.has(label)) ?? ''
  const byKey = Map.groupBy(nodes.filter((node) => poolOf(node) !== ''), poolOf)
  return [...byKey].flatMap(([key, pool]) => gapOf(pool, (_, count) => `${count} ${count === 1 ? 'node is' : 'nodes are'} of managed pools (${key}): their provider may repair or replace one that is not Ready, and the twin does not.`, isNodeLost))
}

function cloudNodes(nodes: readonly NodeObject[]): Gap[] {
  const providerOf = ({ spec }: NodeObject): string => PROVIDER.exec(spec?.providerID ?? '')?.[1] ?? ''
  const found = nodes.filter((node) => providerOf(node) !== '' && !LOCAL_PROVIDERS.has(providerOf(node)))
  const names = [...new Set(found.map(providerOf))].sort().join(', ')
  return gapOf(found, () => `Nodes belong to a cloud (${names}): where a machine is gone, its controller removes the Node object, and the twin does not.`, isNodeLost)
}

function remedies(objects: readonly KubeObject[]): Gap[] {
  const found = objects.filter(({ apiVersion, kind }) => REMEDIES.some(([group, name]) => group.test(groupOf(apiVersion)) && name.test(kind)))
  return gapOf(found, (names) => `${names} may replace or restart nodes that are not healthy; the twin does not.`, anyLoss)
}

function keepers(objects: readonly KubeObject[]): Gap[] {
  return gapOf(workloadsWith(objects, isKeeper), (names) => `${names} mark, drain or reboot nodes by rules of their own, which are not played.`, movesOrChanges)
}

function disturbers(objects: readonly KubeObject[]): Gap[] {
  const told = workloadsWith(objects, (container) => isKeeper(container) || isNodeAutoscaler(container))
  return gapOf(except(disturbersIn(objects), told), (names) => `${names} may evict pods or delete nodes, by the rights of their accounts; when they do is not played.`, movesOrChanges)
}

function loadBalancers(objects: readonly KubeObject[]): Gap[] {
  const found = objects.filter((object) => object.kind === 'Service' && (object['spec'] as { readonly type?: string } | undefined)?.type === 'LoadBalancer')
  return gapOf(found, (names) => `Load balancers of ${names} send to nodes by health checks of their own; how fast they notice is not played.`, anyNode)
}

function isKeeper({ image = '' }: Container): boolean {
  return KEEPERS.test(image)
}

/** A node that is only cordoned or emptied is Ready, and nobody has anything to repair. */
function isNodeLost(node: KubeObject, { lostNodes }: Affected): boolean {
  return lostNodes.has(node.metadata.name ?? '')
}

function anyLoss(_: KubeObject, { lostNodes }: Affected): boolean {
  return lostNodes.size > 0
}

function anyNode(_: KubeObject, { nodes }: Affected): boolean {
  return nodes.size > 0
}

/** Pods that move may be moved again. */
function movesOrChanges(_: KubeObject, { nodes, hasScheduled }: Affected): boolean {
  return nodes.size > 0 || hasScheduled
}
