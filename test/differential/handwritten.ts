/** The behaviours that decide whether a rehearsal is right, each as a scenario of its own, on nodes of its own. */

import type { KubeObject } from '../../src/model/kube-object.ts'
import type { JsonValue } from '../../src/kernel/json.ts'
import { nodeNamed } from './fleet.ts'
import { budget, imagePatch, jobOf, service, template, workload } from './families/workload-objects.ts'
import type { Script, Step, Target } from './script.ts'

const WEB = 'web'
const HOSTNAME = 'kubernetes.io/hostname'
const THREE_ZONES = [nodeNamed('@a', { zone: 'z1' }), nodeNamed('@b', { zone: 'z2' }), nodeNamed('@c', { zone: 'z3' })]
const ONE_NODE = [nodeNamed('@a', { zone: 'z1', cpu: '4' })]

const create = (object: KubeObject): Step => ({ do: 'create', object })
const target = (kind: string, name = WEB): Target => ({ apiVersion: kind === 'Job' ? 'batch/v1' : kind === 'Node' ? 'v1' : 'apps/v1', kind, name })
const roll = (kind: string, image: string): Step => ({ do: 'patch', target: target(kind), patch: imagePatch(image) })
const lay = (kind: string, spec: JsonValue): Step => ({ do: 'patch', target: target(kind), patch: { type: 'merge', body: { spec } } })
const drain = (node: string, timeoutSeconds = 40): Step => ({ do: 'drain', node, timeoutSeconds })

function spread(nodeTaintsPolicy: 'Honor' | 'Ignore'): object {
  return { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy, labelSelector: { matchLabels: { app: WEB } } }] }
}

const apartByHost = { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: HOSTNAME, whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Honor', labelSelector: { matchLabels: { app: WEB } } }] }
const deployment = (replicas: number, pod: object = {}, spec: object = {}, image = 'good:1'): KubeObject => workload('Deployment', WEB, { replicas, ...spec }, template(WEB, image, pod))
const rolling = (maxSurge: number | string, maxUnavailable: number | string): object => ({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } } })

const cordonAndSpread = (['Ignore', 'Honor'] as const).map((policy): Script => ({
  name: `a zone is drained under hard spread, taints policy ${policy}`,
  nodes: THREE_ZONES,
  steps: [create(deployment(3, spread(policy))), drain('c'), { do: 'uncordon', node: 'c' }],
}))

