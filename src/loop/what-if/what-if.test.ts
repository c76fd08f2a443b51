import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot, type Snapshot } from '../../model/snapshot.ts'
import type { WhatIf } from '../../model/what-if.ts'
import { parseQuestion } from './parse-question.ts'
import { whatIf } from './what-if.ts'

const node = (name: string, zone: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'topology.kubernetes.io/zone': zone, 'kubernetes.io/hostname': name } },
  status: { allocatable: { cpu: '2', memory: '4Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.36.2' } },
})

interface Shop {
  readonly replicas?: number
  readonly cpu?: string
  readonly spread?: boolean
  readonly minAvailable?: number
}

function shop({ replicas = 4, cpu = '300m', spread = false, minAvailable }: Shop): Snapshot {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: {
      containers: [{ name: 'c', image: 'registry.local/web:1', resources: { requests: { cpu } } }],
      ...(spread ? { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } }] } : {}),
    },
  }
  const objects: KubeObject[] = [
    node('a', 'z1'),
    node('b', 'z2'),
    node('c', 'z2'),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas, selector: { matchLabels: { app: 'web' } }, template } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } },
    ...(minAvailable === undefined ? [] : [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'shop' }, spec: { minAvailable, selector: { matchLabels: { app: 'web' } } } }]),
  ]
  return createSnapshot({ takenAtMs: Date.parse('2026-03-01T10:00:00Z'), clusterId: 'test', clusterVersion: { major: 1, minor: 36, gitVersion: 'v1.36.2' }, resourceVersion: '1', objects, logs: [], notes: [] })
}

function ask(snapshot: Snapshot, ...questions: string[]): Promise<WhatIf> {
  const doings = questions.map((text) => ({ text, doing: parseQuestion(text, { readManifest: () => [] }) }))
  return whatIf({ doings, snapshot, seeds: [1, 2, 3], horizonMs: 20 * 60_000 })
}

test('a drain with room elsewhere ends well, and says so for every run', async () => {
  const answer = await ask(shop({}), 'drain node/a')
  expect(answer).toMatchObject({ settles: true, unplaced: [], question: 'drain node/a' })
  expect(answer.summary).toMatch(/^0 of 3 runs leave a pod without a node/)
  expect(answer.timeline[0]).toEqual({ atMs: 0, text: 'drain node/a' })
})

test('a StatefulSet waits for its pod on a node that is lost, and the answer says so', async () => {
  const base = shop({})
  const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'c', image: 'registry.local/db:1', resources: { requests: { cpu: '100m' } } }], nodeSelector: { 'kubernetes.io/hostname': 'a' } } }
  const set: KubeObject = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' }, spec: { replicas: 1, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template } }
  const answer = await ask({ ...base, objects: [...base.objects, set] }, 'lose node/a')
  expect(answer.stuck).toContainEqual({ pod: { kind: 'Pod', namespace: 'shop', name: 'db-0' }, owner: { kind: 'StatefulSet', namespace: 'shop', name: 'db' }, reason: expect.stringContaining('the node does not answer') as string })
  expect(answer.summary).toContain('StatefulSet shop/db waits for pods that cannot leave')
})

test('a pod that was made as the question ends is not one without a node', async () => {
  const base = shop({})
  const cronJob: KubeObject = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'tick', namespace: 'shop' }, spec: { schedule: '*/5 * * * *', jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'registry.local/tick:1' }] } } } } } }
  const answer = await ask({ ...base, objects: [...base.objects, cronJob] }, 'cordon node/a')
  expect([answer.settles, answer.unplaced]).toEqual([true, []])
})

test('a drain against a hard spread leaves pods behind, with each plugin’s reason', async () => {
  const answer = await ask(shop({ replicas: 6, spread: true }), 'drain node/a')
  expect(answer.settles).toBe(false)
  expect(answer.summary).toMatch(/^3 of 3 runs leave/)
  const [unplaced] = answer.unplaced
  expect(unplaced?.owner).toEqual({ kind: 'Deployment', namespace: 'shop', name: 'web' })
  expect(new Map(unplaced?.nodes.map(({ node: name, plugin }) => [name, plugin]))).toEqual(new Map([['a', 'NodeUnschedulable'], ['b', 'PodTopologySpread'], ['c', 'PodTopologySpread']]))
})

