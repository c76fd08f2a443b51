/** What people break on purpose in a shop to see who finds it: one service among many is ill, and its callers say so. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { available, withContainer, withPod, type App } from '../apps.ts'
import { namespaceAlert, objectAlert, serviceAlert } from '../alerts.ts'
import type { Incident, Played } from '../incident.ts'
import { cause } from '../parts.ts'
import { addressOf, allSay, openShop, repeated, type Shop } from '../shop.ts'
import { eventAbout, lenses, withObjects, type Lens } from '../lens.ts'
import type { Stage } from '../stage.ts'

function rung(stage: Stage, shop: Shop, ill: App): Pick<Played, 'alerts'> {
  const caller = shop.callersOf(ill)[0] ?? ill
  return stage.cast.pick<Pick<Played, 'alerts'>>({ alerts: [namespaceAlert(ill.namespace)] }, { alerts: [serviceAlert(caller.service)] }, {}, {})
}

/** Every caller logs that the call fails. */
function callersSay(shop: Shop, target: App, how: string): Lens {
  return allSay(shop.callersOf(target).map((app) => [app, repeated(`ERROR could not call ${target.name}: ${how}`)] as const))
}

const refused = (target: App): string => `dial tcp 10.96.31.7:${target.servicePort}: connect: connection refused`