const budgets: readonly Script[] = [
  { name: 'a budget as tight as the workload', nodes: THREE_ZONES, steps: [create(budget('b', WEB, { minAvailable: 3 })), create(deployment(3, spread('Ignore'))), drain('a', 12)] },
  { name: 'a budget that allows one', nodes: THREE_ZONES, steps: [create(budget('b', WEB, { maxUnavailable: 1 })), create(deployment(6, spread('Honor'))), drain('a'), drain('b')] },
  { name: 'a budget over pods that crash', nodes: THREE_ZONES, steps: [create(budget('b', WEB, { minAvailable: 1 })), create(deployment(3, spread('Honor'), {}, 'crash:1')), { do: 'evict', pod: { app: WEB, index: 0 } }] },
  { name: 'a budget that lets crashing pods go', nodes: THREE_ZONES, steps: [create(budget('b', WEB, { minAvailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow' })), create(deployment(3, spread('Honor'), {}, 'crash:1')), { do: 'evict', pod: { app: WEB, index: 0 } }] },
  { name: 'two budgets over one pod', nodes: THREE_ZONES, steps: [create(budget('b', WEB, { maxUnavailable: 1 })), create(budget('c', WEB, { maxUnavailable: 2 })), create(deployment(3, spread('Honor'))), { do: 'evict', pod: { app: WEB, index: 0 } }] },
  { name: 'a percentage rounds up', nodes: THREE_ZONES, steps: [create(budget('b', WEB, { minAvailable: '50%' })), create(deployment(5)), { do: 'evict', pod: { app: WEB, index: 0 } }, lay('Deployment', { replicas: 3 }), { do: 'evict', pod: { app: WEB, index: 1 } }] },
]

const drains: readonly Script[] = [
  { name: 'three nodes, one after another', nodes: [...THREE_ZONES, nodeNamed('@d', { zone: 'z1' })], steps: [create(service(WEB)), create(deployment(12, apartByHost, {}, 'steady:1')), drain('a'), drain('b'), drain('c')] },
  { name: 'no room for what is drained', nodes: [nodeNamed('@a', { zone: 'z1' }), nodeNamed('@b', { zone: 'z1', pods: '2' })], steps: [{ do: 'cordon', node: 'b' }, create(deployment(3, {}, {}, 'steady:1')), { do: 'uncordon', node: 'b' }, drain('a'), { do: 'uncordon', node: 'a' }] },
  { name: 'daemons stay on a cordoned node, and are rolled out there', nodes: THREE_ZONES, steps: [create(workload('DaemonSet', WEB, {})), { do: 'cordon', node: 'a' }, roll('DaemonSet', 'good:2'), drain('b')] },
  { name: 'a bare pod stops a drain', nodes: ONE_NODE, steps: [create({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'bare' }, spec: { containers: [{ name: 'main', image: 'good:1' }] } }), drain('a')] },
]

const rollouts: readonly Script[] = [
  { name: 'an image that does not exist, and back', nodes: THREE_ZONES, steps: [create(deployment(4, {}, rolling('25%', '25%'))), roll('Deployment', 'missing:1'), { do: 'undo', deployment: WEB, revision: 1 }] },
  { name: 'a stuck rollout is scaled, paused and rolled back', nodes: THREE_ZONES, steps: [create(deployment(5, {}, rolling(2, 1))), roll('Deployment', 'deaf:1'), lay('Deployment', { replicas: 10 }), lay('Deployment', { paused: true, replicas: 4 }), lay('Deployment', { paused: false }), { do: 'undo', deployment: WEB, revision: 1 }] },
  { name: 'a rollout on top of a stuck one', nodes: THREE_ZONES, steps: [create(deployment(3)), roll('Deployment', 'deaf:1'), roll('Deployment', 'missing:1'), roll('Deployment', 'good:2')] },
  { name: 'a quota blocks the surge', nodes: THREE_ZONES, steps: [create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { pods: '3' } } }), create(deployment(3, {}, rolling(1, 0))), roll('Deployment', 'good:2'), lay('Deployment', { replicas: 2 })] },
  { name: 'a stateful set is stuck, reverted, and forced', nodes: THREE_ZONES, steps: [create(workload('StatefulSet', WEB, { replicas: 3 })), roll('StatefulSet', 'deaf:1'), roll('StatefulSet', 'good:1'), { do: 'remove', target: { apiVersion: 'v1', kind: 'Pod', name: `${WEB}-2` } }] },
  { name: 'the pods that do not run go first', nodes: THREE_ZONES, steps: [create(workload('ReplicaSet', WEB, { replicas: 2 })), ...(['a', 'b', 'c'] as const).map((node): Step => ({ do: 'cordon', node })), lay('ReplicaSet', { replicas: 5 }), lay('ReplicaSet', { replicas: 3 }), lay('ReplicaSet', { replicas: 2 })] },
]

const ignored = { podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] } }
const evictedJobs = [{ name: 'a job loses its pod to an eviction', spec: { backoffLimit: 0 } }, { name: 'a job that does not count evictions', spec: { backoffLimit: 0, ...ignored } }].map(({ name, spec }): Script => ({ name, nodes: ONE_NODE, steps: [create(jobOf(WEB, 'long:1', spec)), { do: 'evict', pod: { app: WEB, index: 0 } }] }))

const classOf = (name: string, value: number): Step => create({ apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: `@${name}` }, ...({ value } as object) })
const ranked = (name: string, cpu: string): object => ({ priorityClassName: `@${name}`, containers: [{ name: 'main', image: 'good:1', resources: { requests: { cpu } } }] })
const preemption: Script = {
  name: 'a chain of preemptions',
  nodes: ONE_NODE,
  steps: [classOf('low', 1), classOf('mid', 10), classOf('high', 100), ...(['low', 'mid', 'high'] as const).map((rank) => create(workload('ReplicaSet', rank, { replicas: 1 }, template(rank, 'good:1', ranked(rank, '3')))))],
}