test('a budget that allows nothing refuses the evictions', async () => {
  const answer = await ask(shop({ minAvailable: 4 }), 'drain node/a --timeout 2m', 'drain node/b --timeout 2m', 'drain node/c --timeout 2m')
  expect(answer.settles).toBe(false)
  expect(Math.max(...answer.runs.map((run) => run.evictionsBlocked))).toBeGreaterThan(0)
  expect(answer.summary).toMatch(/budgets refuse evictions \(up to \d+ attempts\)/)
})

test('a lost zone is felt when its nodes stop reporting, and its pods come back five minutes later', async () => {
  const answer = await ask(shop({ cpu: '100m' }), 'lose zone/z2')
  const at = (text: RegExp): number => answer.timeline.find((moment) => text.test(moment.text))?.atMs ?? -1
  expect(at(/2 nodes stop reporting: b, c/)).toBeGreaterThanOrEqual(40_000)
  expect(at(/told to leave/)).toBeGreaterThanOrEqual(340_000)
  expect(answer.worst[0]?.workload.name).toBe('web')
  expect(answer.settles).toBe(true)
})

test('a disk that fills sends the pods of its node away one after another, and is said', async () => {
  const answer = await ask(shop({ cpu: '100m' }), 'fill node/b', 'wait 2m', 'recover node/b')
  expect(answer.timeline.map(({ text }) => text).join('; ')).toMatch(/the disk of Node b is used to 98 %.*Node b reports DiskPressure/)
  expect(answer.worst[0]?.workload.name).toBe('web')
  expect(answer.settles).toBe(true)
})

test('every node lost: the Service has nobody left', async () => {
  const answer = await ask(shop({}), 'lose node/a node/b node/c')
  expect(answer.silenced).toEqual([{ service: { kind: 'Service', namespace: 'shop', name: 'web' }, forMs: expect.any(Number) }])
  expect(answer.settles).toBe(false)
})

test('twice as many as there is room for', async () => {
  const answer = await ask(shop({ replicas: 6, cpu: '600m' }), 'double deploy/web')
  expect(answer.runs.map((run) => run.pendingAtEnd)).toEqual([3, 3, 3])
})

const lines = ({ timeline }: WhatIf): string[] => timeline.map(({ text }) => text)

const lone: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'lone', namespace: 'shop', uid: 'lone', labels: { app: 'web' } }, spec: { nodeName: 'a', containers: [{ name: 'c', image: 'registry.local/web:1' }] }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } }

