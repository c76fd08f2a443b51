/** Whole objects of the kinds that plans write, and what people get wrong in them: a path and what stands there. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../src/model/kube-object.ts'

export interface Mistake {
  /** Dots between members; a number is a position in a list. */
  readonly at: string
  /** Absent: the member is taken away. */
  readonly value?: unknown
}

const POD_SPEC = {
  containers: [
    { name: 'app', image: 'registry.local/app:1', ports: [{ name: 'http', containerPort: 8080 }], env: [{ name: 'A', value: 'x' }], resources: { requests: { cpu: '100m' }, limits: { cpu: '200m' } }, volumeMounts: [{ name: 'data', mountPath: '/data' }], readinessProbe: { httpGet: { path: '/', port: 8080 } } },
    { name: 'side', image: 'registry.local/side:1' },
  ],
  initContainers: [{ name: 'init', image: 'registry.local/init:1' }],
  volumes: [{ name: 'data', emptyDir: {} }, { name: 'settings', configMap: { name: 'settings' } }],
  tolerations: [{ key: 'team', operator: 'Equal', value: 'x', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }] } },
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'web' } } } }] },
  },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } }],
}
const template = (more: object = {}): object => ({ metadata: { labels: { app: 'web' } }, spec: { ...POD_SPEC, ...more } })
const selector = { matchLabels: { app: 'web' } }
const object = (apiVersion: string, kind: string, spec: object): KubeObject => ({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop' }, spec })

/** As the server has them after its own additions: the Job with selector and labels, the Service with an address. */
const JOB_LABELS = { 'batch.kubernetes.io/controller-uid': 'u1', 'batch.kubernetes.io/job-name': 'web', 'controller-uid': 'u1', 'job-name': 'web' }
export const WHOLE: Readonly<Record<string, KubeObject>> = {
  Pod: object('v1', 'Pod', { ...POD_SPEC, serviceAccountName: 'default' }),
  Deployment: object('apps/v1', 'Deployment', { replicas: 3, selector, template: template(), strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }),
  StatefulSet: object('apps/v1', 'StatefulSet', { replicas: 3, selector, serviceName: 'web', template: template(), volumeClaimTemplates: [{ metadata: { name: 'store' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }] }),
  DaemonSet: object('apps/v1', 'DaemonSet', { selector, template: template() }),
  Job: { ...object('batch/v1', 'Job', { selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u1' } }, template: { metadata: { labels: JOB_LABELS }, spec: { ...POD_SPEC, restartPolicy: 'Never' } } }), metadata: { name: 'web', namespace: 'shop', uid: 'u1' } },
  CronJob: object('batch/v1', 'CronJob', { schedule: '*/5 * * * *', jobTemplate: { spec: { template: { spec: { ...POD_SPEC, restartPolicy: 'OnFailure' } } } } }),
  Service: object('v1', 'Service', { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'more', port: 81 }], clusterIP: '10.0.0.7', clusterIPs: ['10.0.0.7'] }),
  PersistentVolumeClaim: object('v1', 'PersistentVolumeClaim', { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }),
  PodDisruptionBudget: object('policy/v1', 'PodDisruptionBudget', { selector, minAvailable: 1 }),
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' }, data: { key: 'x' } },
}

export const each = (at: string, ...values: readonly unknown[]): Mistake[] => values.map((value) => (value === undefined ? { at } : { at, value }))
const BAD_NAMES = ['', 'Web', 'a_b', '-a', 'a.b', 'x'.repeat(64)]
const BAD_LABELS = [{ 'bad key': 'x' }, { app: 'a b' }, { app: '-a' }, { 'a/b/c': 'x' }, { 'UP.example/x': 'x' }, { [`${'k'.repeat(64)}`]: 'x' }, { app: 'x'.repeat(64) }]

export const METADATA: readonly Mistake[] = [
  ...each('metadata.name', undefined, ...BAD_NAMES, 'x'.repeat(254)),
  ...BAD_LABELS.map((value) => ({ at: 'metadata.labels', value })),
  ...each('metadata.annotations', { 'bad key': 'x' }, { 'Upper.Case/x': 'y' }),
  ...each('metadata.ownerReferences', [{ apiVersion: 'v1', kind: 'ConfigMap', name: '', uid: 'u' }], [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: '' }], [{ apiVersion: '', kind: '', name: 'a', uid: 'u' }]),
  ...each('metadata.finalizers', ['nodomain'], ['example.com/x'], ['bad name/x']),
]

export const POD_MISTAKES: readonly Mistake[] = [
  ...each('containers', undefined, []),
  ...each('containers.0.name', undefined, ...BAD_NAMES, 'side', 'init'),
  ...each('containers.0.image', undefined, '', ' app:1', 'app:1 '),
  ...each('containers.0.imagePullPolicy', 'Sometimes', 'Never'),
  ...each('containers.0.terminationMessagePolicy', 'Console', 'FallbackToLogsOnError'),
  ...each('containers.0.ports.0.containerPort', undefined, 0, -1, 65_536),
  ...each('containers.0.ports.0.hostPort', -1, 70_000, 80),
  ...each('containers.0.ports.0.protocol', 'HTTP', 'UDP'),
  ...each('containers.0.ports.0.name', '', 'HTTP', 'a-very-long-port-name', '80', 'a--b'),
  ...each('containers.0.ports', [{ name: 'a', containerPort: 1 }, { name: 'a', containerPort: 2 }], [{ containerPort: 1, hostPort: 9 }, { containerPort: 2, hostPort: 9 }]),
  ...each('containers.0.env', [{ value: 'x' }], [{ name: 'A=B' }], [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], [{ name: 'A', valueFrom: {} }], [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: '' } } }], [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'C', key: 'a b' } } }], [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.bogus' } } }], [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.bogus' } } }], [{ name: 'A', valueFrom: { secretKeyRef: { name: 's', key: 'k' }, configMapKeyRef: { name: 'c', key: 'k' } } }]),
  ...each('containers.0.envFrom', [{}], [{ configMapRef: { name: '' } }], [{ configMapRef: { name: 'c' }, secretRef: { name: 's' } }], [{ prefix: 'a=b', secretRef: { name: 's' } }]),
  ...each('containers.0.resources', { requests: { cpu: '300m' }, limits: { cpu: '200m' } }, { requests: { cpu: '-1' } }, { limits: { bogus: '1' } }, { requests: { 'example.com/gpu': '1' } }, { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '2' } }, { limits: { 'example.com/gpu': '1500m' }, requests: { 'example.com/gpu': '1500m' } }, { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } }, { limits: { 'hugepages-2Mi': '4Mi' } }),
  ...each('containers.0.volumeMounts', [{ name: 'gone', mountPath: '/x' }], [{ name: 'data', mountPath: '' }], [{ name: 'data', mountPath: '/a' }, { name: 'settings', mountPath: '/a' }], [{ name: '', mountPath: '/a' }], [{ name: 'data', mountPath: '/a', subPath: '../b' }], [{ name: 'data', mountPath: '/a', subPath: '/b' }]),
  ...each('containers.0.readinessProbe', {}, { httpGet: { path: '', port: 8080 } }, { httpGet: { path: '/', port: 0 } }, { httpGet: { path: '/', port: 'Bad Name' } }, { tcpSocket: { port: 70_000 } }, { exec: { command: [] } }, { httpGet: { path: '/', port: 80 }, tcpSocket: { port: 80 } }, { httpGet: { path: '/', port: 80 }, periodSeconds: -1 }, { httpGet: { path: '/', port: 80 }, failureThreshold: -2 }, { httpGet: { path: '/', port: 80, scheme: 'FTP' } }, { grpc: { port: 0 } }, { httpGet: { path: '/', port: 80 }, terminationGracePeriodSeconds: 5 }),
  ...each('containers.0.livenessProbe', { httpGet: { path: '/', port: 80 }, successThreshold: 2 }, { exec: { command: ['x'] }, initialDelaySeconds: -1 }, { tcpSocket: { port: 'http' }, terminationGracePeriodSeconds: 0 }),
  ...each('containers.0.startupProbe', { httpGet: { path: '/', port: 80 }, successThreshold: 3 }, {}),
  ...each('containers.0.lifecycle', { preStop: {} }, { preStop: { exec: { command: [] } } }, { postStart: { httpGet: { port: 0 } } }, { preStop: { sleep: { seconds: -1 } } }, { preStop: { sleep: { seconds: 100 } } }),
  ...each('containers.0.securityContext', { privileged: true, allowPrivilegeEscalation: false }, { runAsUser: -1 }, { capabilities: { add: ['CAP_SYS_ADMIN'] }, allowPrivilegeEscalation: false }),
  ...each('containers.0.restartPolicy', 'Always', 'Never'),
  ...each('initContainers.0.name', '', 'app', 'A'),
  ...each('initContainers.0.readinessProbe', { httpGet: { path: '/', port: 80 } }),
  ...each('initContainers.0.lifecycle', { preStop: { exec: { command: ['x'] } } }),
  ...each('initContainers.0.restartPolicy', 'Always', 'Sometimes', 'OnFailure'),
  ...each('initContainers', [{ name: 'a', image: 'x' }, { name: 'a', image: 'x' }]),
  ...each('volumes', [], [{ name: 'data', emptyDir: {} }, { name: 'data', emptyDir: {} }], [{ name: 'data', emptyDir: {}, configMap: { name: 'x' } }], [{ name: '', emptyDir: {} }], [{ name: 'Data', emptyDir: {} }], [{ name: 'data', emptyDir: { sizeLimit: '-1' } }], [{ name: 'data', secret: {} }], [{ name: 'data', configMap: {} }], [{ name: 'data', persistentVolumeClaim: { claimName: '' } }], [{ name: 'data', hostPath: { path: '' } }], [{ name: 'data', hostPath: { path: '/a/../b' } }], [{ name: 'data', hostPath: { path: '/a', type: 'Bogus' } }], [{ name: 'data', configMap: { name: 'c', defaultMode: 9999 } }], [{ name: 'data', configMap: { name: 'c', items: [{ key: '', path: '' }] } }], [{ name: 'data', secret: { secretName: 's', items: [{ key: 'k', path: '../x' }] } }], [{ name: 'data', projected: { sources: [{ configMap: {} }] } }], [{ name: 'data', projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 5 } }] } }]),
  ...each('restartPolicy', 'Sometimes', 'Never', 'OnFailure'),
  ...each('dnsPolicy', 'Bogus', 'None', 'Default'),
  ...each('dnsConfig', { nameservers: ['bad'] }, { searches: ['-bad-'] }, { options: [{ name: '' }] }),
  ...each('terminationGracePeriodSeconds', -1, 0),
  ...each('activeDeadlineSeconds', 0, -5, 10),
  ...each('nodeName', 'Bad Name', 'node-a'),
  ...each('nodeSelector', { 'bad key': 'x' }, { zone: 'a b' }),
  ...each('serviceAccountName', 'Bad Name', 'robot'),
  ...each('imagePullSecrets', [{ name: '' }], [{}]),
  ...each('hostname', 'Bad', 'ok'),
  ...each('subdomain', 'Bad.Name'),
  ...each('priorityClassName', 'Bad Name'),
  ...each('preemptionPolicy', 'Sometimes', 'Never'),
  ...each('hostNetwork', true),
  ...each('hostAliases', [{ ip: 'bad', hostnames: ['a'] }], [{ ip: '10.0.0.1', hostnames: ['Bad_Name'] }]),
  ...each('readinessGates', [{ conditionType: 'bad type' }], [{ conditionType: 'example.com/ready' }]),
  ...each('schedulingGates', [{ name: 'bad gate' }], [{ name: 'a' }, { name: 'a' }], [{ name: '' }]),
  ...each('securityContext', { runAsUser: -1 }, { fsGroup: -1 }, { sysctls: [{ name: 'bad name', value: '1' }] }, { runAsNonRoot: true, supplementalGroups: [-1] }, { fsGroupChangePolicy: 'Bogus' }),
  ...each('overhead', { cpu: '-1' }),
  ...each('tolerations.0', { operator: 'Exists', value: 'x' }, { key: 'team', operator: 'Bogus' }, { operator: 'Equal', value: 'x' }, { key: 'bad key' }, { key: 'team', effect: 'Bogus' }, { key: 'team', effect: 'NoSchedule', tolerationSeconds: 3 }, { key: 'team', operator: 'Exists', value: 'x' }, { key: 'team', value: 'a b' }, { key: 'team', operator: 'Gt', value: '1' }, {}),
  ...each('affinity.nodeAffinity', { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } }, { requiredDuringSchedulingIgnoredDuringExecution: {} }),
  ...each('affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.0.matchExpressions.0', { key: 'zone', operator: 'In' }, { key: 'zone', operator: 'Exists', values: ['a'] }, { key: 'zone', operator: 'Gt', values: ['a', 'b'] }, { key: 'bad key', operator: 'Exists' }, { key: 'zone', operator: 'Bogus' }, { key: 'zone', operator: 'In', values: ['a b'] }),
  ...each('affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution.0', { weight: 0, podAffinityTerm: { topologyKey: 'zone' } }, { weight: 101, podAffinityTerm: { topologyKey: 'zone' } }, { weight: 1, podAffinityTerm: { topologyKey: '' } }, { weight: 1, podAffinityTerm: { topologyKey: 'bad key' } }, { weight: 1, podAffinityTerm: { topologyKey: 'zone', namespaces: ['Bad'] } }, { weight: 1, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } } }),
  ...each('topologySpreadConstraints.0', { maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: selector }, { maxSkew: 1, topologyKey: '', whenUnsatisfiable: 'DoNotSchedule' }, { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'Bogus' }, { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway', minDomains: 2 }, { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', minDomains: 0 }, { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Bogus' }, { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', matchLabelKeys: ['a'] }),
  ...each('topologySpreadConstraints', [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }, { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }]),
]

