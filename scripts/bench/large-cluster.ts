/**
 * A folder as `kubectl get -o json` leaves it, of a cluster of any size: nodes, Deployments with their ReplicaSets and
 * Services, pods with whole statuses, events, and a handful of incidents among them.
 *
 * Made by hand and not on a twin: a hundred and fifty thousand pods need no history to be read.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson } from '../../src/kernel/canonical-json.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'

export interface ClusterSize {
  readonly nodes: number
  readonly pods: number
}

const PODS_PER_APP = 25
const APPS_PER_NAMESPACE = 40
const FILE_OBJECTS_MAX = 5_000
const BORN = '2026-02-01T08:00:00Z'
const CHANGED = '2026-03-01T11:40:00Z'
const BROKE = '2026-03-01T11:41:00Z'
const NOW = '2026-03-01T12:00:00Z'

/** What is wrong, by the number of the app: told again by the benchmark, to see that speed costs no sight. */
export const INCIDENTS = { badImage: 17, outOfMemory: 1_203, storeDown: 2_400, callers: [2_401, 2_402, 2_403, 2_404], nodeLost: 'node-77' } as const

/** Writes the folder, a few thousand objects a file. Returns what was written. */
export function writeCluster(folder: string, size: ClusterSize): { readonly objects: number; readonly bytes: number } {
  mkdirSync(folder, { recursive: true })
  const written = { objects: 0, bytes: 0 }
  let batch: KubeObject[] = []
  let file = 0
  const flush = (): void => {
    // kubectl writes keys in order.
    const text = `{"apiVersion":"v1","items":[${batch.map(canonicalJson).join(',')}],"kind":"List"}`
    writeFileSync(join(folder, `objects-${String((file += 1)).padStart(4, '0')}.json`), text)
    written.objects += batch.length
    written.bytes += text.length
    batch = []
  }
  for (const object of objectsOf(size)) {
    batch.push(object)
    if (batch.length === FILE_OBJECTS_MAX) flush()
  }
  flush()
  writeLogs(folder)
  return written
}

function* objectsOf({ nodes, pods }: ClusterSize): Generator<KubeObject> {
  const apps = Math.floor(pods / PODS_PER_APP)
  yield namespace('kube-system')
  for (let index = 0; index * APPS_PER_NAMESPACE < apps; index += 1) yield namespace(`team-${index}`)
  for (let index = 0; index < nodes; index += 1) yield nodeOf(`node-${index}`)
  for (let index = 0; index < apps; index += 1) yield* appOf(index, nodes)
}

function namespace(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, uid: `namespace-${name}`, creationTimestamp: BORN }, status: { phase: 'Active' } }
}

