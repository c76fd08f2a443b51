/**
 * A change of a pod that runs, judged by its node (NodeDeclaredFeatureValidator and PodResizeValidator, `plugin/pkg/admission`; since 1.36): what
 * its kubelet does not know, and what the node could not hold if it were empty.
 */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { amountsOf, podRequests } from '../../model/kube/pod-requests.ts'
import { isNode, isPod, type NodeObject, type PodObject } from '../../model/kube/workload.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { featuresToChange, undeclared } from '../node-features.ts'
import type { ApiEnvironment } from './environment.ts'
import { forbidden } from './status-error.ts'

const PODS = { group: '', plural: 'pods' }
const NO_CONTAINERS: PodSpec = { containers: [] }

/** Throws 403 for what the node does not allow. */
export function refuseForNode({ store, profile }: ApiEnvironment, before: KubeObject, next: KubeObject, subresource: string | undefined): void {
  if (profile.declaredFeatures.length === 0 || !isPod(before) || !isPod(next) || (subresource !== undefined && subresource !== 'resize')) return
  const nodeName = next.spec?.nodeName ?? ''
  if (nodeName === '' || before.metadata.generation === next.metadata.generation) return
  const found = store.get({ apiVersion: 'v1', kind: 'Node', name: nodeName })
  const node = found !== undefined && isNode(found) ? found : undefined
  const refuse = (message: string): never => {
    throw forbidden(PODS, next.metadata.name ?? '', message)
  }
  const wanted = featuresToChange(before.spec ?? NO_CONTAINERS, next.spec ?? NO_CONTAINERS)
  if (node === undefined) {
    if (wanted.length > 0 || subresource === 'resize') refuse(`node "${nodeName}" not found`)
    return
  }
  const missing = undeclared(node, wanted)
  if (missing.length > 0) refuse(`pod update requires features ${missing.join(', ')} which are not available on node "${nodeName}"`)
  if (subresource !== 'resize') return
  const os = node.metadata.labels?.['kubernetes.io/os'] ?? 'linux'
  if (os !== 'linux') refuse(`pod resize is only supported on linux nodes, node "${nodeName}" is "${os}"`)
  const beyond = beyondNode(next, node)
  if (beyond.length > 0) refuse(`node didn't have enough allocatable resources: ${beyond.join('; ')}`)
}

function beyondNode(pod: PodObject, { status }: NodeObject): string[] {
  // Of the spec alone: what is in force does not count here.
  const { status: _, ...bare } = pod
  const wanted = podRequests(bare)
  const room = amountsOf(status?.allocatable as Readonly<Record<string, string>> | undefined)
  return ['cpu', 'memory'].filter((name) => (wanted[name] ?? 0) > (room[name] ?? 0)).map((name) => `${name}, requested: ${wanted[name] ?? 0}, allocatable: ${room[name] ?? 0}`)
}