const SELECTING: readonly Mistake[] = [
  ...each('spec.selector', undefined, {}, { matchLabels: { app: 'other' } }, { matchLabels: { 'bad key': 'x' } }, { matchExpressions: [{ key: 'app', operator: 'In' }] }, { matchExpressions: [{ key: 'app', operator: 'Bogus', values: ['x'] }] }, { matchExpressions: [{ key: 'app', operator: 'Exists', values: ['x'] }] }),
  ...each('spec.minReadySeconds', -1, 5),
  ...each('spec.template.metadata', undefined, { labels: { app: 'other' } }, { labels: { app: 'web', 'bad key': 'x' } }, { labels: { app: 'web' }, annotations: { 'bad key': 'x' } }),
  ...each('spec.template', undefined),
  ...each('spec.revisionHistoryLimit', -1, 0),
]

export const OWN: Readonly<Record<string, readonly Mistake[]>> = {
  Deployment: [
    ...SELECTING,
    ...each('spec.replicas', -1, 0),
    ...each('spec.progressDeadlineSeconds', -1, 0, 5),
    ...each('spec.strategy', { type: 'Bogus' }, { type: 'Recreate', rollingUpdate: { maxSurge: 1 } }, { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } }, { rollingUpdate: { maxSurge: '0%', maxUnavailable: '0%' } }, { rollingUpdate: { maxSurge: -1, maxUnavailable: 1 } }, { rollingUpdate: { maxSurge: 'abc', maxUnavailable: 1 } }, { rollingUpdate: { maxSurge: 1, maxUnavailable: '120%' } }, { rollingUpdate: { maxSurge: '1.5%' } }),
  ],
  StatefulSet: [
    ...SELECTING,
    ...each('spec.replicas', -1),
    ...each('spec.podManagementPolicy', 'Bogus', 'Parallel'),
    ...each('spec.updateStrategy', { type: 'Bogus' }, { type: 'OnDelete', rollingUpdate: { partition: 1 } }, { type: 'RollingUpdate', rollingUpdate: { partition: -1 } }, { type: 'OnDelete' }),
    ...each('spec.ordinals', { start: -1 }, { start: 2 }),
    ...each('spec.persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Bogus', whenScaled: 'Retain' }, { whenDeleted: 'Delete', whenScaled: 'Delete' }),
    ...each('spec.serviceName', '', 'Bad Name'),
  ],
  DaemonSet: [...SELECTING, ...each('spec.updateStrategy', { type: 'Bogus' }, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } }, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } }, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '0%', maxSurge: 0 } }, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '200%' } }, { type: 'OnDelete' })],
  Job: [
    ...['parallelism', 'completions', 'backoffLimit', 'activeDeadlineSeconds', 'ttlSecondsAfterFinished'].flatMap((name) => each(`spec.${name}`, -1, 3)),
    ...each('spec.completionMode', 'Bogus', 'Indexed'),
    ...each('spec.template.spec.restartPolicy', undefined, 'Always', 'OnFailure'),
    ...each('spec.backoffLimitPerIndex', 2, -1),
    ...each('spec.maxFailedIndexes', 2, 200_000),
    ...each('spec.completions', 150_000),
    ...each('spec.parallelism', 150_000),
    ...each('spec.managedBy', 'example.com/other', 'nobody', `example.com/${'x'.repeat(60)}`),
    ...each('spec.podReplacementPolicy', 'Bogus', 'Failed'),
    ...each('spec.podFailurePolicy', { rules: [] }, { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] }, { rules: [{ action: 'Bogus', onExitCodes: { operator: 'In', values: [1] } }] }, { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [] } }] }, { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [0] } }] }, { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [2, 1] } }] }, { rules: [{ action: 'FailJob', onExitCodes: { containerName: 'gone', operator: 'NotIn', values: [1] } }] }, { rules: [{ action: 'FailJob' }] }, { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [3, 3] } }, { action: '', onPodConditions: [{ type: 'not so', status: 'Perhaps' }] }] }),
  ],
  CronJob: [
    ...each('spec.schedule', undefined, '', 'bogus', '61 * * * *', '@daily', 'TZ=UTC 0 0 * * *', '* * * * * *'),
    ...each('spec.timeZone', '', 'Nowhere/Bogus', 'Europe/Berlin', 'Local'),
    ...each('spec.concurrencyPolicy', 'Bogus', 'Forbid'),
    ...each('spec.startingDeadlineSeconds', -1, 10),
    ...each('spec.successfulJobsHistoryLimit', -1),
    ...each('spec.failedJobsHistoryLimit', -1),
    ...each('spec.jobTemplate.spec.template.spec.restartPolicy', undefined, 'Always'),
    ...each('spec.jobTemplate.spec.parallelism', -1),
    ...each('metadata.name', 'x'.repeat(53)),
  ],
  Service: [
    ...each('spec.healthCheckNodePort', 31_999, 70_000),
    ...each('spec.type', 'Bogus', 'NodePort', 'LoadBalancer', 'ExternalName'),
    ...each('spec.externalName', 'web.example', 'Bad Name'),
    ...each('spec.ports', undefined, [], [{ port: 80 }, { port: 81 }], [{ name: 'a', port: 80 }, { name: 'a', port: 81 }], [{ name: 'a', port: 80 }, { name: 'b', port: 80 }], [{ port: 0 }], [{ port: 80, targetPort: 'Bad Name' }], [{ port: 80, targetPort: 70_000 }], [{ port: 80, protocol: 'HTTP' }], [{ name: 'Bad', port: 80 }], [{ port: 80, nodePort: 30_000 }]),
    ...each('spec.selector', { 'bad key': 'x' }, { app: 'a b' }, undefined),
    ...each('spec.sessionAffinity', 'Bogus', 'ClientIP'),
    ...each('spec.sessionAffinityConfig', { clientIP: { timeoutSeconds: 0 } }, { clientIP: { timeoutSeconds: 10 } }),
    ...each('spec.externalTrafficPolicy', 'Local', 'Bogus'),
    ...each('spec.internalTrafficPolicy', 'Bogus', 'Local'),
    ...each('spec.externalIPs', ['bad'], ['127.0.0.1'], ['10.1.1.1']),
    ...each('spec.loadBalancerSourceRanges', ['10.0.0.0/8'], ['bad']),
  ],
  PersistentVolumeClaim: [
    ...each('spec.accessModes', undefined, [], ['Bogus'], ['ReadWriteOncePod', 'ReadWriteOnce']),
    ...each('spec.resources', undefined, { requests: {} }, { requests: { storage: '0' } }, { requests: { storage: '-1Gi' } }),
    ...each('spec.storageClassName', 'Bad Name', ''),
    ...each('spec.volumeMode', 'Bogus', 'Block'),
    ...each('spec.selector', { matchExpressions: [{ key: 'a', operator: 'In' }] }),
  ],
  PodDisruptionBudget: [
    ...each('spec.minAvailable', undefined, -1, '50%', '150%', 'abc', '1.5%'),
    ...each('spec.maxUnavailable', 1, -1, '101%'),
    ...each('spec.selector', undefined, {}, { matchLabels: { app: 'a b' } }),
    ...each('spec.unhealthyPodEvictionPolicy', 'Bogus', 'AlwaysAllow'),
  ],
  ConfigMap: [...each('data', { 'bad key': 'x' }, { '..': 'x' }, { '..a': 'x' }, { ok: 'x' }), ...each('binaryData', { key: 'eA==' }, { 'bad key': 'eA==' })],
}

