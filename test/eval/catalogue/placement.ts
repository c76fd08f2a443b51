/** Pods that get no place, and pods that are not even made. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { available, withContainer, withPod, withSpec, type App } from '../apps.ts'
import { objectAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { reworded } from '../lens.ts'
import { badRollout, cause, newlyDeployed, rollOut } from '../parts.ts'

const ILL = ['pod', 'workload', 'nobody'] as const
const PLACE = ['unschedulable'] as const

function quota(app: App, name: string, hard: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace: app.namespace }, spec: { hard } }
}

function claim(app: App, name: string, storageClassName: string): KubeObject {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: app.namespace }, spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } } }
}

export const placement: readonly Incident[] = [
  {
    id: 'asks-for-too-much', family: 'placement', title: 'A rollout asks for more than any node has', variants: 4, sparse: ['no-events', 'pods-only'],
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'Deployment', 'StatefulSet') })
      const requests = stage.cast.pick<Readonly<Record<string, string>>>({ cpu: '40', memory: '64Mi' }, { cpu: '100m', memory: '900Gi' })
      return badRollout(stage, { app, change: { resources: { requests } }, hazards: PLACE, ways: ILL })
    },
  },
  {
    id: 'selector-fits-no-node', family: 'placement', title: 'A rollout wants nodes with a label that none has', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app()
      rollOut(stage, app, withPod(app, { nodeSelector: { 'example.com/disk': stage.cast.pick('nvme', 'ssd-fast') } }))
      return { ...stage.ring(app, ILL), causes: [cause(PLACE, app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'affinity-fits-no-node', family: 'placement', title: 'A rollout requires a zone that the cluster does not have', variants: 2,
    play(stage) {
      const app = stage.app({ kind: stage.cast.pick('Deployment', 'StatefulSet') })
      const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['eu-1f'] }] }] } } }
      rollOut(stage, app, withPod(app, { affinity }))
      return { ...stage.ring(app, ILL), causes: [cause(PLACE, app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'never-fitted', family: 'placement', title: 'A new workload wants nodes that the cluster does not have', variants: 3, sparse: ['no-status'],
    play(stage) {
      const app = stage.app({ pod: { nodeSelector: { 'nvidia.com/gpu.product': 'H100' } } })
      newlyDeployed(stage, app)
      return { ...stage.ring(app, ILL), causes: [cause(PLACE, app.subject)], end: 'ask' }
    },
  },
  {
    id: 'one-per-host', family: 'placement', title: 'A rollout wants each pod on a host of its own, and there are more pods than hosts', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: stage.cast.nodeCount + 2 })
      const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: app.labels }, topologyKey: 'kubernetes.io/hostname' }] } }
      rollOut(stage, app, withPod(app, { affinity }))
      return { ...stage.ring(app, ILL), causes: [cause(PLACE, app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'cordoned-and-forgotten', family: 'placement', title: 'Nodes were cordoned for maintenance and never opened again', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      for (const node of stage.nodes) stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name ?? '' }, { type: 'merge', body: { spec: { unschedulable: true } } })
      stage.pass(150)
      stage.apply(withSpec(app, { replicas: 5 }))
      stage.pass(14)
      return { ...stage.ring(app, ILL), causes: [cause('node-cordoned-forgotten', ...stage.nodes.map((node) => ({ kind: 'Node', name: node.metadata.name ?? '' })))], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'nodes-were-tainted', family: 'placement', title: 'All nodes got a taint that the workload does not tolerate', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      for (const node of stage.nodes) stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name ?? '' }, { type: 'merge', body: { spec: { taints: [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' }] } } })
      stage.apply(withSpec(app, { replicas: 4 }))
      stage.pass(14)
      return { ...stage.ring(app, ILL), causes: [cause(['node-tainted', ...PLACE], app.subject, ...stage.nodes.map((node) => ({ kind: 'Node', name: node.metadata.name ?? '' })))], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'cluster-is-full', family: 'placement', title: 'The nodes are full: a new workload has no room', variants: 3, sparse: ['no-events'],
    play(stage) {
      const hog = stage.app({ replicas: stage.nodes.length, container: { resources: { requests: { memory: '13Gi' } } } })
      const hog2 = stage.app({ replicas: stage.nodes.length, container: { resources: { requests: { memory: '13Gi' } } } })
      stage.deploy(hog, hog2)
      stage.pass(stage.cast.stoodMinutes)
      const app = stage.app({ replicas: 3, container: { resources: { requests: { memory: '20Gi' } } } })
      newlyDeployed(stage, app)
      const first = stage.cast.chance(0.5) ? app : app
      return { ...stage.ring(first, ILL), causes: [cause(['unschedulable'], app.subject, hog.subject, hog2.subject)], end: 'ask' }
    },
  },
  {
    id: 'claim-names-no-class', family: 'placement', title: 'A claim names a storage class that does not exist', variants: 3, sparse: ['no-events'],
    play(stage) {
      const name = stage.cast.name()
      const app = stage.app({ replicas: 1, pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] } })
      newlyDeployed(stage, app, claim(app, name, 'fast-nvme'))
      const target = { kind: 'PersistentVolumeClaim', namespace: app.namespace, name }
      return { ...stage.ring(app, ILL), causes: [cause('pvc-unbound', target)], end: 'ask' }
    },
  },
  {
    id: 'claim-does-not-exist', family: 'placement', title: 'A rollout mounts a claim that nobody made', variants: 3,
    play(stage) {
      const app = stage.app()
      const name = `${stage.cast.name()}-data`
      rollOut(stage, app, withPod(app, { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] }, { volumeMounts: [{ name: 'data', mountPath: '/data' }] }))
      return { ...stage.ring(app, ILL), causes: [cause(['pvc-unbound', 'unschedulable', 'missing-config'], app.subject, { kind: 'PersistentVolumeClaim', namespace: app.namespace, name })], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'claim-templates-name-no-class', family: 'placement', title: 'A StatefulSet asks for volumes of a class that does not exist', variants: 2,
    play(stage) {
      const app = stage.app({ kind: 'StatefulSet', replicas: 2, spec: { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: 'premium-rwo', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } } }] } })
      newlyDeployed(stage, app)
      return { ...stage.ring(app, ILL), causes: [cause('pvc-unbound', { kind: 'PersistentVolumeClaim', namespace: app.namespace, name: `data-${app.name}-0` }, app.subject)], end: 'ask' }
    },
  },
  {
    id: 'quota-refuses-rollout', family: 'placement', title: 'A rollout asks for more than the quota of the namespace leaves', variants: 3, sparse: ['no-events'],
    play(stage) {
      const app = stage.app({ replicas: 2, namespace: `${stage.cast.namespace}-limited` })
      const name = stage.cast.name()
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: app.namespace } }, quota(app, name, { 'requests.memory': '512Mi' }))
      rollOut(stage, app, withContainer(app, { resources: { requests: { cpu: '50m', memory: '400Mi' }, limits: { memory: '400Mi' } } }))
      return { ...stage.ring(app, ['workload', 'namespace', 'nobody']), causes: [cause('quota-exceeded', app.subject, { kind: 'ResourceQuota', namespace: app.namespace, name })], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'quota-refuses-scaling', family: 'placement', title: 'A workload was scaled past the quota of its namespace', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 2, namespace: `${stage.cast.namespace}-limited` })
      const name = stage.cast.name()
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: app.namespace } }, quota(app, name, { pods: '3' }))
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withSpec(app, { replicas: 6 }))
      stage.pass(14)
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause('quota-exceeded', app.subject, { kind: 'ResourceQuota', namespace: app.namespace, name })], end: 'ask' }
    },
  },
  {
    id: 'limit-range-refuses', family: 'placement', title: 'A rollout asks for more than the limit range allows a container', variants: 2,
    play(stage) {
      const app = stage.app({ namespace: `${stage.cast.namespace}-limited` })
      const name = stage.cast.name()
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: app.namespace } }, { apiVersion: 'v1', kind: 'LimitRange', metadata: { name, namespace: app.namespace }, spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] } })
      rollOut(stage, app, withContainer(app, { resources: { requests: { memory: '2Gi' }, limits: { memory: '2Gi' } } }))
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause(['quota-exceeded', 'admission-denied'], app.subject, { kind: 'LimitRange', namespace: app.namespace, name })], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'service-account-missing', family: 'placement', title: 'A rollout names a service account that does not exist', variants: 2,
    play(stage) {
      const app = stage.app()
      rollOut(stage, app, withPod(app, { serviceAccountName: `${stage.cast.name()}-sa` }))
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause(['admission-denied', 'missing-config', 'rbac-forbidden', 'quota-exceeded'], app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'priority-class-missing', family: 'placement', title: 'A rollout names a priority class that does not exist', variants: 2,
    play(stage) {
      const app = stage.app()
      rollOut(stage, app, withPod(app, { priorityClassName: 'business-critical' }))
      return { ...stage.ring(app, ['workload', 'nobody']), causes: [cause(['admission-denied', 'missing-config', 'unschedulable'], app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'policy-refuses-rollout', family: 'placement', title: 'An admission policy refuses the pods of a rollout', variants: 2,
    play(stage) {
      const app = stage.app({ namespace: `${stage.cast.namespace}-guarded` })
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: app.namespace } }, { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'stand-in', namespace: app.namespace }, spec: { limits: [{ type: 'Container', max: { memory: '1Gi' } }] } })
      rollOut(stage, app, withContainer(app, { resources: { requests: { memory: '2Gi' }, limits: { memory: '2Gi' } }, securityContext: { privileged: true } }))
      const lens = reworded(/forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi/, "forbidden: admission webhook denied the request: privileged containers are not allowed")
      return {
        ...stage.ring(app, ['workload', 'nobody']), causes: [cause('admission-denied', app.subject)], end: 'heal', healed: available(app),
        lens: (snapshot) => lens({ ...snapshot, objects: snapshot.objects.filter((object) => object.kind !== 'LimitRange') }),
      }
    },
  },
  {
    id: 'scheduling-gate', family: 'placement', title: 'The pods carry a scheduling gate that nobody lifts', variants: 2, sparse: ['no-events'],
    play(stage) {
      const app = stage.app({ pod: { schedulingGates: [{ name: 'example.com/wait-for-capacity' }] } })
      newlyDeployed(stage, app)
      stage.pass(10)
      return { ...stage.ring(app, ILL), causes: [cause('scheduling-gated', app.subject)], end: 'ask' }
    },
  },
  {
    id: 'spread-over-a-closed-zone', family: 'placement', title: 'A hard spread over zones, and the nodes of one zone are cordoned', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 3, pod: { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: {} } }] } })
      const spread = withPod(app, { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: app.labels } }] })
      stage.apply(spread, app.service)
      stage.pass(stage.cast.stoodMinutes)
      const closed = stage.nodes.filter((node) => node.metadata.labels?.['topology.kubernetes.io/zone'] === 'eu-1c')
      for (const node of closed) {
        stage.twin.api.patch({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name ?? '' }, { type: 'merge', body: { spec: { unschedulable: true } } })
        for (const pod of stage.podsOf(app).filter((candidate) => candidate.spec?.nodeName === node.metadata.name)) stage.remove({ apiVersion: 'v1', kind: 'Pod', namespace: app.namespace, name: pod.metadata.name ?? '' })
      }
      stage.pass(130)
      return { ...stage.ring(app, ILL), causes: [cause(['node-cordoned-forgotten', 'unschedulable'], app.subject, ...closed.map((node) => ({ kind: 'Node', name: node.metadata.name ?? '' })))], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'claim-alone', family: 'placement', title: 'A claim waits for a class that does not exist; the alert names the claim', variants: 2,
    play(stage) {
      const name = stage.cast.name()
      const app = stage.app({ replicas: 1, pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] } })
      const object = claim(app, name, 'gold')
      newlyDeployed(stage, app, object)
      return { alerts: [objectAlert(object)], causes: [cause('pvc-unbound', { kind: 'PersistentVolumeClaim', namespace: app.namespace, name })], end: 'ask' }
    },
  },
]
