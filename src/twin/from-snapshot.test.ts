import { describe, expect, test } from 'vitest'
import { createSnapshot, type Snapshot } from '../model/snapshot.ts'
import type { KubeObject } from '../model/kube-object.ts'
import { conditionOf, isReady } from '../model/kube/workload.ts'
import { twinFromSnapshot } from './from-snapshot.ts'
import { allGaps } from './gaps/all-gaps.test-support.ts'
import { notModelledIn } from './not-modelled.ts'
import { inShop, podsOf, podTemplate, setContainer, stateOf, testDeployment, testTwin, TEST_START_MS, TEST_VERSION } from './test-twin.ts'
import type { Twin } from './twin.ts'

const LIMIT = (memory: string): object => ({ resources: { limits: { memory } } })
const HTTP = (path: string): object => ({ httpGet: { path, port: 8080 }, periodSeconds: 5 })
const WORLD = {
  images: [
    { image: 'app:1', startSeconds: 2, serves: [{ port: 8080, paths: ['/ok'] }], memory: '150Mi' },
    { image: 'gone:1', exists: false },
    { image: 'env:1', exits: [{ code: 1, whenEnvMissing: 'DATABASE_URL', log: 'fatal: DATABASE_URL must be set' }] },
    { image: 'quiet:1', exits: [{ code: 7, whenEnvEquals: { name: 'MODE', value: 'bad' }, log: 'giving up' }] },
    { image: 'needy:1', exits: [{ code: 1, afterSeconds: 2, whenServiceDown: 'cache', log: 'dial tcp: lookup cache.shop: connection refused' }] },
  ],
}

interface Story {
  readonly name: string
  readonly before: object
  readonly fault: { readonly path: string; readonly value: unknown }
  readonly fix: { readonly path: string; readonly value: unknown }
  readonly seen: string
  readonly assumed: RegExp
  readonly needsConfig?: boolean
}

const STORIES: readonly Story[] = [
  { name: 'an image that does not exist', before: {}, fault: { path: 'image', value: 'gone:1' }, fix: { path: 'image', value: 'app:1' }, seen: 'ImagePullBackOff', assumed: /gone:1 cannot be pulled/ },
  { name: 'a memory limit that is too low', before: LIMIT('256Mi'), fault: { path: 'resources/limits/memory', value: '100Mi' }, fix: { path: 'resources/limits/memory', value: '256Mi' }, seen: 'CrashLoopBackOff', assumed: /app:1 needs more than 100Mi/ },
  { name: 'a readiness path nobody serves', before: { readinessProbe: HTTP('/ok') }, fault: { path: 'readinessProbe/httpGet/path', value: '/okk' }, fix: { path: 'readinessProbe/httpGet/path', value: '/ok' }, seen: 'Running', assumed: /fail on port 8080 path \/okk/ },
  { name: 'a liveness path nobody serves', before: { livenessProbe: HTTP('/ok') }, fault: { path: 'livenessProbe/httpGet/path', value: '/okk' }, fix: { path: 'livenessProbe/httpGet/path', value: '/ok' }, seen: 'CrashLoopBackOff', assumed: /fail on port 8080 path \/okk/ },
  { name: 'a variable that the log names', before: { image: 'env:1', env: [{ name: 'DATABASE_URL', value: 'x' }] }, fault: { path: 'env', value: [] }, fix: { path: 'env', value: [{ name: 'DATABASE_URL', value: 'y' }] }, seen: 'CrashLoopBackOff', assumed: /DATABASE_URL, which is not set/ },
  { name: 'a set-up that fails for no visible cause', before: { image: 'quiet:1', env: [{ name: 'MODE', value: 'good' }] }, fault: { path: 'env/0/value', value: 'bad' }, fix: { path: 'env/0/value', value: 'good' }, seen: 'CrashLoopBackOff', assumed: /until its image, command, environment or configuration changes/ },
  { name: 'a key that a ConfigMap lacks', before: { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }] }, fault: { path: 'env/0/valueFrom/configMapKeyRef/key', value: 'b' }, fix: { path: 'env/0/valueFrom/configMapKeyRef/key', value: 'a' }, seen: 'CreateContainerConfigError', assumed: /nothing bad was seen/ },
]

function newestPod(twin: Twin): ReturnType<typeof podsOf>[number] | undefined {
  return podsOf(twin, 'web').sort((left, right) => String(right.metadata.creationTimestamp).localeCompare(String(left.metadata.creationTimestamp)))[0]
}