const losses: readonly Script[] = [
  { name: 'a node falls silent and comes back', nodes: THREE_ZONES, steps: [create(service(WEB)), create(deployment(3, spread('Honor'))), { do: 'fault', node: 'a', fault: { type: 'silent' } }, { do: 'fault', node: 'a', fault: { type: 'healthy' } }] },
  // One pod: of two, how many the collector has taken when the set looks is a race.
  { name: 'a stateful set on a lost node', nodes: THREE_ZONES, steps: [create(workload('StatefulSet', WEB, { replicas: 1 }, template(WEB, 'good:1', { nodeSelector: { [HOSTNAME]: '@a' } }))), { do: 'fault', node: 'a', fault: { type: 'silent' } }, { do: 'remove', target: target('Node', '@a') }] },
  { name: 'a node that says that it is not ready', nodes: THREE_ZONES, steps: [create(deployment(3, spread('Honor'))), { do: 'fault', node: 'b', fault: { type: 'not-ready', conditions: ['MemoryPressure'], message: 'the runtime is down' } }, { do: 'fault', node: 'b', fault: { type: 'healthy' } }] },
  { name: 'a node object is deleted under a budget', nodes: THREE_ZONES, steps: [create(budget('b', WEB, { minAvailable: 3 })), create(deployment(3)), { do: 'remove', target: target('Node', '@b') }] },
]

/** The volume is reached from zone z1 only, and names its claim. */
const pinned: KubeObject = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: '@disk' },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: '',
    hostPath: { path: '/data' },
    claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: '@play', name: `data-${WEB}-0` },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['z1'] }] }] } },
  },
}
const stored = { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } } }] }
const mounted = { containers: [{ name: 'main', image: 'good:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] }] }
const bounds = (minReplicas: number, maxReplicas: number): KubeObject => ({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'scaler' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: WEB }, minReplicas, maxReplicas, metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }] } as object })

const others: readonly Script[] = [
  { name: 'a volume keeps a pod in its zone', nodes: THREE_ZONES, steps: [create(pinned), create(workload('StatefulSet', WEB, { replicas: 1, ...stored }, template(WEB, 'good:1', mounted))), drain('a'), { do: 'uncordon', node: 'a' }] },
  { name: 'a new revision does not wait for the back-off of the old', nodes: ONE_NODE, steps: [create(deployment(2, {}, rolling(1, 1), 'crash:1')), roll('Deployment', 'good:2')] },
  { name: 'an autoscaler takes back what its bounds do not allow', nodes: ONE_NODE, steps: [create(deployment(2)), create(bounds(2, 3)), lay('Deployment', { replicas: 5 }), lay('Deployment', { replicas: 1 }), lay('Deployment', { replicas: 0 })] },
  { name: 'an emptyDir stops a drain after the cordon', nodes: THREE_ZONES, steps: [{ do: 'cordon', node: 'b' }, { do: 'cordon', node: 'c' }, create(deployment(2, { volumes: [{ name: 'tmp', emptyDir: {} }] })), { do: 'uncordon', node: 'b' }, drain('a', 12)] },
]

const HARD = { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } }
const secured = (image: string, security: object): object => ({ containers: [{ name: 'main', image, securityContext: security }] })
const level = (enforce: string, version = 'latest'): Step => ({ do: 'patch', target: { apiVersion: 'v1', kind: 'Namespace', name: '@play' }, patch: { type: 'merge', body: { metadata: { labels: { 'pod-security.kubernetes.io/enforce': enforce, 'pod-security.kubernetes.io/enforce-version': version } } } } })
const podSecurity: readonly Script[] = [
  { name: 'a roll-out of pods that the namespace does not allow, and back', nodes: THREE_ZONES, steps: [create(deployment(3, secured('good:1', HARD))), level('restricted'), lay('Deployment', { template: { spec: secured('good:2', { ...HARD, allowPrivilegeEscalation: true }) } } as never), { do: 'undo', deployment: WEB, revision: 1 }] },
  { name: 'a level is set under pods that it does not allow', nodes: THREE_ZONES, steps: [create(deployment(2)), create(workload('StatefulSet', 'db', { replicas: 2 })), level('restricted', 'v1.30'), lay('Deployment', { replicas: 4 }), { do: 'remove', target: { apiVersion: 'v1', kind: 'Pod', name: 'db-1' } }, level('baseline'), lay('Deployment', { replicas: 3 })] },
  { name: 'a job and a daemon in a namespace that shares no host', nodes: ONE_NODE, steps: [level('baseline'), create(workload('DaemonSet', WEB, {}, template(WEB, 'good:1', { hostNetwork: true }))), create(jobOf('once', 'work:1', { template: template('once', 'work:1', { hostPID: true, restartPolicy: 'Never' }) })), level('privileged')] },
]

export const HANDWRITTEN: readonly Script[] = [...cordonAndSpread, ...budgets, ...drains, ...rollouts, ...evictedJobs, preemption, ...losses, ...others, ...podSecurity]