test.each<{ readonly asked: readonly string[]; readonly said: readonly RegExp[]; readonly settles?: false }>([
  { asked: ['cordon a', 'uncordon a'], said: [/^Node a is now cordoned$/, /^Node a is now schedulable$/] },
  { asked: ['uncordon a'], said: [/^Node a is schedulable already$/] },
  { asked: ['taint node/a key=v:NoExecute'], said: [/^Node a was patched$/, /pods? (is|are) told to leave: Deployment shop\/web/] },
  { asked: ['taint node/a key=v:NoSchedule', 'taint node/a key-'], said: [/^Node a was patched$/] },
  { asked: ['scale deploy/web to 6'], said: [/^Deployment shop\/web now wants 6 replicas, before 4$/] },
  { asked: ['restart deploy/web'], said: [/^Deployment shop\/web restarts its pods$/, /told to leave: Deployment shop\/web/] },
  { asked: ['set image deploy/web c=registry.local/web:2'], said: [/^Deployment shop\/web was patched$/, /told to leave: Deployment shop\/web/] },
  { asked: ['set image deploy/web *=registry.local/web:2', 'wait 5m', 'rollback deploy/web'], said: [/^Deployment shop\/web has the template of revision 1 again, before 2$/] },
  { asked: ['set resources deploy/web --requests cpu=1900m'], said: [/^Deployment shop\/web was patched$/], settles: false },
  { asked: ['lose node/a', 'wait 2m', 'recover node/a'], said: [/^Node a stops$/, /^1 node stops reporting: a$/, /^Node a runs again$/, /^1 node is Ready: a$/] },
  { asked: ['evict pod/lone', 'delete deploy/web'], said: [/^Pod shop\/lone was evicted and is gone$/, /^Deployment shop\/web is deleted$/] },
  { asked: ['scale deploy/web by 2'], said: [/^Deployment shop\/web now wants 6 replicas, before 4$/] },
  { asked: ['scale deploy/web by -9'], said: [/^Deployment shop\/web now wants 0 replicas, before 4$/] },
  { asked: ['set env deploy/web LEVEL=debug'], said: [/^Deployment shop\/web was patched$/, /told to leave: Deployment shop\/web/] },
  { asked: ['set env deploy/web GONE-'], said: [/^Deployment shop\/web is as the patch wants it already$/] },
  { asked: ['rollout pause deploy/web', 'set image deploy/web c=registry.local/web:2', 'wait 2m', 'rollout resume deploy/web'], said: [/^Deployment shop\/web was patched$/, /told to leave: Deployment shop\/web/] },
  { asked: ['label node/a disk=ssd', 'label node/a disk-'], said: [/^Node a was patched$/] },
  { asked: ['drain a', 'delete pod lone --force'], said: [/^Node a is cordoned but not drained: Pod shop\/lone has no controller and would not come back$/], settles: false },
  { asked: ['delete pod lone --force'], said: [/^Pod shop\/lone is deleted$/] },
])('$asked', async ({ asked, said, settles }) => {
  const { objects, ...rest } = shop({})
  const needsPod = asked.some((text) => text.includes('lone'))
  const answer = await ask(createSnapshot({ ...rest, objects: needsPod ? [...objects, lone] : objects }), ...asked)
  for (const line of said) expect(lines(answer)).toContainEqual(expect.stringMatching(line))
  expect(answer.settles).toBe(settles ?? true)
})

test('a workload without an earlier revision cannot go back', async () => {
  await expect(ask(shop({}), 'rollback deploy/web')).rejects.toMatchObject({ code: 'not-found', message: 'no earlier revision is kept' })
})

test('a pod that nobody makes again is told when it is lost, unless it was the question', async () => {
  const { objects, ...rest } = shop({})
  const withLone = createSnapshot({ ...rest, objects: [...objects, lone] })
  const answer = await ask(withLone, 'lose node/a')
  expect(answer.settles).toBe(false)
  expect(answer.runs.map(({ lost }) => lost)).toEqual(Array.from({ length: 3 }, () => [{ kind: 'Pod', namespace: 'shop', name: 'lone' }]))
  expect(answer.summary).toContain('Pod shop/lone is lost, and no controller makes another')
  expect((await ask(withLone, 'delete pod/lone')).runs.flatMap(({ lost }) => lost)).toEqual([])
})

test('a drain by force takes pods that nobody makes again, and says that they are lost', async () => {
  const { objects, ...rest } = shop({})
  const answer = await ask(createSnapshot({ ...rest, objects: [...objects, lone] }), 'drain a --force')
  expect(lines(answer)).toContainEqual(expect.stringMatching(/pods? left Node a$/))
  expect(answer.summary).toContain('Pod shop/lone is lost, and no controller makes another')
  expect(answer.settles).toBe(false)
})