function broken(story: Story, afterMs: number): Snapshot {
  const settings: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { a: '1' } }
  const twin = testTwin({ objects: [settings, testDeployment('web', { ...story.before })], world: WORLD })
  twin.advance(60_000)
  expect(podsOf(twin, 'web').every(isReady)).toBe(true)
  setContainer(twin, 'Deployment', 'web', story.fault)
  twin.advance(afterMs)
  return twin.snapshot()
}

describe.each(STORIES)('a snapshot of $name', (story) => {
  test.each([90_000, 200_000, 900_000])('taken %d ms later stays broken, a restart does not help, the fix does', (afterMs) => {
    const { twin, assumptions } = twinFromSnapshot({ snapshot: broken(story, afterMs), seed: 3 })
    expect(assumptions.join('\n')).toMatch(story.assumed)
    const isServing = (): boolean => podsOf(twin, 'web').length === 2 && podsOf(twin, 'web').every((pod) => isReady(pod) && stateOf(pod).restarts === 0)
    twin.advance(320_000)
    expect(stateOf(newestPod(twin)).ready && stateOf(newestPod(twin)).restarts === 0).toBe(false)
    twin.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, { type: 'merge', body: { spec: { template: { metadata: { annotations: { restarted: 'yes' } } } } } })
    twin.advance(120_000)
    expect([story.seen, 'Running', 'Error', 'OOMKilled', 'ErrImagePull']).toContain(stateOf(newestPod(twin)).reason)
    expect(isServing()).toBe(false)
    setContainer(twin, 'Deployment', 'web', story.fix)
    twin.advance(120_000)
    expect(isServing()).toBe(true)
    expect(twin.livelocks).toEqual([])
  })
})

describe('what a twin from a snapshot keeps', () => {
  test('uids, versions and statuses of a healthy cluster; nothing is written by letting time pass', () => {
    const origin = testTwin({ objects: [testDeployment('web', { readinessProbe: HTTP('/ok') })], world: WORLD })
    origin.advance(120_000)
    const snapshot = origin.snapshot()
    const { twin } = twinFromSnapshot({ snapshot, seed: 1 })
    expect(twin.nowMs()).toBe(origin.nowMs())
    twin.advance(300_000)
    const changed = snapshot.objects.filter((object) => ['Pod', 'ReplicaSet', 'Deployment', 'Node'].includes(object.kind)).filter((object) => twin.store.byUid(object.metadata.uid ?? '')?.metadata.resourceVersion !== object.metadata.resourceVersion)
    expect(changed.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([])
  })

  test('a Service that is down: whoever waits for it runs once it is up', () => {
    const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cache', namespace: 'shop' }, spec: { selector: { app: 'cache' }, ports: [{ port: 80 }] } }
    const origin = testTwin({ objects: [service, testDeployment('cache', {}, { replicas: 0 }), testDeployment('web', { image: 'needy:1' })], world: WORLD })
    origin.advance(120_000)
    const { twin, assumptions } = twinFromSnapshot({ snapshot: origin.snapshot(), seed: 1 })
    expect(assumptions.join('\n')).toContain('names Service cache, which has no ready endpoint')
    twin.api.patch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'cache' }, { type: 'merge', body: { spec: { replicas: 1 } } })
    twin.advance(400_000)
    expect(podsOf(twin, 'web').every(isReady)).toBe(true)
  })

  test.each([
    ['silent', { type: 'silent' }, 'Unknown'],
    ['not ready with disk pressure', { type: 'not-ready', conditions: ['DiskPressure'], message: 'disk is full' }, 'False'],
  ] as const)('a node that is %s stays so', async (_, nodeFault, ready) => {
    const origin = testTwin({ objects: [testDeployment('web')] })
    origin.advance(30_000)
    await origin.control.setNode('node-2', nodeFault)
    origin.advance(90_000)
    const { twin, assumptions } = twinFromSnapshot({ snapshot: origin.snapshot(), seed: 1 })
    twin.advance(120_000)
    expect(conditionOf(twin.store.get({ apiVersion: 'v1', kind: 'Node', name: 'node-2' }) as never, 'Ready')?.status).toBe(ready)
    expect(assumptions.join('\n')).toContain('example.com/pool=workers are assumed to be a pool')
    twin.api.remove({ apiVersion: 'v1', kind: 'Node', name: 'node-2' })
    twin.advance(300_000)
    expect([...twin.store.list('/Node')].filter(isReady).length).toBe(2)
    expect(podsOf(twin, 'web').filter(isReady).length).toBe(2)
  })
})

