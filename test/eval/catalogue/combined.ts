/** One root with many symptoms, and several roots at once. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { available, withContainer, type App, type AppOptions } from '../apps.ts'
import { namespaceAlert, objectAlert, serviceAlert } from '../alerts.ts'
import type { Incident } from '../incident.ts'
import { cause, rollOut } from '../parts.ts'
import type { Stage } from '../stage.ts'
import { webhookDown } from './control.ts'
import { poolOf } from './nodes.ts'

/** Apps that call this one and crash while nothing answers there. */
function callersOf(stage: Stage, target: App, count: number): App[] {
  const apps = Array.from({ length: count }, () => stage.app({ replicas: 1 + stage.cast.rng.below(2), container: { env: [{ name: stage.cast.pick('DATABASE_URL', 'DB_URL', 'STORE_DSN'), value: `${stage.cast.pick('postgres', 'mysql', 'mongodb')}://app:secret@${target.name}.${target.namespace}.svc.cluster.local:${target.servicePort}/main` }] } }))
  stage.images(...apps.map((app) => ({ image: app.image, exits: [{ code: 1, afterSeconds: 6 + stage.cast.rng.below(20), whenServiceDown: `${target.name}.${target.namespace}`, log: `could not connect to server: Connection refused\n\tIs the server running on host "${target.name}.${target.namespace}.svc.cluster.local" and accepting connections on port ${target.servicePort}?` }] })))
  return apps
}

function brokenRollout(stage: Stage, app: App): void {
  const image = `${app.image}-x`
  stage.images({ image, exists: false })
  stage.apply(withContainer(app, { image }))
}

