/** Cases of the cluster contract: defaults, admission, and what controllers make of a workload. */

import { expect } from 'vitest'
import { controllerOf, refOf, type KubeObject } from '../../src/model/kube-object.ts'
import { codeOf, deployment, eventually, faultOf, field, pod, read, UNSCHEDULED, type Arena, type ContractCase } from './cluster-arena.ts'

async function ownedBy({ cluster, namespace }: Arena, owner: KubeObject, kind: { readonly apiVersion: string; readonly kind: string }): Promise<readonly KubeObject[]> {
  const { items } = await cluster.list({ ...kind, namespace })
  return items.filter((item) => controllerOf(item)?.uid === owner.metadata.uid)
}

function replicaSetsOf(arena: Arena, owner: KubeObject): Promise<readonly KubeObject[]> {
  return ownedBy(arena, owner, { apiVersion: 'apps/v1', kind: 'ReplicaSet' })
}

function podsOf(arena: Arena, owner: KubeObject): Promise<readonly KubeObject[]> {
  return ownedBy(arena, owner, { apiVersion: 'v1', kind: 'Pod' })
}

function untilAvailable(arena: Arena, workload: KubeObject, replicas: number): Promise<KubeObject> {
  return eventually(
    arena,
    () => read(arena, workload),
    (now) => field(now, 'status.observedGeneration') === now.metadata.generation && field(now, 'status.availableReplicas') === replicas && field(now, 'status.updatedReplicas') === replicas,
  )
}

function quota({ namespace }: Arena, hard: Readonly<Record<string, string>>): KubeObject {
  return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace, name: 'team' }, spec: { hard } }
}

async function countedQuota(arena: Arena, hard: Readonly<Record<string, string>>): Promise<KubeObject> {
  const created = await arena.cluster.create(quota(arena, hard))
  return eventually(arena, () => read(arena, created), (now) => field(now, 'status.used') !== undefined)
}

const DEFAULT_CASES: readonly ContractCase[] = [
  {
    name: 'defaults of a Deployment',
    run: async (arena) => {
      const { spec, ...rest } = deployment(arena, 'web', { spec: { paused: true } })
      const { replicas, ...bare } = spec as Record<string, unknown>
      expect(replicas).toBe(1)
      const created = await arena.cluster.create({ ...rest, spec: bare } as KubeObject, { dryRun: true })
      expect(created['spec']).toMatchObject({
        replicas: 1,
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30, dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler', securityContext: {} } },
      })
    },
  },
  {
    name: 'defaults of a Pod',
    run: async (arena) => {
      const containers = [
        { name: 'tagged', image: 'registry.example/app:1', resources: { limits: { cpu: '500m', memory: '64Mi' } } },
        { name: 'latest', image: 'registry.example/app', readinessProbe: { httpGet: { path: '/', port: 80 } } },
      ]
      const created = await arena.cluster.create(pod(arena, 'one', { ...UNSCHEDULED, containers }))
      expect(created['spec']).toMatchObject({
        serviceAccountName: 'default',
        enableServiceLinks: true,
        priority: 0,
        preemptionPolicy: 'PreemptLowerPriority',
        containers: [
          { imagePullPolicy: 'IfNotPresent', terminationMessagePath: '/dev/termination-log', resources: { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '500m', memory: '64Mi' } } },
          { imagePullPolicy: 'Always', readinessProbe: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3, httpGet: { scheme: 'HTTP' } } },
        ],
      })
      const tolerations = field(created, 'spec.tolerations')
      for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
        expect(tolerations).toContainEqual({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
      }
      expect(created['status']).toMatchObject({ phase: 'Pending', qosClass: 'Burstable' })
    },
  },
  {
    name: 'defaults of a Service',
    run: async (arena) => {
      const service = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: arena.namespace, name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }
      const created = await arena.cluster.create(service)
      expect(created['spec']).toMatchObject({ type: 'ClusterIP', sessionAffinity: 'None', clusterIP: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/), ports: [{ port: 80, targetPort: 80, protocol: 'TCP' }] })
    },
  },
]