export const TEMPLATE_AT: Readonly<Record<string, string>> = { Pod: 'spec', Deployment: 'spec.template.spec', StatefulSet: 'spec.template.spec', DaemonSet: 'spec.template.spec', Job: 'spec.template.spec', CronJob: 'spec.jobTemplate.spec.template.spec' }

function mistakesOf(kind: string): fc.Arbitrary<Mistake> {
  const at = TEMPLATE_AT[kind]
  const inPod = at === undefined ? [] : POD_MISTAKES.map((mistake) => ({ ...mistake, at: `${at}.${mistake.at}` }))
  // The labels of a Job's pods go by its name, and the server writes them.
  const metadata = kind === 'Job' ? METADATA.filter((mistake) => mistake.at !== 'metadata.name') : METADATA
  const pools = [{ weight: 1, pool: metadata }, { weight: 4, pool: OWN[kind] ?? [] }, { weight: 5, pool: inPod }].filter(({ pool }) => pool.length > 0)
  return fc.oneof(...pools.map(({ weight, pool }) => ({ weight, arbitrary: fc.constantFrom(...pool) })))
}

/** Mostly one mistake, so that its words can be told from those of another. */
export const brokenObject: fc.Arbitrary<KubeObject> = fc.constantFrom('Pod', 'Pod', ...Object.keys(WHOLE)).chain((kind) => fc.array(mistakesOf(kind), { minLength: 1, maxLength: 2 }).map((mistakes) => mistakes.reduce(withMistake, WHOLE[kind] as KubeObject)))

export function withMistake(object: KubeObject, { at, value }: Mistake): KubeObject {
  return changedAt(object, at.split('.'), value) as KubeObject
}

function changedAt(target: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  if (Array.isArray(target)) return target.map((item: unknown, index) => (String(index) !== key ? item : rest.length === 0 ? value : changedAt(item, rest, value)))
  // What is not there cannot be wrong inside.
  if (target === undefined) return undefined
  const fields = target as Record<string, unknown>
  const next = rest.length === 0 ? value : changedAt(fields[key], rest, value)
  const { [key]: _, ...others } = fields
  return next === undefined ? others : { ...fields, [key]: next }
}