export const combined: readonly Incident[] = [
  {
    id: 'twelve-and-one-claim', family: 'combined', title: 'Twelve services crash because the claim of one database is not bound', variants: 3, sparse: ['no-events', 'no-logs'],
    play(stage) {
      const name = `${stage.cast.name()}-data`
      const store = stage.app({ replicas: 1, pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] } })
      stage.apply({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: store.namespace }, spec: { storageClassName: 'standard-encrypted', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '50Gi' } } } })
      const callers = callersOf(stage, store, 12)
      stage.deploy(store, ...callers)
      stage.pass(16)
      const rings = callers.slice(0, 3).map((app) => objectAlert(app.workload))
      return { ...stage.cast.pick<object>({ alerts: rings }, { alerts: [namespaceAlert(store.namespace)] }, {}), causes: [cause('pvc-unbound', { kind: 'PersistentVolumeClaim', namespace: store.namespace, name })], end: 'ask' }
    },
  },
  {
    id: 'store-out-of-memory', family: 'combined', title: 'A store is killed for its memory since a rollout, and all that call it crash', variants: 4, sparse: ['no-events', 'no-logs', 'no-nodes'],
    play(stage) {
      const store = stage.app({ ...stage.cast.pick<AppOptions>({ kind: 'StatefulSet' }, { spec: { strategy: { type: 'Recreate' } } }), replicas: 1, container: { resources: { requests: { memory: '64Mi' }, limits: { memory: '1Gi' } } } })
      stage.images({ image: store.image, memory: '700Mi', memoryAfterSeconds: 5 })
      const callers = callersOf(stage, store, 3 + stage.cast.rng.below(4))
      stage.deploy(store)
      stage.pass(2)
      stage.deploy(...callers)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(store, { resources: { requests: { memory: '64Mi' }, limits: { memory: '512Mi' } } }))
      stage.pass(2)
      stage.restart(...callers)
      stage.pass(12)
      return { ...stage.ring(callers[0] as App), causes: [cause('memory-limit-too-low', store.subject)], end: 'heal', healed: available(store, ...callers) }
    },
  },
  {
    id: 'chain-of-three', family: 'combined', title: 'What rang calls what calls what was rolled out badly', variants: 3, sparse: ['no-events'],
    play(stage) {
      const store = stage.app({ replicas: 1, spec: { strategy: { type: 'Recreate' } } })
      const [middle] = callersOf(stage, store, 1) as [App]
      const [front] = callersOf(stage, middle, 1) as [App]
      stage.deploy(store)
      stage.pass(2)
      stage.deploy(middle)
      stage.pass(2)
      stage.deploy(front)
      stage.pass(stage.cast.stoodMinutes)
      const image = `${store.image}-rc2`
      stage.images({ image, exits: [{ code: 1, afterSeconds: 3, log: 'FATAL: data directory was initialized by another version' }] })
      stage.apply(withContainer(store, { image }))
      stage.pass(2)
      stage.restart(middle)
      stage.pass(3)
      stage.restart(front)
      stage.pass(10)
      return { ...stage.ring(front), causes: [cause('container-exits', store.subject)], end: 'heal', healed: available(store, middle, front) }
    },
  },
  {
    id: 'two-at-once', family: 'combined', title: 'Two rollouts went wrong in the same hour, each in its own way', variants: 4, sparse: ['no-events'],
    play(stage) {
      const first = stage.app({ container: { resources: { requests: { memory: '64Mi' }, limits: { memory: '512Mi' } } } })
      const second = stage.app()
      stage.images({ image: first.image, memory: '300Mi' })
      stage.deploy(first, second)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(withContainer(first, { resources: { requests: { memory: '64Mi' }, limits: { memory: '128Mi' } } }))
      brokenRollout(stage, second)
      stage.pass(14)
      return { ...(stage.cast.chance(0.5) ? { alerts: [objectAlert(first.workload), objectAlert(second.workload)] } : {}), causes: [cause('memory-limit-too-low', first.subject), cause('bad-image', second.subject)], end: 'heal', healed: available(first, second) }
    },
  },
  {
    id: 'three-at-once', family: 'combined', title: 'Three unrelated faults in one namespace', variants: 3,
    play(stage) {
      const image = stage.app()
      const probe = stage.app({ replicas: 2 })
      const selected = stage.app({ replicas: 2 })
      stage.images({ image: probe.image, serves: [{ port: probe.port, paths: ['/healthz'] }] })
      stage.deploy(image, probe, selected)
      stage.pass(stage.cast.stoodMinutes)
      brokenRollout(stage, image)
      stage.apply(withContainer(probe, { readinessProbe: { httpGet: { path: '/helth', port: probe.port }, periodSeconds: 10 } }))
      const [[key, value]] = Object.entries(selected.labels) as [[string, string]]
      stage.twin.api.patch({ apiVersion: 'v1', kind: 'Service', namespace: selected.namespace, name: selected.name }, { type: 'merge', body: { spec: { selector: { [key]: `${value}2` } } } })
      stage.pass(14)
      return { ...(stage.cast.chance(0.5) ? { alerts: [namespaceAlert(image.namespace)] } : {}), causes: [cause('bad-image', image.subject), cause('bad-probe', probe.subject), cause('service-selects-nothing', { kind: 'Service', namespace: selected.namespace, name: selected.name })], end: 'heal', healed: available(image, probe) }
    },
  },
  {
    id: 'shared-configuration-gone', family: 'combined', title: 'Five workloads share a ConfigMap that was deleted', variants: 3,
    play(stage) {
      const map = stage.cast.name()
      const apps = [1, 2, 3, 4, 5].map(() => stage.app({ replicas: 1, container: { envFrom: [{ configMapRef: { name: map } }] } }))
      const namespace = stage.cast.namespace
      stage.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: map, namespace }, data: { REGION: 'eu' } })
      stage.deploy(...apps)
      stage.pass(stage.cast.stoodMinutes)
      stage.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: map })
      stage.restart(...apps)
      stage.pass(12)
      return { ...stage.ring(apps[0] as App), causes: [cause('missing-config', { kind: 'ConfigMap', namespace, name: map }, ...apps.map((app) => app.subject))], end: 'ask' }
    },
  },
  {
    id: 'quota-starves-a-namespace', family: 'combined', title: 'The quota of a namespace was lowered, and no workload in it gets its pods back', variants: 3,
    play(stage) {
      const namespace = `${stage.cast.namespace}-tenant`
      const name = stage.cast.name()
      const apps = [1, 2, 3, 4].map(() => stage.app({ namespace, replicas: 2 }))
      const quota = (pods: string): KubeObject => ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name, namespace }, spec: { hard: { pods } } })
      stage.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, quota('40'))
      stage.deploy(...apps)
      stage.pass(stage.cast.stoodMinutes)
      stage.apply(quota('3'))
      stage.restart(...apps)
      stage.pass(12)
      const starved = apps.find((app) => stage.podsOf(app).length < 2) as App
      return { alerts: [stage.cast.pick(namespaceAlert(namespace), objectAlert(starved.workload))], causes: [cause('quota-exceeded', { kind: 'ResourceQuota', namespace, name }, ...apps.map((app) => app.subject))], end: 'ask' }
    },
  },
  {
    id: 'one-webhook-stops-all', family: 'combined', title: 'A webhook whose backend is down stops every workload that restarts', variants: 2,
    play(stage) {
      const apps = [1, 2, 3].map(() => stage.app({ replicas: 2 }))
      const { backend, name, rest } = webhookDown(stage, apps, (guard) => brokenRollout(stage, guard))
      return { ...stage.ring(apps[0] as App, ['workload', 'namespace', 'nobody']), causes: [cause(['bad-image', 'webhook-fails-closed'], backend.subject, { kind: 'ValidatingWebhookConfiguration', name })], end: 'heal', healed: available(backend, ...apps), ...rest }
    },
  },
  {
    id: 'node-takes-many', family: 'combined', title: 'A lost node takes pods of many workloads with it', variants: 3,
    play(stage) {
      const apps = Array.from({ length: 7 }, () => stage.app({ replicas: 1 + stage.cast.rng.below(2) }))
      poolOf(stage)
      stage.deploy(...apps)
      stage.pass(stage.cast.stoodMinutes)
      const node = stage.podsOf(apps[0] as App)[0]?.spec?.nodeName ?? ''
      stage.node(node, { type: 'silent' })
      stage.pass(4)
      return { ...stage.ring(apps[0] as App, ['workload', 'pod', 'service', 'nobody']), causes: [cause('node-not-ready', { kind: 'Node', name: node })], end: 'heal', healed: available(...apps) }
    },
  },
  {
    id: 'rollout-beside-a-lost-node', family: 'combined', title: 'The rollout that rang is broken by its image; a node of another pool is lost as well', variants: 2,
    play(stage) {
      const app = stage.app({ replicas: 2 })
      stage.deploy(app)
      stage.pass(stage.cast.stoodMinutes)
      const busy = new Set(stage.podsOf(app).map((pod) => pod.spec?.nodeName))
      const idle = stage.nodes.map((node) => node.metadata.name ?? '').find((name) => !busy.has(name)) ?? ''
      brokenRollout(stage, app)
      stage.pass(9)
      stage.node(idle, { type: 'silent' })
      stage.pass(3)
      return { alerts: [objectAlert(app.workload)], causes: [cause('bad-image', app.subject)], end: 'heal', healed: [] }
    },
  },
  {
    id: 'caller-and-called-both-broken', family: 'combined', title: 'The callee is down, and the caller has a fault of its own as well', variants: 2,
    play(stage) {
      const target = stage.app({ replicas: 1 })
      const caller = stage.app({ replicas: 2, container: { env: [{ name: 'PEER', value: `http://${target.name}:${target.servicePort}` }] } })
      rollOut(stage, target)
      rollOut(stage, caller, withContainer(caller, { image: `${caller.image}-y` }))
      stage.images({ image: `${caller.image}-z`, exists: false })
      stage.apply(withContainer(caller, { image: `${caller.image}-z` }))
      stage.twin.api.patch(target.ref, { type: 'merge', body: { spec: { replicas: 0 } } })
      stage.pass(10)
      return { alerts: [serviceAlert(caller.service), objectAlert(caller.workload)], causes: [cause('bad-image', caller.subject), cause('scaled-to-zero', target.subject)], end: 'heal', healed: available(caller) }
    },
  },
]