const ADMISSION_CASES: readonly ContractCase[] = [
  {
    name: 'an invalid object is refused with the field at fault',
    run: async (arena) => {
      const refusal = await faultOf(arena.cluster.create(pod(arena, 'one', { containers: [{ name: 'app', image: 'a', resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }] })))
      expect(refusal).toMatchObject({ code: 'invalid', statusCode: 422 })
      expect(refusal.message).toContain('spec.containers[0].resources.requests')
      expect((await faultOf(arena.cluster.create(pod(arena, 'none', { containers: [] })))).message).toContain('spec.containers')
      expect((await faultOf(arena.cluster.create(deployment(arena, 'web', { spec: { selector: { matchLabels: { app: 'other' } } } })))).message).toContain('spec.template.metadata.labels')
    },
  },
  {
    name: 'most of a running pod cannot be changed',
    run: async (arena) => {
      const one = await arena.cluster.create(pod(arena, 'one', UNSCHEDULED))
      const change = (body: Readonly<Record<string, string>>) => arena.cluster.patch(refOf(one), { type: 'strategic', body: { spec: body } })
      expect(await faultOf(change({ restartPolicy: 'Never' }))).toMatchObject({ code: 'invalid', message: expect.stringContaining('may not change fields') })
      const image = { spec: { containers: [{ name: 'app', image: 'registry.example/app:2' }] } }
      expect(await codeOf(arena.cluster.patch(refOf(one), { type: 'strategic', body: image }))).toBe('ok')
    },
  },
  {
    name: 'a quota refuses what exceeds it',
    run: async (arena) => {
      await countedQuota(arena, { pods: '1' })
      await arena.cluster.create(pod(arena, 'one', UNSCHEDULED))
      const refusal = await faultOf(arena.cluster.create(pod(arena, 'two', UNSCHEDULED)))
      expect(refusal).toMatchObject({ code: 'forbidden', statusCode: 403 })
      expect(refusal.message).toContain('exceeded quota: team')
    },
  },
  {
    name: 'a quota on memory asks every pod to say what it needs',
    run: async (arena) => {
      const team = await countedQuota(arena, { 'requests.memory': '1Gi' })
      expect(await faultOf(arena.cluster.create(pod(arena, 'silent', UNSCHEDULED)))).toMatchObject({ code: 'forbidden', message: expect.stringContaining('must specify requests.memory') })
      const asking = (name: string, memory: string) => pod(arena, name, { ...UNSCHEDULED, containers: [{ name: 'app', image: 'a', resources: { requests: { memory } } }] })
      await arena.cluster.create(asking('first', '700Mi'))
      expect(await codeOf(arena.cluster.create(asking('second', '400Mi')))).toBe('forbidden')
      expect(field(await read(arena, team), 'status.used')).toMatchObject({ 'requests.memory': '700Mi' })
    },
  },
  {
    name: 'a limit range fills in what a container leaves out, and bounds it',
    run: async (arena) => {
      const limits = [{ type: 'Container', default: { memory: '128Mi' }, defaultRequest: { memory: '64Mi' }, max: { memory: '256Mi' } }]
      await arena.cluster.create({ apiVersion: 'v1', kind: 'LimitRange', metadata: { namespace: arena.namespace, name: 'sizes' }, spec: { limits } })
      const filled = await eventually(arena, () => arena.cluster.create(pod(arena, 'one', UNSCHEDULED), { dryRun: true }), (now) => JSON.stringify(now['spec']).includes('128Mi'))
      expect(field(filled, 'spec.containers')).toMatchObject([{ resources: { limits: { memory: '128Mi' }, requests: { memory: '64Mi' } } }])
      const large = pod(arena, 'large', { ...UNSCHEDULED, containers: [{ name: 'app', image: 'a', resources: { limits: { memory: '1Gi' } } }] })
      expect(await codeOf(arena.cluster.create(large))).toBe('forbidden')
    },
  },
  {
    name: 'a priority class must exist',
    run: async (arena) => {
      expect(await faultOf(arena.cluster.create(pod(arena, 'one', { priorityClassName: 'not-there' })))).toMatchObject({ code: 'forbidden', message: expect.stringContaining('no PriorityClass') })
      const system = await arena.cluster.create(pod(arena, 'two', { priorityClassName: 'system-node-critical' }), { dryRun: true })
      expect(field(system, 'spec.priority')).toBe(2_000_001_000)
    },
  },
]

