/** What looks alike and is not: the same exit code, the same waiting pod, the same refusal, for different reasons. */

import { toKubeTime } from '../../../src/kernel/clock.ts'
import type { KubeObject } from '../../../src/model/kube-object.ts'
import { isPod } from '../../../src/model/kube/workload.ts'
import { available, withContainer, withPod, type App } from '../apps.ts'
import { namespaceAlert, objectAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { eventAbout, lenses, mapObjects, withObjects, type Lens } from '../lens.ts'
import { cause, newlyDeployed, rollOut } from '../parts.ts'
import type { Stage } from '../stage.ts'

function podsIn(app: App, object: KubeObject): boolean {
  return isPod(object) && object.metadata.namespace === app.namespace && Object.entries(app.labels).every(([key, value]) => object.metadata.labels?.[key] === value)
}

/** Pods of the app on one node as a kubelet shows them whose network gives no sandbox. */
function withoutSandbox(app: App, node: string, message: string): Lens {
  return lenses(
    mapObjects((object) => (podsIn(app, object) && (object['spec'] as { nodeName?: string }).nodeName === node ? { ...object, status: { ...(object['status'] as object), phase: 'Pending', startTime: toKubeTime(Date.parse(object.metadata.creationTimestamp ?? '')), conditions: [{ type: 'PodScheduled', status: 'True' }, { type: 'Ready', status: 'False', reason: 'ContainersNotReady' }], containerStatuses: [{ name: 'main', image: app.image, imageID: '', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } }] } } as KubeObject : object)),
    withObjects((snapshot) => snapshot.objects.filter((object) => podsIn(app, object) && (object['spec'] as { nodeName?: string }).nodeName === node).map((object) => eventAbout(object, { type: 'Warning', reason: 'FailedCreatePodSandBox', message, atMs: snapshot.takenAtMs - 20_000, firstMs: snapshot.takenAtMs - 8 * 60_000 }))),
  )
}

const ILL = ['pod', 'workload', 'nobody'] as const

function lonely(stage: Stage, log: string, code: number, more: Parameters<Stage['app']>[0] = {}): App {
  const app = stage.app({ replicas: 2, ...more })
  stage.deploy(app)
  stage.pass(400)
  stage.images({ image: app.image, exits: [{ code, afterSeconds: 20, log }] })
  stage.restart(app)
  stage.pass(12)
  return app
}