describe('a snapshot without its revisions', () => {
  test.each([
    ['ReplicaSets', ['ReplicaSet']],
    ['ControllerRevisions', ['ControllerRevision']],
    ['both, and no events', ['ReplicaSet', 'ControllerRevision', 'Event']],
  ])('%s: no pod is replaced, and a lost pod comes back', (_, left) => {
    const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' }, spec: { replicas: 2, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: podTemplate('db') } }
    const daemon = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate('agent') } }
    const origin = testTwin({ objects: [testDeployment('web'), set, daemon] })
    origin.advance(60_000)
    const whole = origin.snapshot()
    const { twin } = twinFromSnapshot({ snapshot: { ...whole, objects: whole.objects.filter(({ kind }) => !left.includes(kind)) }, seed: 1 })
    const uids = (): (string | undefined)[] => ['web', 'db', 'agent'].flatMap((app) => podsOf(twin, app)).map(({ metadata }) => metadata.uid).sort()
    const before = uids()
    twin.advance(300_000)
    expect(uids()).toEqual(before)
    for (const app of ['web', 'db', 'agent']) twin.api.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: podsOf(twin, app)[0]?.metadata.name ?? '' })
    twin.advance(60_000)
    expect(['web', 'db', 'agent'].map((app) => podsOf(twin, app).filter(isReady).length)).toEqual([2, 2, 2])
    expect(before.filter((uid) => uids().includes(uid)).length).toBe(3)
  })
})

describe('a folder of manifests', () => {
  const snapshotOf = (objects: readonly KubeObject[]): Snapshot => createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'folder', resourceVersion: '0', objects, logs: [], notes: [] })

  test('without status, nodes or namespaces comes to life', () => {
    const account = { serviceAccountName: 'robot', volumes: [{ name: 'keys', secret: { secretName: 'keys' } }] }
    const web = testDeployment('web', {}, { template: podTemplate('web', { env: [{ name: 'T', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }] }, account) })
    const { twin, assumptions } = twinFromSnapshot({ snapshot: snapshotOf([web]), seed: 1 })
    twin.advance(30_000)
    expect(podsOf(twin, 'web').filter(isReady).length).toBe(2)
    expect(assumptions.join('\n')).toMatch(/No Node was collected[\s\S]*No Secret was collected/)
  })

  test('a RuntimeClass nobody collected has the overhead that its pods have', () => {
    const web = testDeployment('web', {}, { replicas: 1, template: podTemplate('web', {}, { runtimeClassName: 'kata' }) })
    const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'other', namespace: 'shop' }, spec: { nodeName: 'node-9', runtimeClassName: 'kata', overhead: { memory: '160Mi' }, containers: [{ name: 'main', image: 'app:1' }] }, status: { phase: 'Running' } }
    const { twin, assumptions } = twinFromSnapshot({ snapshot: snapshotOf([web, pod]), seed: 1 })
    twin.advance(30_000)
    expect(podsOf(twin, 'web').map(({ spec }) => spec?.overhead)).toEqual([{ memory: '160Mi' }])
    expect(assumptions.join('\n')).toContain('RuntimeClass kata not collected: assumed with the overhead its pods have')
  })

  test('a RuntimeClass that is said to be missing stays so', () => {
    const web = testDeployment('web', {}, { replicas: 1, template: podTemplate('web', {}, { runtimeClassName: 'kata' }) })
    const event: KubeObject = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'web.1', namespace: 'shop' }, involvedObject: { kind: 'ReplicaSet', namespace: 'shop', name: 'web-1' }, reason: 'FailedCreate', message: 'Error creating: pods "web-1-" is forbidden: pod rejected: RuntimeClass "kata" not found' }
    const { twin } = twinFromSnapshot({ snapshot: snapshotOf([web, event]), seed: 1 })
    twin.advance(30_000)
    expect(podsOf(twin, 'web')).toEqual([])
  })

  test.each([
    ['StatefulSet', 'db-0', 'controller-revision-hash', 'db-5c8'],
    ['DaemonSet', 'db-x7', 'controller-revision-hash', '5c8'],
    ['Deployment', 'db-5c8-x7', 'pod-template-hash', '5c8'],
  ])('a %s cut by hand, with pods that name a revision nobody collected, rolls nothing out', (kind, name, label, hash) => {
    const bare = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'main', image: 'app:1' }] } }
    const owner = kind === 'Deployment' ? { kind: 'ReplicaSet', name: 'db-5c8', uid: 'r' } : { kind, name: 'db', uid: 'u' }
    const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-9' }, status: { conditions: [{ type: 'Ready', status: 'True' }], allocatable: { cpu: '4', memory: '8Gi', pods: '110' } } }
    const workload: KubeObject = { apiVersion: 'apps/v1', kind, metadata: { name: 'db', namespace: 'shop', uid: 'u' }, spec: { ...(kind === 'DaemonSet' ? {} : { replicas: 1 }), selector: { matchLabels: { app: 'db' } }, template: bare } }
    const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: 'db', [label]: hash }, ownerReferences: [{ apiVersion: 'apps/v1', ...owner, controller: true }] }, spec: { ...bare.spec, nodeName: 'node-9' }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }
    const { twin } = twinFromSnapshot({ snapshot: snapshotOf([node, workload, pod]), seed: 1 })
    const uid = podsOf(twin, 'db')[0]?.metadata.uid
    twin.advance(120_000)
    expect(podsOf(twin, 'db').map(({ metadata }) => [metadata.name, metadata.uid])).toEqual([[name, uid]])
  })

  test('pods that name their owners only by name are theirs', () => {
    const web = testDeployment('web', {}, { replicas: 1 })
    const set: KubeObject = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web-1', namespace: 'shop', labels: { app: 'web' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'x', controller: true }] }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: podTemplate('web') } }
    const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-1-a', namespace: 'shop', labels: { app: 'web' }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-1', uid: 'y', controller: true }] }, spec: { nodeName: 'node-9', containers: [{ name: 'main', image: 'app:1' }] }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }
    const { twin } = twinFromSnapshot({ snapshot: snapshotOf([web, set, pod]), seed: 1 })
    twin.advance(30_000)
    expect(podsOf(twin, 'web').map(({ metadata }) => metadata.name)).toEqual(['web-1-a'])
    expect(inShop(twin, 'Deployment', 'web').status).toMatchObject({ readyReplicas: 1, updatedReplicas: 1 })
  })
})