const CONTROLLER_CASES: readonly ContractCase[] = [
  {
    name: 'a Deployment makes a ReplicaSet, which makes pods, which become available',
    run: async (arena) => {
      const web = await arena.cluster.create(deployment(arena, 'web', { replicas: 2 }))
      const available = await untilAvailable(arena, web, 2)
      expect(available.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1')
      const [replicaSet, ...more] = await replicaSetsOf(arena, web)
      expect(more).toEqual([])
      const hash = replicaSet?.metadata.labels?.['pod-template-hash'] ?? 'no hash'
      expect(replicaSet?.metadata).toMatchObject({ name: `web-${hash}`, annotations: { 'deployment.kubernetes.io/revision': '1', 'deployment.kubernetes.io/desired-replicas': '2' } })
      const pods = await podsOf(arena, replicaSet as KubeObject)
      expect(pods).toHaveLength(2)
      for (const one of pods) {
        expect(one.metadata).toMatchObject({ generateName: `web-${hash}-`, labels: { app: 'web', 'pod-template-hash': hash } })
        expect(one).toMatchObject({ spec: { nodeName: expect.any(String) }, status: { phase: 'Running' } })
      }
    },
  },
  {
    name: 'a new template is a new revision; the old ReplicaSet stays, empty',
    run: async (arena) => {
      const web = await arena.cluster.create(deployment(arena, 'web'))
      await untilAvailable(arena, web, 1)
      const [first] = await replicaSetsOf(arena, web)
      const containers = [{ name: 'app', image: 'registry.example/app:2' }]
      await arena.cluster.patch(refOf(web), { type: 'strategic', body: { spec: { template: { spec: { containers } } } } })
      const rolled = await untilAvailable(arena, web, 1)
      expect(rolled.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
      await eventually(arena, () => read(arena, first as KubeObject), (now) => field(now, 'spec.replicas') === 0)
      expect(await replicaSetsOf(arena, web)).toHaveLength(2)
    },
  },
  {
    name: 'a pod that is deleted is replaced',
    run: async (arena) => {
      const web = await arena.cluster.create(deployment(arena, 'web', { podSpec: UNSCHEDULED }))
      const [replicaSet] = await eventually(arena, () => replicaSetsOf(arena, web), (found) => found.length === 1)
      const [first] = await eventually(arena, () => podsOf(arena, replicaSet as KubeObject), (pods) => pods.length === 1)
      await arena.cluster.remove(refOf(first as KubeObject))
      await eventually(arena, () => podsOf(arena, replicaSet as KubeObject), (pods) => pods.length === 1 && pods[0]?.metadata.uid !== first?.metadata.uid)
    },
  },
  {
    name: 'a Deployment that is removed takes its ReplicaSets and pods along',
    run: async (arena) => {
      const web = await arena.cluster.create(deployment(arena, 'web', { podSpec: UNSCHEDULED }))
      const [replicaSet] = await eventually(arena, () => replicaSetsOf(arena, web), (found) => found.length === 1)
      await eventually(arena, () => podsOf(arena, replicaSet as KubeObject), (pods) => pods.length === 1)
      await arena.cluster.remove(refOf(web), { propagation: 'Background' })
      const remaining = async (): Promise<number> => {
        const lists = await Promise.all([
          arena.cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace: arena.namespace }),
          arena.cluster.list({ apiVersion: 'v1', kind: 'Pod', namespace: arena.namespace }),
        ])
        return lists.flatMap(({ items }) => items).length
      }
      await eventually(arena, remaining, (count) => count === 0)
    },
  },
  {
    name: 'a StatefulSet numbers its pods and starts them in order',
    run: async (arena) => {
      const labels = { app: 'db' }
      const db = await arena.cluster.create({
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { namespace: arena.namespace, name: 'db' },
        spec: { replicas: 2, serviceName: 'db', selector: { matchLabels: labels }, template: { metadata: { labels }, spec: pod(arena, 'db')['spec'] } },
      })
      await eventually(arena, () => read(arena, db), (now) => field(now, 'status.readyReplicas') === 2)
      const pods = await podsOf(arena, db)
      const byName = [...pods].sort((left, right) => (left.metadata.name ?? '').localeCompare(right.metadata.name ?? ''))
      expect(byName.map((one) => one.metadata.name)).toEqual(['db-0', 'db-1'])
      expect(Number(byName[0]?.metadata.creationTimestamp?.replaceAll(/\D/g, ''))).toBeLessThanOrEqual(Number(byName[1]?.metadata.creationTimestamp?.replaceAll(/\D/g, '')))
    },
  },
  {
    name: 'a pod that fits nowhere stays pending and says so',
    run: async (arena) => {
      const containers = [{ name: 'app', image: 'registry.example/app:1', resources: { requests: { cpu: '10k' } } }]
      const one = await arena.cluster.create(pod(arena, 'huge', { containers }))
      const pending = await eventually(arena, () => read(arena, one), (now) => JSON.stringify(field(now, 'status.conditions') ?? []).includes('Unschedulable'))
      expect(field(pending, 'status.conditions')).toContainEqual(expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: expect.stringContaining('Insufficient cpu') }))
    },
  },
  {
    name: 'a Binding puts a pod on a node, once',
    run: async (arena) => {
      const one = await arena.cluster.create(pod(arena, 'one', UNSCHEDULED))
      const binding: KubeObject = { apiVersion: 'v1', kind: 'Binding', metadata: { namespace: arena.namespace, name: 'one' }, target: { apiVersion: 'v1', kind: 'Node', name: 'no-such-node' } }
      await arena.cluster.create(binding)
      expect(field(await read(arena, one), 'spec.nodeName')).toBe('no-such-node')
      expect(await codeOf(arena.cluster.create(binding))).toBe('conflict')
    },
  },
  {
    name: 'a node that is cordoned is tainted',
    run: async (arena) => {
      const node = await arena.cluster.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: arena.namespace }, spec: { unschedulable: true } })
      await eventually(arena, () => read(arena, node), (now) => JSON.stringify(field(now, 'spec.taints') ?? []).includes('node.kubernetes.io/unschedulable'))
      await arena.cluster.remove(refOf(node))
    },
  },
]

export const WORKLOAD_CASES: readonly ContractCase[] = [...DEFAULT_CASES, ...ADMISSION_CASES, ...CONTROLLER_CASES]