export const tellApart: readonly Incident[] = [
  {
    id: 'network-of-one-node', family: 'nodes', title: 'On one node no pod gets a network, and the node says that it is Ready', variants: 3,
    play(stage) {
      const apps = [1, 2, 3].map(() => stage.app({ replicas: stage.nodes.length }))
      stage.deploy(...apps)
      stage.pass(stage.cast.stoodMinutes)
      const node = stage.podsOf(apps[0] as App)[0]?.spec?.nodeName ?? ''
      stage.restart(...apps)
      stage.pass(9)
      const message = 'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "3f1c": plugin type="calico" failed (add): stat /var/lib/calico/nodename: no such file or directory: check that the calico/node container is running and has mounted /var/lib/calico/'
      return { ...stage.cast.pick<object>({}, { alerts: [namespaceAlert((apps[0] as App).namespace)] }), causes: [cause(['node-network-down', 'stuck-creating', 'node-not-ready'], { kind: 'Node', name: node })], end: 'heal', healed: [{ type: 'field-equals', target: { apiVersion: 'v1', kind: 'Node', name: node }, path: 'spec.unschedulable', value: true }], lens: lenses(...apps.map((app) => withoutSandbox(app, node, message))) }
    },
  },
  {
    id: 'killed-by-the-node', family: 'nodes', title: 'A process without a limit is killed, because its node ran out of memory', variants: 2,
    play(stage) {
      const app = lonely(stage, 'loading the model', 137, { container: { resources: {} } })
      const system = (snapshot: { readonly takenAtMs: number }, node: string): KubeObject => eventAbout({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } }, { type: 'Warning', reason: 'SystemOOM', message: 'System OOM encountered, victim process: python, pid: 23451', atMs: snapshot.takenAtMs - 60_000 })
      return { ...stage.ring(app, ILL), causes: [cause('memory-unlimited', app.subject)], end: 'ask', lens: withObjects((snapshot) => [system(snapshot, stage.podsOf(app)[0]?.spec?.nodeName ?? '')]) }
    },
  },
  {
    id: 'killed-by-hand', family: 'start-up', title: 'A process is killed with 137, and neither a limit nor a probe nor its node did it', variants: 2,
    play(stage) {
      const app = lonely(stage, 'watchdog: main loop is stuck, killing self', 137)
      return { ...stage.ring(app, ILL), causes: [cause('container-exits', app.subject)], end: 'ask', mayBeInconclusive: true }
    },
  },
  {
    id: 'terminated-by-its-probe', family: 'start-up', title: 'A process ends with 143 again and again: the liveness probe of a rollout asks at the wrong port', variants: 3,
    play(stage) {
      const app = stage.app({ port: 8080, container: { livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 } } })
      stage.images({ image: app.image, serves: [{ port: 8080, paths: ['/healthz'] }] })
      rollOut(stage, app, withContainer(app, { livenessProbe: { httpGet: { path: '/healthz', port: 8081 }, periodSeconds: 10 } }))
      return { ...stage.ring(app, ILL), causes: [cause('bad-probe', app.subject)], end: 'heal', healed: available(app) }
    },
  },
  {
    id: 'leader-without-rights', family: 'control', title: 'A controller cannot hold its lease, because it lacks the right to', variants: 3,
    play(stage) {
      const app = lonely(stage, '', 1)
      const line = `error retrieving resource lock ${app.namespace}/${app.name}: leases.coordination.k8s.io "${app.name}" is forbidden: User "system:serviceaccount:${app.namespace}:default" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "${app.namespace}"\nleader election lost`
      stage.images({ image: app.image, exits: [{ code: 1, afterSeconds: 12, log: line }] })
      stage.restart(app)
      stage.pass(12)
      return { ...stage.ring(app, ILL), causes: [cause('rbac-forbidden', app.subject)], end: 'ask' }
    },
  },
  {
    id: 'leader-lost-to-a-slow-api', family: 'control', title: 'A controller loses its lease and ends, because the API answers too late', variants: 2,
    play(stage) {
      const app = lonely(stage, 'E0302 11:02:10.1 leaderelection.go:332] error retrieving resource lock: Get "https://10.96.0.1:443/apis/coordination.k8s.io/v1/namespaces/ops/leases/op": context deadline exceeded\nI0302 11:02:15 leaderelection.go:285] failed to renew lease ops/op: timed out waiting for the condition\nleader election lost', 1)
      return { ...stage.ring(app, ILL), causes: [cause(['container-exits', 'lease-expired', 'dependency-unreachable'], app.subject)], end: 'ask', mayBeInconclusive: true }
    },
  },
  {
    id: 'everything-down-for-a-slow-start', family: 'control', title: 'A rollout takes all pods away at once, and the new ones take minutes to start', variants: 3,
    play(stage) {
      const app = stage.app({ replicas: 3, port: 8080, spec: { strategy: stage.cast.pick<object>({ type: 'Recreate' }, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } }) }, container: { startupProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10, failureThreshold: 120 }, readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 } } as never })
      const image = `${app.image}-next`
      stage.images({ image, startSeconds: 900 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(app, { image }))
      stage.pass(5)
      return { alerts: [objectAlert(app.workload)], causes: [cause('rollout-takes-all', app.subject)], end: 'leave' }
    },
  },
  {
    id: 'starved-for-its-priority', family: 'placement', title: 'A workload of low priority is displaced by a rollout of one that asks for more', variants: 3,
    play(stage) {
      const half = `${Number(stage.capacity['cpu']) * 500}m`
      const most = `${Number(stage.capacity['cpu']) * 1000 - 900}m`
      stage.apply({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'business' }, value: 10_000 } as unknown as KubeObject)
      const low = stage.app({ replicas: stage.nodes.length, container: { resources: { requests: { cpu: half } } } })
      const high = stage.app({ replicas: stage.nodes.length, container: { resources: { requests: { cpu: '100m' } } }, pod: { priorityClassName: 'business' } })
      stage.deploy(low, high)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(high, { resources: { requests: { cpu: most } } }))
      stage.pass(12)
      return { ...stage.ring(low, ['workload', 'pod']), causes: [cause('pods-preempted', high.subject)], end: 'heal', healed: available(low, high) }
    },
  },
  {
    id: 'port-of-another-name', family: 'traffic', title: 'A rollout renamed the port that the Service names', variants: 2,
    play(stage) {
      const app = stage.app({ container: { ports: [{ name: 'web', containerPort: 8080 }] }, port: 8080 })
      const named = { ...app, service: { ...app.service, spec: { ...(app.service['spec'] as object), ports: [{ name: 'main', port: app.servicePort, targetPort: 'web' }] } } as KubeObject }
      stage.deploy(named)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(named, { ports: [{ name: 'http', containerPort: 8080 }] }))
      stage.pass(8)
      return { ...stage.ring(app, ['service', 'nobody']), causes: [cause('service-port-mismatch', { kind: 'Service', namespace: app.namespace, name: app.name }, app.subject)], end: 'heal' }
    },
  },
  {
    id: 'limit-range-without-request', family: 'placement', title: 'A limit range gives every container a default that the program cannot live with', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 1, container: { resources: {} } })
      stage.apply({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'defaults', namespace: app.namespace }, spec: { limits: [{ type: 'Container', default: { memory: '64Mi' }, defaultRequest: { memory: '32Mi' } }] } })
      stage.images({ image: app.image, memory: '200Mi' })
      newlyDeployed(stage, app)
      return { ...stage.ring(app, ILL), causes: [cause('memory-limit-too-low', app.subject, { kind: 'LimitRange', namespace: app.namespace, name: 'defaults' })], end: 'heal' }
    },
  },
  {
    id: 'group-without-access', family: 'start-up', title: 'A rollout runs as a user that may not read the mounted volume', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      const bad = { image: app.image, exits: [{ code: 1, afterSeconds: 2, log: 'mkdir: cannot create directory \'/data/db\': Permission denied' }] }
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      stage.images(bad)
      stage.apply(withPod(app, { securityContext: { runAsUser: 1001, runAsGroup: 1001 } }))
      stage.pass(9)
      return { ...stage.ring(app, ILL), causes: [cause('container-lacks-permission', app.subject)], end: 'heal', healed: available(app), laws: (view) => [JSON.stringify(view.get(app.ref)).includes('1001') ? bad : { image: app.image }] }
    },
  },
]