describe('what is not modelled', () => {
  const snapshotOf = (objects: readonly KubeObject[], minor = 36): Snapshot => createSnapshot({ takenAtMs: 0, clusterVersion: { major: 1, minor, gitVersion: `v1.${minor}.0` }, clusterId: 'x', resourceVersion: '0', objects, logs: [], notes: [] })
  const named = (apiVersion: string, kind: string, rest: object = {}): KubeObject => ({ apiVersion, kind, metadata: { name: 'it', namespace: 'shop' }, ...rest })

  test.each([
    ['a scheduler of its own', [named('apps/v1', 'Deployment', { spec: { template: podTemplate('a', {}, { schedulerName: 'volcano' }) } })], /scheduler of their own/],
    ['device claims', [named('v1', 'Pod', { spec: { containers: [], resourceClaims: [{ name: 'gpu' }] } })], /claim devices/],
    ['a webhook on pods', [named('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', { webhooks: [{ rules: [{ apiGroups: [''], resources: ['pods'] }] }] })], /does not call webhooks/],
    ['an operator', [{ ...named('apps/v1', 'StatefulSet', { spec: { template: podTemplate('a') } }), metadata: { name: 'it', namespace: 'shop', ownerReferences: [{ apiVersion: 'db.example.com/v1', kind: 'Cluster', name: 'c', uid: 'u', controller: true }] } }], /managed by db.example.com\/Cluster/],
    ['an autoscaler whose metric was not seen', [named('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } } })], /Not known: load of Deployment shop\/web \(cpu of/],
    ['cores that are given to containers for themselves', [named('v1', 'ConfigMap', { data: { kubelet: 'kind: KubeletConfiguration\ncpuManagerPolicy: static\n' } })], /set the CPU manager of kubelets/],
    ['memory that is kept on one NUMA node', [named('v1', 'ConfigMap', { data: { kubelet: 'kind: KubeletConfiguration\nmemoryManagerPolicy: Static\ntopologyManagerPolicy: single-numa-node\n' } })], /set the memory manager of kubelets[\s\S]*set the topology manager of kubelets/],
    ['Karpenter', [named('karpenter.sh/v1', 'NodePool')], /add and remove nodes/],
  ])('%s is said', (_, objects, text) => {
    expect(allGaps(notModelledIn(snapshotOf(objects as KubeObject[]))).join('\n')).toMatch(text)
  })

  test('a plain cluster, and a webhook that sees nothing of ours, are not mentioned', () => {
    const webhook = named('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', { webhooks: [{ rules: [{ apiGroups: ['cert-manager.io'], resources: ['certificates'] }] }] })
    const plain = named('v1', 'ConfigMap', { data: { kubelet: 'kind: KubeletConfiguration\ncpuManagerPolicy: none\ntopologyManagerPolicy: best-effort\n' } })
    expect(allGaps(notModelledIn(snapshotOf([testDeployment('web'), shop({}), webhook, plain])))).toEqual([])
  })

  const injector = (more: object): KubeObject => named('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', { webhooks: [{ rules: [{ apiGroups: [''], resources: ['pods'] }], ...more }] })
  const shop = (labels: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } })
  const MESH = { namespaceSelector: { matchLabels: { mesh: 'on' } } }
  test.each<[string, readonly KubeObject[], boolean]>([
    ['a namespace that it chooses', [injector(MESH), shop({ mesh: 'on' })], true],
    ['a namespace that it does not choose', [injector(MESH), shop({})], false],
    ['a namespace that was not collected', [injector(MESH)], true],
    ['labels of the template that it chooses', [injector({ objectSelector: { matchLabels: { app: 'web' } } })], true],
    ['labels that nothing has', [injector({ objectSelector: { matchLabels: { inject: 'yes' } } })], false],
    ['an exception that covers everything', [injector({ namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }), shop({ team: 'a' })], false],
  ])('a webhook and %s', (_, objects, isSaid) => {
    expect(allGaps(notModelledIn(snapshotOf([testDeployment('web'), ...objects]))).filter((sentence) => /webhooks/.test(sentence))).toHaveLength(isSaid ? 1 : 0)
  })

  test('a version outside the profiles is said', () => {
    expect(allGaps(notModelledIn(snapshotOf([], 24))).join('')).toContain('v1.24.0 is outside')
  })
})

describe('volumes in a snapshot', () => {
  const meta = (name: string): object => ({ namespace: 'shop', name, uid: name })
  const disk: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv-1' }, spec: { accessModes: ['ReadWriteOnce'], claimRef: { namespace: 'shop', name: 'data' }, csi: { driver: 'disk.example.com', volumeHandle: 'h1' } } }
  const claim: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: meta('data'), spec: { volumeName: 'pv-1' }, status: { phase: 'Bound' } }
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: meta('db'), spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'app:1' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }
  const event = (reason: string, at: string): KubeObject => ({ apiVersion: 'v1', kind: 'Event', metadata: { namespace: 'shop', name: `db.${reason}` }, involvedObject: { kind: 'Pod', namespace: 'shop', name: 'db' }, reason, message: '', firstTimestamp: at })
  const manager: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'kube-system', name: 'kcm', uid: 'kcm' }, spec: { nodeName: 'n1', containers: [{ name: 'c', image: 'kcm:1', command: ['kube-controller-manager', '--disable-force-detach-on-timeout=true'] }] } }
  const failing: KubeObject = { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: 'csi-x' }, spec: { attacher: 'disk.example.com', nodeName: 'n1', source: { persistentVolumeName: 'pv-1' } }, status: { attached: false, attachError: { message: 'quota of disks reached' } } }

  test.each([
    ['nothing but the objects', [], /the 1 volumes that started pods mount are assumed to be attached[\s\S]*Attaching a volume to a node is assumed to take 5 s, since no attaching was seen, and detaching it is assumed to take 10 s/],
    ['an attach in events', [event('Scheduled', '2026-03-01T11:00:00Z'), event('SuccessfulAttachVolume', '2026-03-01T11:00:17Z')], /taken to need 17 s, the median of 1 seen in events/],
    ['a controller manager that never detaches by force', [manager], /--disable-force-detach-on-timeout: volumes of a node that does not answer stay there/],
    ['an attach that fails', [failing], /VolumeAttachment csi-x on node n1 fails \(quota of disks reached\) and is assumed to go on failing/],
  ])('%s', (_, more, assumed) => {
    const snapshot = createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects: [disk, claim, pod, ...more], logs: [], notes: [] })
    const { twin, assumptions } = twinFromSnapshot({ snapshot, seed: 1 })
    expect(assumptions.join('\n')).toMatch(assumed)
    twin.advance(600_000)
    const attached = [...twin.store.list('storage.k8s.io/VolumeAttachment')].map((one) => (one['status'] as { attached?: boolean }).attached)
    expect([attached, twin.livelocks]).toEqual([[!more.includes(failing)], []])
  })
})