function nodeOf(name: string): KubeObject {
  const lost = name === INCIDENTS.nodeLost
  const condition = (type: string, status: string, reason: string) => ({ type, status: lost ? 'Unknown' : status, reason: lost ? 'NodeStatusUnknown' : reason, message: lost ? 'Kubelet stopped posting node status.' : reason, lastHeartbeatTime: lost ? BROKE : NOW, lastTransitionTime: lost ? BROKE : BORN })
  const capacity = { cpu: '32', memory: '128Gi', pods: '110', 'ephemeral-storage': '200Gi' }
  const taints = lost ? { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: BROKE }, { key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule', timeAdded: BROKE }] } : {}
  return {
    apiVersion: 'v1', kind: 'Node',
    metadata: { name, uid: `node-${name}`, creationTimestamp: BORN, resourceVersion: '1000', labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/arch': 'amd64', 'topology.kubernetes.io/zone': `zone-${Number(name.slice('node-'.length)) % 3}`, 'eks.amazonaws.com/nodegroup': 'general' } },
    spec: { providerID: `aws:///zone/${name}`, ...taints },
    status: { capacity, allocatable: capacity, addresses: [{ type: 'InternalIP', address: `10.0.0.${name.length}` }, { type: 'Hostname', address: name }], conditions: [condition('Ready', 'True', 'KubeletReady'), condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'), condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'), condition('PIDPressure', 'False', 'KubeletHasSufficientPID')], nodeInfo: { kubeletVersion: 'v1.36.2', osImage: 'Linux', containerRuntimeVersion: 'containerd://2.1.0' } },
  }
}

interface App {
  readonly index: number
  readonly name: string
  readonly namespace: string
  readonly state: 'well' | 'bad-image' | 'out-of-memory' | 'down' | 'crashing'
}

function appNamed(index: number): App {
  const state = index === INCIDENTS.badImage ? 'bad-image' : index === INCIDENTS.outOfMemory ? 'out-of-memory' : index === INCIDENTS.storeDown ? 'down' : (INCIDENTS.callers as readonly number[]).includes(index) ? 'crashing' : 'well'
  return { index, name: `app-${index}`, namespace: `team-${Math.floor(index / APPS_PER_NAMESPACE)}`, state }
}

function* appOf(index: number, nodes: number): Generator<KubeObject> {
  const app = appNamed(index)
  const down = app.state === 'down'
  const rolled = app.state === 'bad-image' || app.state === 'out-of-memory'
  const { name, namespace: place } = app
  yield { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta(app, name, BORN), spec: { replicas: down ? 0 : PODS_PER_APP, selector: { matchLabels: { app: name } }, template: templateOf(app, rolled ? 2 : 1) }, status: { replicas: down ? 0 : PODS_PER_APP, availableReplicas: app.state === 'well' ? PODS_PER_APP : 0, readyReplicas: app.state === 'well' ? PODS_PER_APP : 0, conditions: [] } }
  for (const revision of [1, ...(rolled ? [2] : [])]) yield replicaSetOf(app, revision, revision === (rolled ? 2 : 1))
  // A uid of its own: the Deployment has the same name, and a twin gives one of two equal uids away.
  yield { apiVersion: 'v1', kind: 'Service', metadata: { ...meta(app, name, BORN), uid: `service-${name}` }, spec: { clusterIP: `10.96.${index % 250}.${Math.floor(index / 250)}`, selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } }
  yield { apiVersion: 'v1', kind: 'ConfigMap', metadata: meta(app, `${name}-config`, BORN), data: { LOG_LEVEL: 'info', REGION: 'eu' } }
  if (down) yield eventOf(app, { kind: 'Deployment', name, reason: 'ScalingReplicaSet', message: `Scaled down replica set ${name}-r1 from ${PODS_PER_APP} to 0`, type: 'Normal' })
  for (let pod = 0; pod < (down ? 0 : PODS_PER_APP); pod += 1) yield podOf(app, pod, { node: `node-${(index * PODS_PER_APP + pod) % nodes}`, revision: rolled ? 2 : 1 })
  if (app.state === 'bad-image') yield eventOf(app, { kind: 'Pod', name: podName(app, 2, 0), reason: 'Failed', message: `Failed to pull image "registry.example/${place}/${name}:2": rpc error: code = NotFound desc = registry.example/${place}/${name}:2: not found`, type: 'Warning' })
}

function meta(app: App, name: string, created: string): KubeObject['metadata'] {
  return { name, namespace: app.namespace, uid: `${app.name}-${name}`, creationTimestamp: created, resourceVersion: String(2_000 + app.index), labels: { app: app.name, 'app.kubernetes.io/part-of': app.namespace } }
}

function templateOf(app: App, revision: number): object {
  const calls = app.state === 'crashing' ? INCIDENTS.storeDown : Math.max(0, app.index - 1)
  const target = appNamed(calls)
  const image = `registry.example/${app.namespace}/${app.name}:${app.state === 'bad-image' ? revision : 1}`
  const memory = app.state === 'out-of-memory' && revision === 2 ? '64Mi' : '512Mi'
  return {
    metadata: { labels: { app: app.name } },
    spec: {
      serviceAccountName: 'default', restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst',
      containers: [{ name: 'main', image, imagePullPolicy: 'IfNotPresent', ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }], envFrom: [{ configMapRef: { name: `${app.name}-config` } }], env: [{ name: 'UPSTREAM_URL', value: `http://${target.name}.${target.namespace}.svc.cluster.local:80` }], resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory } }, readinessProbe: { httpGet: { path: '/healthz', port: 'http', scheme: 'HTTP' }, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 }, livenessProbe: { httpGet: { path: '/livez', port: 'http', scheme: 'HTTP' }, periodSeconds: 20, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 } }],
    },
  }
}