function patched(stage: Stage, kind: string, app: App, body: object): void {
  stage.twin.api.patch({ apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1', kind, namespace: app.namespace, name: app.name }, { type: 'merge', body: body as never })
}

const serviceOf = (app: App) => ({ kind: 'Service', namespace: app.namespace, name: app.name })

export const experiments: readonly Incident[] = [
  {
    id: 'shop-wrong-target-port', family: 'traffic', title: 'The target port of one Service of a shop was changed', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      patched(stage, 'Service', middle, { spec: { ports: [{ name: 'main', port: middle.servicePort, targetPort: 9999 }] } })
      stage.pass(8)
      return { ...rung(stage, shop, middle), causes: [cause('service-port-mismatch', serviceOf(middle))], end: 'heal', healed: [{ type: 'hazard-absent', hazard: 'service-port-mismatch', subject: serviceOf(middle) }], lens: callersSay(shop, middle, refused(middle)) }
    },
  },
  {
    id: 'shop-service-deleted', family: 'traffic', title: 'The Service of one workload of a shop was deleted', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      stage.remove({ apiVersion: 'v1', ...serviceOf(middle) })
      stage.pass(8)
      return { ...rung(stage, shop, middle), causes: [cause('dependency-unreachable', serviceOf(middle))], end: 'ask', lens: callersSay(shop, middle, `lookup ${middle.name} on 10.96.0.10:53: no such host`) }
    },
  },
  {
    id: 'shop-scaled-to-zero', family: 'traffic', title: 'One Deployment of a shop was scaled to zero', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      patched(stage, 'Deployment', middle, { spec: { replicas: 0 } })
      stage.pass(8)
      return { ...rung(stage, shop, middle), causes: [cause('scaled-to-zero', middle.subject)], end: 'heal', healed: available(middle), lens: callersSay(shop, middle, refused(middle)) }
    },
  },
  {
    id: 'shop-service-port-changed', family: 'traffic', title: 'The port of one Service was changed, and everybody calls the old one', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const middle = shop.apps.find((app) => shop.callersOf(app).length > 1) ?? shop.middle
      patched(stage, 'Service', middle, { spec: { ports: [{ name: 'main', port: 18080, targetPort: middle.port }] } })
      stage.pass(8)
      return { ...rung(stage, shop, middle), causes: [cause(['dependency-unreachable', 'service-port-mismatch'], serviceOf(middle), ...shop.callersOf(middle).map((app) => app.subject))], end: 'ask', lens: callersSay(shop, middle, `dial tcp 10.96.31.7:${middle.servicePort}: i/o timeout`) }
    },
  },
  {
    id: 'shop-listens-elsewhere', family: 'traffic', title: 'A rollout moved the port that a service listens on, and its Service leads to the old one', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      stage.apply(withContainer(middle, { ports: [{ containerPort: middle.port + 7 }], env: [...(mainOf(middle).env ?? []), { name: 'PORT', value: String(middle.port + 7) }] }))
      stage.pass(9)
      return { ...rung(stage, shop, middle), causes: [cause('service-port-mismatch', serviceOf(middle), middle.subject)], end: 'heal', lens: callersSay(shop, middle, refused(middle)) }
    },
  },
  {
    id: 'shop-wrong-address', family: 'traffic', title: 'One service of a shop calls another at a port that is not served', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const [caller = shop.front] = shop.callersOf(shop.middle)
      const { middle } = shop
      const env = (mainOf(caller).env ?? []).map((entry) => (entry.name === addressOf(middle).name ? { ...entry, value: `${middle.name}:${middle.servicePort + 3}` } : entry))
      stage.apply(withContainer(caller, { env }))
      stage.pass(9)
      return { ...stage.cast.pick<Pick<Played, 'alerts'>>({}, { alerts: [namespaceAlert(caller.namespace)] }, { alerts: [serviceAlert(caller.service)] }), causes: [cause('dependency-unreachable', caller.subject)], end: 'heal', lens: saysUntil(caller, middle) }
    },
  },
  {
    id: 'shop-policy-isolates-one', family: 'traffic', title: 'A network policy isolates one service of a shop', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      const name = stage.cast.name()
      const policyTypes = stage.cast.pick<readonly string[]>(['Ingress'], ['Ingress', 'Egress'])
      stage.apply({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace: middle.namespace }, spec: { podSelector: { matchLabels: middle.labels }, policyTypes } })
      stage.pass(8)
      return { ...rung(stage, shop, middle), causes: [cause('network-policy-blocks', { kind: 'NetworkPolicy', namespace: middle.namespace, name })], end: 'heal', healed: [{ type: 'hazard-absent', hazard: 'network-policy-blocks', subject: { kind: 'NetworkPolicy', namespace: middle.namespace, name } }], lens: callersSay(shop, middle, `dial tcp 10.96.31.7:${middle.servicePort}: i/o timeout`) }
    },
  },
  {
    id: 'shop-node-that-is-not', family: 'placement', title: 'A rollout assigns a service to a node that does not exist', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      stage.apply(withPod(middle, stage.cast.pick<object>({ nodeName: 'extra-node' }, { nodeSelector: { 'kubernetes.io/hostname': 'extra-node' } })))
      stage.pass(9)
      return { ...rung(stage, shop, middle), causes: [cause(['unschedulable', 'affinity-unsatisfiable'], middle.subject)], end: 'heal', healed: available(middle) }
    },
  },
  {
    id: 'shop-dns-policy', family: 'traffic', title: 'A rollout gave a service a name server of its own that does not know the cluster', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const [caller = shop.front] = shop.callersOf(shop.middle)
      stage.apply(withPod(caller, stage.cast.pick<object>({ dnsPolicy: 'None', dnsConfig: { nameservers: ['8.8.8.8'] } }, { dnsPolicy: 'Default' })))
      stage.pass(9)
      return { ...stage.cast.pick<Pick<Played, 'alerts'>>({}, { alerts: [namespaceAlert(caller.namespace)] }, { alerts: [serviceAlert(caller.service)] }), causes: [cause('dns-broken', caller.subject)], end: 'heal', lens: allSay([[caller, repeated(`ERROR dial tcp: lookup ${shop.middle.name} on 8.8.8.8:53: no such host`)]]) }
    },
  },
  {
    id: 'shop-lost-rights', family: 'control', title: 'A service asks the API what its account may no longer see', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      const line = `ERROR pods is forbidden: User "system:serviceaccount:${middle.namespace}:default" cannot list resource "pods" in API group "" in the namespace "${middle.namespace}"`
      return { ...rung(stage, shop, middle), causes: [cause('rbac-forbidden', middle.subject, { kind: 'ServiceAccount', namespace: middle.namespace, name: 'default' })], end: 'ask', lens: allSay([[middle, repeated(line)]]) }
    },
  },
  {
    id: 'shop-evicts-for-a-greedy-daemon', family: 'placement', title: 'A new DaemonSet asks for most of every node: what restarts finds no room', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      const cpu = `${Number(stage.capacity['cpu']) * 1000 - 150}m`
      const hog = stage.app({ kind: 'DaemonSet', container: { resources: { requests: { cpu } } }, pod: { priorityClassName: 'system-node-critical' } })
      stage.apply(hog.workload)
      stage.pass(10)
      return { ...stage.cast.pick<Pick<Played, 'alerts'>>({}, { alerts: [namespaceAlert(middle.namespace)] }), causes: [cause(['pods-preempted', 'unschedulable'], hog.subject)], end: 'ask' }
    },
  },
  {
    id: 'shop-all-down-during-rollout', family: 'control', title: 'A rollout that may take all pods away at once takes a broken image', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      const image = `${middle.image}-bad`
      stage.images({ image, exits: [{ code: 1, afterSeconds: 2, log: 'panic: cannot parse the schema' }] })
      patched(stage, 'Deployment', middle, { spec: { strategy: stage.cast.pick<object>({ type: 'Recreate', rollingUpdate: null }, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } }) } })
      stage.pass(1)
      stage.apply(withContainer(middle, { image }))
      stage.pass(9)
      return { ...rung(stage, shop, middle), causes: [cause('container-exits', middle.subject)], end: 'heal', healed: available(middle), lens: callersSay(shop, middle, refused(middle)) }
    },
  },
  {
    id: 'shop-injected-side-car', family: 'start-up', title: 'A side-car that is injected cannot start, and so no pod of a service is ready', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      const image = 'registry.example/mesh/proxyv2:1.29.1'
      stage.images({ image, exits: [{ code: 1, afterSeconds: 2, log: 'error\tfailed to start: listen tcp 0.0.0.0:15021: bind: address already in use' }] })
      stage.apply(withPod(middle, { containers: [{ name: 'istio-proxy', image }] }))
      stage.pass(9)
      return { ...rung(stage, shop, middle), causes: [cause(['container-exits', 'port-in-use'], middle.subject)], end: 'heal', healed: available(middle) }
    },
  },
  {
    id: 'shop-volume-of-another-node', family: 'placement', title: 'The volume of a store may be used only from a node that is gone', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const name = stage.cast.name()
      const volume: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name }, spec: { capacity: { storage: '5Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'manual', local: { path: '/data' }, claimRef: { kind: 'PersistentVolumeClaim', namespace: shop.store.namespace, name }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['node-that-was'] }] }] } } } }
      const claim: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: shop.store.namespace }, spec: { storageClassName: 'manual', accessModes: ['ReadWriteOnce'], volumeName: name, resources: { requests: { storage: '5Gi' } } } }
      const app = stage.app({ kind: 'StatefulSet', replicas: 1, pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] } })
      stage.apply(volume, claim)
      stage.deploy(app)
      stage.pass(12)
      return { ...stage.cast.pick<Pick<Played, 'alerts'>>({}, { alerts: [objectAlert(app.workload)] }, { alerts: [namespaceAlert(app.namespace)] }), causes: [cause(['volume-elsewhere', 'unschedulable'], { kind: 'PersistentVolume', name }, app.subject, { kind: 'PersistentVolumeClaim', namespace: app.namespace, name })], end: 'ask' }
    },
  },
  {
    id: 'shop-chaos-experiment', family: 'control', title: 'A chaos experiment is running on one service of the shop', variants: 3,
    play(stage) {
      const shop = openShop(stage)
      const { middle } = shop
      const kind = stage.cast.pick('NetworkChaos', 'PodChaos', 'StressChaos')
      const experiment = (): KubeObject => ({ apiVersion: 'chaos-mesh.org/v1alpha1', kind, metadata: { name: 'game-day', namespace: middle.namespace, creationTimestamp: '2026-03-02T08:30:00Z' }, spec: { mode: 'all', selector: { namespaces: [middle.namespace], labelSelectors: middle.labels }, action: 'loss', duration: '2h' }, status: { conditions: [{ type: 'Selected', status: 'True' }, { type: 'AllInjected', status: 'True' }], experiment: { desiredPhase: 'Run' } } })
      return { ...stage.cast.pick<Pick<Played, 'alerts'>>({ alerts: [namespaceAlert(middle.namespace)] }, { alerts: [serviceAlert(middle.service)] }, {}), causes: [cause('fault-injected', { kind, namespace: middle.namespace, name: 'game-day' })], end: 'ask', lens: lenses(withObjects(() => [experiment()]), callersSay(shop, middle, `context deadline exceeded calling ${middle.name}:${middle.servicePort}`)) }
    },
  },
  {
    id: 'shop-operator-refuses', family: 'control', title: 'An operator refuses a value of the custom resource, and the store stays as it was', variants: 3,
    play(stage) {
      const name = stage.cast.name()
      const namespace = stage.cast.namespace
      openShop(stage)
      const message = stage.cast.pick('spec.updateStrategy: Unsupported value: "SomeStrategyForUpdate": supported values: "RollingUpdate", "OnDelete"', 'StatefulSet.apps "store" is invalid: spec.replicas: Invalid value: -3: must be greater than or equal to 0')
      const resource = (): KubeObject => ({ apiVersion: 'db.example.io/v1', kind: 'StoreCluster', metadata: { name, namespace, uid: 'b0000000-0000-4000-8000-00000000000a', generation: 4, creationTimestamp: '2026-03-02T07:00:00Z' }, spec: { replicas: 3 }, status: { observedGeneration: 4, conditions: [{ type: 'Ready', status: 'False', reason: 'ReconcileFailed', message, lastTransitionTime: '2026-03-02T08:20:00Z' }] } })
      return { ...stage.cast.pick<Pick<Played, 'alerts'>>({}, { alerts: [namespaceAlert(namespace)] }), causes: [cause('custom-resource-not-ready', { kind: 'StoreCluster', namespace, name })], end: 'ask', lens: withObjects((snapshot) => [resource(), eventAbout(resource(), { type: 'Warning', reason: 'ReconcileFailed', message, atMs: snapshot.takenAtMs - 30_000, component: 'store-operator' })]) }
    },
  },
]


function mainOf(app: App): { readonly env?: readonly { readonly name: string; readonly value?: string }[] } {
  return (app.workload as unknown as { readonly spec: { readonly template: { readonly spec: { readonly containers: readonly [{ readonly env?: readonly { readonly name: string; readonly value?: string }[] }] } } } }).spec.template.spec.containers[0]
}

function saysUntil(caller: App, target: App): Lens {
  const wrong = `${target.name}:${target.servicePort + 3}`
  return (snapshot) => (JSON.stringify(snapshot.objects.filter(({ kind }) => kind === 'Deployment')).includes(wrong) ? allSay([[caller, repeated(`ERROR request to http://${wrong}/ failed: i/o timeout`)]])(snapshot) : snapshot)
}
