/** Nodes that are lost, ill, closed or leaving. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { available } from '../apps.ts'
import { nodeAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { mapObjects, withObjects } from '../lens.ts'
import { cause } from '../parts.ts'
import type { Stage } from '../stage.ts'

function nodeSubject(name: string) {
  return { kind: 'Node', name }
}

/** The pool makes a new node for one that is deleted. */
export function poolOf(stage: Stage): void {
  stage.setWorld({ pools: [{ name: 'general', matchLabels: { 'eks.amazonaws.com/nodegroup': 'general' }, size: stage.nodes.length, provisionSeconds: 90, capacity: stage.capacity }] })
}

/** Apps on the node, of which one at least really has a pod there. */
function busyNode(stage: Stage, count = 3) {
  const apps = Array.from({ length: count }, () => stage.app({ replicas: 2 + stage.cast.rng.below(2) }))
  stage.deploy(...apps)
  stage.pass(stage.cast.stoodMinutes)
  const node = stage.podsOf(apps[0] as (typeof apps)[number])[0]?.spec?.nodeName ?? ''
  return { apps, node }
}

export const nodes: readonly Incident[] = [
  {
    id: 'node-silent', family: 'nodes', title: 'A kubelet stopped reporting', variants: 4, sparse: ['no-events', 'no-logs'],
    play(stage) {
      poolOf(stage)
      const { apps, node } = busyNode(stage)
      stage.node(node, { type: 'silent' })
      stage.pass(stage.cast.pick(3, 9, 16))
      return { ...(stage.cast.chance(0.7) ? { alerts: [nodeAlert(node)] } : {}), causes: [cause('node-not-ready', nodeSubject(node))], end: 'heal', healed: available(...apps) }
    },
  },
  {
    id: 'node-silent-alert-on-app', family: 'nodes', title: 'A kubelet stopped reporting; what rang is an app that runs there', variants: 3,
    play(stage) {
      poolOf(stage)
      const { apps, node } = busyNode(stage)
      stage.node(node, { type: 'silent' })
      stage.pass(4)
      return { ...stage.ring(apps[0] as (typeof apps)[number], ['workload', 'service', 'pod']), causes: [cause('node-not-ready', nodeSubject(node))], end: 'heal', healed: available(...apps) }
    },
  },
  {
    id: 'disk-full', family: 'nodes', title: 'A node is under disk pressure and not Ready', variants: 3, sparse: ['no-events'],
    play(stage) {
      poolOf(stage)
      const { apps, node } = busyNode(stage)
      stage.node(node, { type: 'not-ready', conditions: ['DiskPressure'], message: 'container runtime is down: no space left on device' })
      stage.pass(stage.cast.pick(5, 12))
      return { alerts: [nodeAlert(node)], causes: [cause('node-not-ready', nodeSubject(node))], end: 'heal', healed: available(...apps) }
    },
  },
  {
    id: 'network-plugin-down', family: 'nodes', title: 'The network plugin of a node is not initialised', variants: 2,
    play(stage) {
      poolOf(stage)
      const { apps, node } = busyNode(stage)
      stage.node(node, { type: 'not-ready', conditions: [], message: 'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized' })
      stage.pass(12)
      return { alerts: [nodeAlert(node)], causes: [cause('node-not-ready', nodeSubject(node))], end: 'heal', healed: available(...apps) }
    },
  },
  {
    id: 'stateful-on-a-lost-node', family: 'nodes', title: 'A StatefulSet waits for its pod on a node that does not report', variants: 2,
    play(stage) {
      poolOf(stage)
      const app = stage.app({ kind: 'StatefulSet', replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const node = stage.podsOf(app)[0]?.spec?.nodeName ?? ''
      stage.node(node, { type: 'silent' })
      stage.pass(20)
      return { ...stage.ring(app, ['workload', 'pod']), causes: [cause('node-not-ready', nodeSubject(node))], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'autoscaler-takes-the-node', family: 'nodes', title: 'The autoscaler is taking a node away: it is cordoned on purpose', variants: 2,
    play(stage) {
      const { node } = busyNode(stage)
      stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node }, { type: 'merge', body: { spec: { unschedulable: true, taints: [{ key: 'ToBeDeletedByClusterAutoscaler', value: '1772440000', effect: 'NoSchedule' }] } } })
      stage.pass(4)
      return { alerts: [nodeAlert(node, 'KubeNodeUnschedulable')], causes: [], end: 'leave' }
    },
  },
  {
    id: 'cloud-repairs-the-node', family: 'nodes', title: 'The cloud repairs a lost node already: do not race it', variants: 4,
    play(stage) {
      const { node } = busyNode(stage)
      stage.node(node, { type: 'silent' })
      stage.pass(3)
      const machine: KubeObject = { apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Machine', metadata: { name: `general-${stage.cast.rng.below(9000)}`, namespace: 'default', deletionTimestamp: '2026-03-02T09:00:00Z' }, spec: {}, status: { nodeRef: { name: node }, phase: 'Deleting' } }
      const tainted = mapObjects((object): KubeObject => {
        if (object.kind !== 'Node' || object.metadata.name !== node) return object
        const spec = object['spec'] as { taints?: readonly object[] }
        return { ...object, spec: { ...spec, taints: [...(spec.taints ?? []), { key: 'medik8s.io/remediation', value: 'self-node-remediation', effect: 'NoExecute' }] } }
      })
      return { alerts: [nodeAlert(node)], causes: [cause('node-not-ready', nodeSubject(node))], end: 'leave', lens: stage.cast.pick(tainted, withObjects(() => [machine])) }
    },
  },
  {
    id: 'node-came-back', family: 'nodes', title: 'A node was away for a minute and is back', variants: 2,
    play(stage) {
      const { node } = busyNode(stage)
      stage.node(node, { type: 'silent' })
      stage.pass(2)
      stage.node(node, { type: 'healthy' })
      stage.pass(9)
      return { alerts: [{ ...nodeAlert(node), minutesAgo: 9 }], causes: [], end: 'leave' }
    },
  },
  {
    id: 'many-nodes-of-a-zone', family: 'nodes', title: 'All nodes of a zone stopped reporting', variants: 2,
    play(stage) {
      const { apps } = busyNode(stage)
      const lost = stage.nodes.filter((node) => node.metadata.labels?.['topology.kubernetes.io/zone'] === 'eu-1a').map((node) => node.metadata.name ?? '')
      poolOf(stage)
      for (const node of lost) stage.node(node, { type: 'silent' })
      stage.pass(6)
      return { alerts: lost.map((node) => nodeAlert(node)), causes: lost.map((node) => cause('node-not-ready', nodeSubject(node))), end: 'heal', healed: available(...apps) }
    },
  },
]