function replicaSetOf(app: App, revision: number, current: boolean): KubeObject {
  const name = `${app.name}-r${revision}`
  const replicas = current && app.state !== 'down' ? PODS_PER_APP : 0
  return {
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: { ...meta(app, name, revision === 1 ? BORN : CHANGED), annotations: { 'deployment.kubernetes.io/revision': String(revision) }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: app.name, uid: `${app.name}-${app.name}`, controller: true, blockOwnerDeletion: true }] },
    spec: { replicas, selector: { matchLabels: { app: app.name } }, template: templateOf(app, revision) },
    status: { replicas, readyReplicas: app.state === 'well' ? replicas : 0 },
  }
}

function podName(app: App, revision: number, index: number): string {
  return `${app.name}-r${revision}-${index.toString(36).padStart(5, 'x')}`
}

function podOf(app: App, index: number, { node, revision }: { readonly node: string; readonly revision: number }): KubeObject {
  const name = podName(app, revision, index)
  const ready = app.state === 'well' && node !== INCIDENTS.nodeLost
  const since = app.state === 'well' && ready ? BORN : BROKE
  const { spec } = templateOf(app, revision) as { spec: { containers: { image: string }[] } }
  const condition = (type: string, status: boolean) => ({ type, status: status ? 'True' : 'False', lastTransitionTime: since })
  return {
    apiVersion: 'v1', kind: 'Pod',
    metadata: { ...meta(app, name, revision === 1 ? BORN : CHANGED), generateName: `${app.name}-r${revision}-`, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app.name}-r${revision}`, uid: `${app.name}-${app.name}-r${revision}`, controller: true, blockOwnerDeletion: true }] },
    spec: { ...spec, nodeName: node, schedulerName: 'default-scheduler', priority: 0, preemptionPolicy: 'PreemptLowerPriority', tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }, { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }] },
    status: {
      phase: app.state === 'bad-image' ? 'Pending' : 'Running', hostIP: '10.0.0.9', podIP: `10.${app.index % 200}.${index}.7`, podIPs: [{ ip: `10.${app.index % 200}.${index}.7` }], startTime: since, qosClass: 'Burstable',
      conditions: [condition('PodReadyToStartContainers', true), condition('Initialized', true), condition('Ready', ready), condition('ContainersReady', ready), condition('PodScheduled', true)],
      containerStatuses: [{ name: 'main', image: spec.containers[0]?.image, imageID: `registry.example/${app.name}@sha256:${'0'.repeat(64)}`, containerID: `containerd://${app.index}-${index}`, ready, started: ready, restartCount: ready || app.state === 'bad-image' ? 0 : 6, ...stateOf(app, spec.containers[0]?.image ?? '') }],
    },
  } as KubeObject
}

function stateOf(app: App, image: string): object {
  const ended = { startedAt: '2026-03-01T11:57:00Z', finishedAt: '2026-03-01T11:57:04Z' }
  const waits = { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 2m40s restarting failed container=main' } }
  if (app.state === 'bad-image') return { state: { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } }, lastState: {} }
  if (app.state === 'out-of-memory') return { state: waits, lastState: { terminated: { exitCode: 137, reason: 'OOMKilled', ...ended } } }
  if (app.state === 'crashing') return { state: waits, lastState: { terminated: { exitCode: 1, reason: 'Error', ...ended } } }
  return { state: { running: { startedAt: BORN } }, lastState: {} }
}

function eventOf(app: App, about: { readonly kind: string; readonly name: string; readonly reason: string; readonly message: string; readonly type: string }): KubeObject {
  const { kind, name, ...rest } = about
  return { apiVersion: 'v1', kind: 'Event', metadata: { name: `${name}.1`, namespace: app.namespace, creationTimestamp: BROKE }, involvedObject: { kind, name, namespace: app.namespace, uid: `${app.name}-${name}` }, ...rest, count: 9, firstTimestamp: BROKE, lastTimestamp: '2026-03-01T11:59:00Z', source: { component: 'kubelet' } }
}

function writeLogs(folder: string): void {
  const store = appNamed(INCIDENTS.storeDown)
  for (const index of INCIDENTS.callers) {
    const caller = appNamed(index)
    const place = join(folder, 'logs', caller.namespace, podName(caller, 1, 0))
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, 'main.previous.log'), `starting\ndial tcp: ${store.name}.${store.namespace}.svc.cluster.local:80: connect: connection refused\n`)
  }
}