test('variables from a ConfigMap are named as kubectl names them, and what is not there is a mistake', async () => {
  const { objects, ...rest } = shop({})
  const settings: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { 'log.level': 'debug' } }
  const snapshot = createSnapshot({ ...rest, objects: [...objects, settings] })
  expect(lines(await ask(snapshot, 'set env deploy/web --from=configmap/settings --prefix=APP_ -n shop'))).toContainEqual('Deployment shop/web was patched')
  await expect(ask(snapshot, 'set env deploy/web --from=configmap/other')).rejects.toMatchObject({ code: 'not-found' })
  await expect(ask(snapshot, 'set env deploy/web --from=svc/web')).rejects.toMatchObject({ code: 'invalid', message: 'variables come from a ConfigMap or a Secret' })
  await expect(ask(snapshot, 'rollout pause node/a')).rejects.toMatchObject({ code: 'invalid', message: 'a Node cannot be paused' })
  await expect(ask(snapshot, 'restart node/a')).rejects.toMatchObject({ code: 'invalid', message: 'a Node cannot be restarted', hint: 'Only Deployments, StatefulSets, DaemonSets can be.' })
  await expect(ask(snapshot, 'scale node/a to 3')).rejects.toMatchObject({ code: 'invalid', message: 'a Node cannot be scaled' })
  await expect(ask(snapshot, 'evict deploy/web')).rejects.toMatchObject({ code: 'invalid', message: 'a Deployment cannot be evicted' })
  await expect(ask(snapshot, 'scale deply/web to 3')).rejects.toMatchObject({ code: 'invalid', hint: 'Did you mean deploy?' })
})

test('a container that is not there is a mistake, and the hint has those that are', async () => {
  await expect(ask(shop({}), 'set image deploy/web app=x:2')).rejects.toMatchObject({ code: 'not-found', hint: 'Its containers: c.' })
})

test('a manifest without a namespace goes to the one that is named, else to default, as kubectl does it', async () => {
  const objects: KubeObject[] = [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' } }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } }]
  const asked = (namespace?: string) => whatIf({ doings: [{ text: 'apply', doing: { type: 'apply', objects, ...(namespace === undefined ? {} : { namespace }) } }], snapshot: shop({}), seeds: [1], horizonMs: 60_000 })
  expect(lines(await asked('shop'))).toEqual(expect.arrayContaining(['ConfigMap shop/m is applied', 'Namespace n is applied']))
  expect(lines(await asked())).toContain('ConfigMap default/m is applied')
})

test('what the cluster refuses is an answer; what it does not have is a mistake', async () => {
  expect((await ask(shop({}), 'delete deploy/web')).timeline.map(({ text }) => text)).toContain('Deployment shop/web is deleted')
  await expect(ask(shop({}), 'drain node/zz')).rejects.toMatchObject({ code: 'not-found' })
  await expect(ask(shop({}), 'double deploy/other')).rejects.toMatchObject({ code: 'not-found' })
  await expect(ask(shop({}), 'lose zone/zz')).rejects.toMatchObject({ code: 'not-found', hint: 'Zones: z1, z2.' })
  await expect(ask(shop({}), 'restart gizmo/web')).rejects.toMatchObject({ code: 'invalid' })
})

test('the same seeds give the same answer', async () => {
  const [one, two] = [await ask(shop({ replicas: 6 }), 'lose node/b'), await ask(shop({ replicas: 6 }), 'lose node/b')]
  expect(one).toEqual(two)
})

test('controllers that keep each other busy are stopped and named', async () => {
  const { objects, ...rest } = shop({ replicas: 2 })
  const pressed = objects.map((object) => (object.metadata.name === 'a' ? { ...object, status: { ...(object['status'] as object), conditions: [{ type: 'Ready', status: 'True' }, { type: 'DiskPressure', status: 'True' }] } } : object))
  const pinned = pressed.map((object) => (object.kind === 'Deployment' ? JSON.parse(JSON.stringify(object).replace('"containers"', '"nodeName":"a","containers"')) as KubeObject : object))
  const answer = await ask({ ...rest, objects: pinned }, 'nothing')
  expect(answer.settles).toBe(false)
  expect(answer.summary).toMatch(/controllers keep each other busy and were stopped: replicaset-controller over shop\/web-\w+, kubelet over the pods of shop\/web-/)
})

test('who else looks after nodes lowers the confidence of what touches nodes, and of nothing else', async () => {
  const { objects, ...rest } = shop({})
  const managed = { ...rest, objects: objects.map((object) => (object.kind === 'Node' ? { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, 'cloud.google.com/gke-nodepool': 'w' } } } : object)) }
  const [lost, drained, doubled] = [await ask(managed, 'lose node/a'), await ask(managed, 'drain node/a'), await ask(managed, 'scale deploy/web -n shop --replicas=5')]
  expect([lost.confidence, drained.confidence, doubled.confidence]).toEqual([0.85, 1, 1])
  expect(lost.notModelled).toEqual(['1 node is of managed pools (cloud.google.com/gke-nodepool): their provider may repair or replace one that is not Ready, and the twin does not.'])
})

