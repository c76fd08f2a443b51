/**
 * Where the scheduler puts pods, one after another, on nodes of the play's own: whether a pod fits, on which nodes it is
 * best off, and what is said when it fits nowhere. A pod that fits nowhere is taken away again, or it would be placed at
 * some later moment of either side.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { incoming, nodes, services } from '../../goldens/clusters.ts'
import type { Script, Step } from '../script.ts'
import { spelt, validPod } from './valid-pods.ts'

export const placementScripts: Arbitrary<Script> = fc.record({ nodes, services, pods: fc.array(incoming, { minLength: 2, maxLength: 7 }) }).map((drawn) => ({
  name: 'placement',
  nodes: drawn.nodes.map(ownNode),
  steps: [...drawn.services.map(servedBy), ...drawn.pods.map(podStep)],
}))

/** `node-a` of the generator is the play's own node a. */
function ownNode(node: KubeObject): KubeObject {
  const { uid: _, ...metadata } = node.metadata
  const { taints = [], ...spec } = node['spec'] as { readonly taints?: readonly Taint[] }
  const unique = [...new Map(taints.map((taint) => [`${taint.key} ${taint.effect}`, taint])).values()]
  return spelt(renamed({ ...node, metadata, spec: { ...spec, taints: unique } })) as KubeObject
}

interface Taint {
  readonly key: string
  readonly effect: string
}

function renamed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll(/"node-([a-d])"/g, '"@$1"')) as T
}

function servedBy(service: KubeObject): Step {
  return { do: 'create', object: { apiVersion: 'v1', kind: 'Service', metadata: { name: service.metadata.name ?? '' }, spec: spelt({ ...(service['spec'] as object), ports: [{ port: 80 }] }) } }
}

function podStep(drawn: KubeObject, index: number): Step {
  const pod = validPod(drawn)
  return { do: 'create', object: spelt(renamed({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `pod-${index}`, labels: pod.metadata.labels }, spec: pod['spec'] })) as KubeObject }
}