test('a size beyond what an autoscaler allows is set back within its period, and the timeline says by whom', async () => {
  const base = shop({})
  const hpa: KubeObject = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', namespace: 'shop' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 5 } }
  const answer = await ask(createSnapshot({ ...base, objects: [...base.objects, hpa] }), 'double deploy/web -n shop')
  const moment = answer.timeline.find(({ text }) => text === 'HorizontalPodAutoscaler shop/web scales Deployment web 8 → 5')
  expect(moment?.atMs).toBeLessThanOrEqual(15_000)
  expect(answer.summary).toMatch(/; HorizontalPodAutoscaler shop\/web scales Deployment web 8 → 5$/)
  expect(answer.notModelled.join()).toContain('Not known: load of Deployment shop/web')
})

test('who would add nodes is said where a pod is left without one, and only there', async () => {
  const { objects, ...rest } = shop({ replicas: 6, spread: true })
  const scaler: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'scaler', namespace: 'shop' }, spec: { replicas: 0, selector: { matchLabels: { app: 's' } }, template: { metadata: { labels: { app: 's' } }, spec: { containers: [{ name: 'c', image: 'registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.0' }] } } } }
  const scaled = createSnapshot({ ...rest, objects: [...objects, scaler] })
  expect((await ask(scaled, 'drain node/a')).summary).toMatch(/; Deployment shop\/scaler may add a node for them, which is not played$/)
  expect((await ask(scaled, 'nothing')).summary).not.toContain('scaler')
})

test('what is asked for and was left out is said to be malformed, and so is what it might have decided', async () => {
  const base = shop({})
  const about = { apiVersion: 'v1', kind: 'Node', name: 'z' }
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'shop' }, spec: { minAvailable: {} } } as unknown as KubeObject
  const torn = createSnapshot({ ...base, objects: [...base.objects, budget], notes: [{ code: 'malformed', source: 'a.yaml', message: 'Node z: field status.conditions is not a list of maps', about }] })
  await expect(ask(torn, 'drain node/z')).rejects.toMatchObject({ code: 'not-found', hint: 'It is malformed and was left out: Node z: field status.conditions is not a list of maps.' })
  await expect(ask(torn, 'delete sts/z -n shop')).rejects.toMatchObject({ code: 'not-found', hint: 'No StatefulSet is in the snapshot.' })
  expect((await ask(torn, 'drain node/a')).notModelled).toEqual(['Node z is malformed and left out: where pods may run is not known.', 'PodDisruptionBudget shop/web is malformed and left out: which evictions they refuse is not known.'])
})

test('a Service that stays silent does not end well, unless what answered was taken away as asked', async () => {
  const base = shop({})
  const bare = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare', namespace: 'shop', uid: 'bare', labels: { app: 'bare' } }, spec: { nodeName: 'a', containers: [{ name: 'c', image: 'i:1' }] }, status: { phase: 'Running', podIP: '10.9.9.9', conditions: [{ type: 'Ready', status: 'True' }] } } as unknown as KubeObject
  const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'bare', namespace: 'shop' }, spec: { selector: { app: 'bare' }, ports: [{ port: 80 }] } }
  const snapshot = createSnapshot({ ...base, objects: [...base.objects, bare, service] })
  const [alone, withIt] = [await ask(snapshot, 'delete pod/bare -n shop'), await ask(base, 'scale deploy/web -n shop --replicas=0')]
  expect([alone.settles, alone.runs[0]?.silentAtEnd]).toEqual([false, [{ kind: 'Service', namespace: 'shop', name: 'bare' }]])
  expect([withIt.settles, withIt.runs[0]?.silentAtEnd.length]).toEqual([true, 1])
})

test('a size that no cluster holds is refused before anything is played', async () => {
  await expect(ask(shop({}), 'scale deploy/web -n shop --replicas=999999')).rejects.toMatchObject({ code: 'invalid', message: '999999 replicas are more than a cluster holds' })
})

test('autoscalers that undo each other’s size are named, and no rest is claimed', async () => {
  const hpa = (name: string, minReplicas: number, maxReplicas: number): KubeObject => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name, namespace: 'shop' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas, maxReplicas } }) as KubeObject
  const base = shop({})
  const answer = await ask(createSnapshot({ ...base, objects: [...base.objects, hpa('small', 1, 2), hpa('large', 6, 8)] }), 'nothing')
  expect(answer.settles).toBe(false)
  expect(answer.summary).toContain("HorizontalPodAutoscaler shop/large and HorizontalPodAutoscaler shop/small keep undoing each other's size of Deployment shop/web")
})

test('an autoscaler at its most says that it would go further', async () => {
  const { objects, ...rest } = shop({ replicas: 4, cpu: '100m' })
  const hpa = (maxReplicas: number): KubeObject => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] },
    status: { currentReplicas: 4, desiredReplicas: 4, currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 50, averageValue: '50m' } } }] },
  })
  const summaryWith = async (maxReplicas: number) => (await ask(createSnapshot({ ...rest, objects: [...objects, hpa(maxReplicas)] }), 'scale deploy/web -n shop --replicas=2')).summary
  expect(await summaryWith(3)).toMatch(/HorizontalPodAutoscaler shop\/web scales Deployment web 2 → 3 and would scale Deployment web further than its maximum allows$/)
  expect(await summaryWith(9)).toMatch(/HorizontalPodAutoscaler shop\/web scales Deployment web 2 → 4$/)
})

test('where pods land differs from run to run, and is told nowhere', async () => {
  const names: Readonly<Record<string, string>> = { a: 'node-drained', b: 'node-perhaps-1', c: 'node-perhaps-2' }
  const { objects, ...rest } = shop({})
  const renamed = objects.map((object) => (object.kind === 'Node' ? node(names[object.metadata.name ?? ''] ?? '', 'z1') : object))
  const { runs, timeline, summary, worst, worstMoment, silenced } = await ask(createSnapshot({ ...rest, objects: renamed }), 'drain node/node-drained')
  expect(JSON.stringify({ runs, timeline, summary, worst, worstMoment, silenced })).not.toContain('node-perhaps')
})

describe('who is affected besides', () => {
  const template = (app: string, spec: object = {}): object => ({ metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image: `registry.local/${app}:1` }], ...spec } })
  const agent: KubeObject = { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'agent' } }, template: template('agent', { tolerations: [{ operator: 'Exists' }] }) } }
  /** Under way, its pod on node a. */
  const load = (spec: object): KubeObject[] => {
    const labels = { 'batch.kubernetes.io/controller-uid': 'j', 'batch.kubernetes.io/job-name': 'load', app: 'load' }
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'load', uid: 'j', controller: true, blockOwnerDeletion: true }
    const { spec: podSpec } = template('load', { restartPolicy: 'Never' }) as { readonly spec: object }
    return [
      { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'load', namespace: 'shop', uid: 'j' }, spec: { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'j' } }, template: { metadata: { labels }, spec: podSpec }, ...spec }, status: { active: 1, startTime: '2026-03-01T09:59:00Z' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'load-x', namespace: 'shop', uid: 'p', labels, ownerReferences: [owner], finalizers: ['batch.kubernetes.io/job-tracking'] }, spec: { ...podSpec, nodeName: 'a' }, status: { phase: 'Running', startTime: '2026-03-01T09:59:00Z', conditions: [{ type: 'Ready', status: 'True' }] } },
    ] as KubeObject[]
  }
  const asked = (more: readonly KubeObject[], ...questions: string[]): Promise<WhatIf> => {
    const { objects, ...rest } = shop({})
    return ask(createSnapshot({ ...rest, objects: [...objects, ...more] }), ...questions)
  }

  test('a DaemonSet that is rolled out: its worst moment, and how long', async () => {
    const answer = await asked([agent], 'restart ds/agent -n shop')
    expect(answer).toMatchObject({ settles: true, worst: [{ workload: { kind: 'DaemonSet', namespace: 'shop', name: 'agent' }, availableMin: 2, desired: 3 }], worstMoment: { missing: 1 } })
  })

  test('a DaemonSet falls with a node that is lost, and that alone is no bad end', async () => {
    const answer = await asked([agent], 'lose node/a')
    expect(answer.worst.map(({ workload: { name }, availableMin }) => `${name} ${availableMin}`)).toContain('agent 2')
    expect(answer.settles).toBe(true)
  })

  test('a Job that gives up, and one that bears it', async () => {
    const fragile = await asked(load({ backoffLimit: 0 }), 'drain a')
    expect(fragile).toMatchObject({ settles: false, jobs: [{ job: { kind: 'Job', namespace: 'shop', name: 'load' }, backoffLimit: 0, gaveUp: 'BackoffLimitExceeded' }] })
    expect(fragile.summary).toContain('Job shop/load gives up (BackoffLimitExceeded)')
    const patient = await asked(load({ backoffLimit: 3 }), 'drain a')
    expect(patient.jobs).toEqual([{ job: { kind: 'Job', namespace: 'shop', name: 'load' }, failedPods: 1, backoffLimit: 3 }])
    const lenient = await asked(load({ backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] } }), 'drain a')
    expect(lenient.jobs).toEqual([])
  })

  test.each<{ readonly asked: string; readonly isGone: boolean }>([
    { asked: 'delete deploy/web -n shop', isGone: true },
    { asked: 'delete ns/shop', isGone: true },
    { asked: 'scale deploy/web --replicas=0', isGone: false },
  ])('$asked: what served is gone, and that is not called safe', async ({ asked: question, isGone }) => {
    const answer = await asked([], question)
    expect(answer).toMatchObject({ settles: true, safe: false, stopped: [{ workload: { kind: 'Deployment', namespace: 'shop', name: 'web' }, hadAvailable: 4, isGone }], silenced: [{ service: { name: 'web' } }] })
    expect(answer.summary).toContain(isGone ? 'Deployment shop/web is gone, which had 4 available pods' : 'Deployment shop/web wants no pods any more, and had 4 available pods')
  })

  test('a workload that is there again at the end was not taken away', async () => {
    expect((await asked([], 'scale deploy/web --replicas=0', 'wait 1m', 'scale deploy/web --replicas=4')).stopped).toEqual([])
  })

  test.each<{ readonly replicas: number; readonly hasOutage: boolean }>([
    { replicas: 1, hasOutage: true },
    { replicas: 4, hasOutage: false },
  ])('a drain under $replicas replicas: an outage is said, a dip is none', async ({ replicas, hasOutage }) => {
    const { objects, ...rest } = shop({ replicas })
    const answer = await ask(createSnapshot({ ...rest, objects: objects.filter(({ kind }) => kind !== 'Service') }), 'drain a', 'uncordon a', 'drain b c')
    expect(answer).toMatchObject({ settles: true, hasOutage, safe: !hasOutage })
  })

  test('a Service of which the last pod goes', async () => {
    const { objects, ...rest } = shop({ replicas: 1 })
    const answer = await ask(createSnapshot({ ...rest, objects }), 'drain a', 'uncordon a', 'drain b c')
    expect(answer.silenced.map(({ service: { name } }) => name)).toEqual(['web'])
    expect(answer).toMatchObject({ settles: true, safe: false, summary: expect.stringMatching(/Service shop\/web has no ready endpoint for up to \d/) as string })
    expect(lines(answer)).toContain('Service shop/web answers again')
  })
})
