/** Objects that are stored, and what people then write over them: one or two members at a time, allowed or not. */

import * as fc from 'fast-check'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { each, METADATA, OWN, POD_MISTAKES, TEMPLATE_AT, WHOLE, withMistake, type Mistake } from './broken-objects.ts'

export interface Change {
  readonly before: KubeObject
  readonly object: KubeObject
}

const NODE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'web' },
  spec: { podCIDR: '10.0.1.0/24', podCIDRs: ['10.0.1.0/24'], providerID: 'cloud://a', taints: [{ key: 'team', value: 'x', effect: 'NoSchedule' }] },
  status: { capacity: { cpu: '4' }, allocatable: { cpu: '4' } },
}

/** Each as it may stand in the store, in the states that decide what may change. */
const BEFORE: Readonly<Record<string, readonly KubeObject[]>> = {
  ...Object.fromEntries(Object.entries(WHOLE).map(([kind, object]) => [kind, [object]])),
  Pod: [
    with_(WHOLE['Pod'], 'spec', { nodeName: 'a' }),
    with_(WHOLE['Pod'], 'spec', {}),
    with_(WHOLE['Pod'], 'spec', { schedulingGates: [{ name: 'a' }, { name: 'b' }], nodeSelector: { disk: 'ssd' } }),
    with_(WHOLE['Pod'], 'spec', { activeDeadlineSeconds: 30, terminationGracePeriodSeconds: -1 }),
  ],
  Job: [
    with_(WHOLE['Job'], 'spec', { completions: 2, parallelism: 2 }),
    with_(with_(WHOLE['Job'], 'spec', { completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 1 }), 'status', { startTime: '2026-01-01T00:00:00Z' }),
    with_(WHOLE['Job'], 'spec', { suspend: true }),
    with_(with_(WHOLE['Job'], 'spec', { suspend: true }), 'status', { startTime: '2026-01-01T00:00:00Z' }),
  ],
  PersistentVolumeClaim: [
    WHOLE['PersistentVolumeClaim'] as KubeObject,
    with_(with_(WHOLE['PersistentVolumeClaim'], 'spec', { volumeName: 'pv-1', storageClassName: 'fast' }), 'status', { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] }),
    with_(with_(WHOLE['PersistentVolumeClaim'], 'spec', { volumeName: 'pv-1', storageClassName: 'fast', resources: { requests: { storage: '3Gi' } } }), 'status', { phase: 'Bound', capacity: { storage: '1Gi' } }),
  ],
  Service: [WHOLE['Service'] as KubeObject, with_(WHOLE['Service'], 'spec', { clusterIP: 'None', clusterIPs: ['None'] })],
  ConfigMap: [WHOLE['ConfigMap'] as KubeObject, { ...(WHOLE['ConfigMap'] as KubeObject), immutable: true }],
  Node: [NODE],
}

function with_(object: KubeObject | undefined, part: string, fields: object): KubeObject {
  return { ...(object as KubeObject), [part]: { ...((object as KubeObject)[part] as object), ...fields } }
}

const POD_CHANGES: readonly Mistake[] = [
  ...each('containers.0.image', 'registry.local/app:2', '', undefined),
  ...each('initContainers.0.image', 'registry.local/init:2'),
  ...each('initContainers', undefined),
  ...each('containers.0.resources', { requests: { cpu: '200m' } }, undefined),
  ...each('containers.0.command', ['x']),
  ...each('containers.0.env', [{ name: 'A', value: 'y' }]),
  ...each('activeDeadlineSeconds', 10, 30, 60, -1, undefined),
  ...each('terminationGracePeriodSeconds', 1, -1, 5, undefined),
  ...each('tolerations', undefined, [], [{ key: 'team', operator: 'Equal', value: 'x', effect: 'NoSchedule' }, { key: 'b', operator: 'Exists' }], [{ key: 'team', operator: 'Equal', value: 'y', effect: 'NoSchedule' }], [{ key: 'b', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 3 }, { key: 'team', operator: 'Equal', value: 'x', effect: 'NoSchedule' }]),
  ...each('nodeName', 'a', 'b', undefined),
  ...each('nodeSelector', { disk: 'ssd', zone: 'a' }, { disk: 'hdd' }, undefined),
  ...each('schedulingGates', undefined, [{ name: 'a' }], [{ name: 'a' }, { name: 'b' }, { name: 'c' }], [{ name: 'c' }]),
  ...each('affinity', undefined),
  ...each('affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms', [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }, { key: 'disk', operator: 'Exists' }] }], [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['b'] }] }], []),
  ...each('priority', 7),
  ...each('serviceAccountName', 'other'),
  ...each('hostname', 'h'),
  ...each('topologySpreadConstraints', undefined),
]

const CHANGED_METADATA: readonly Mistake[] = [
  ...METADATA.filter(({ at }) => at !== 'metadata.name'),
  ...each('metadata.labels', { app: 'web', more: 'x' }),
  ...each('metadata.annotations', { note: 'x' }),
  ...each('metadata.finalizers', ['example.com/x']),
  ...each('metadata.generation', 9),
  ...each('metadata.creationTimestamp', '2027-01-01T00:00:00Z'),
]

const CHANGES: Readonly<Record<string, readonly Mistake[]>> = {
  Deployment: each('spec.template.spec.containers.0.image', 'registry.local/app:2'),
  StatefulSet: [
    ...each('spec.replicas', 0, 5),
    ...each('spec.volumeClaimTemplates', undefined, []),
    ...each('spec.volumeClaimTemplates.0.spec.resources', { requests: { storage: '2Gi' } }),
    ...each('spec.template.spec.containers.0.image', 'registry.local/app:2'),
    ...each('spec.revisionHistoryLimit', 3),
  ],
  DaemonSet: each('spec.template.spec.containers.0.image', 'registry.local/app:2'),
  Job: [
    ...each('spec.suspend', true, false),
    ...each('spec.selector', undefined, { matchLabels: { a: 'b' } }),
    ...each('spec.parallelism', 1, 2, 3),
    ...each('spec.completions', 1, 2, 3, undefined),
    ...each('spec.backoffLimitPerIndex', 1, 2, undefined),
    ...each('spec.manualSelector', true),
    ...each('spec.template.spec.nodeSelector', { disk: 'ssd' }),
    ...each('spec.template.spec.tolerations', [{ operator: 'Exists' }]),
    ...each('spec.template.metadata.annotations', { a: 'b' }),
    ...each('spec.template.spec.containers.0.image', 'registry.local/app:2'),
    ...each('spec.template.spec.containers.0.resources', { requests: { cpu: '1' } }),
    ...each('spec.ttlSecondsAfterFinished', 9),
  ],
  CronJob: each('spec.suspend', true),
  Service: [
    ...each('spec.clusterIP', '10.0.0.8', undefined, 'None'),
    ...each('spec.clusterIPs', ['10.0.0.8'], undefined, ['None']),
    ...each('spec.type', 'ExternalName', 'NodePort', 'ClusterIP'),
    ...each('spec.ports.0.port', 8080),
  ],
  PersistentVolumeClaim: [
    ...each('spec.resources.requests.storage', '512Mi', '2Gi', '1Gi', '1024Mi', '3Gi'),
    ...each('spec.storageClassName', 'fast', 'slow', undefined),
    ...each('spec.volumeName', 'pv-1', 'pv-2', undefined),
    ...each('spec.accessModes', ['ReadWriteMany']),
    ...each('spec.volumeAttributesClassName', 'gold'),
    ...each('spec.resources.limits', { storage: '5Gi' }),
  ],
  ConfigMap: [...each('data', { key: 'y' }), ...each('immutable', true, false, undefined)],
  Node: [
    ...each('spec.taints', undefined, [{ key: 'team', effect: 'Bogus' }], [{ key: '', effect: 'NoSchedule' }], [{ key: 'a', effect: 'NoSchedule' }, { key: 'a', effect: 'NoSchedule' }], [{ key: 'bad key', effect: 'NoSchedule' }], [{ key: 'a', value: 'b c', effect: 'NoExecute' }]),
    ...each('spec.unschedulable', true),
    ...each('spec.podCIDR', '10.0.2.0/24', undefined),
    ...each('spec.podCIDRs', ['10.0.2.0/24'], undefined, ['10.0.1.0/24', 'fd00::/64']),
    ...each('spec.providerID', 'cloud://b', undefined, ''),
    ...each('spec.externalID', 'x'),
    ...each('metadata.labels', { 'kubernetes.io/hostname': 'web' }),
  ],
}

function changesOf(kind: string): fc.Arbitrary<Mistake> {
  const at = TEMPLATE_AT[kind]
  const inPod = kind === 'Pod' ? POD_CHANGES.map((change) => ({ ...change, at: `spec.${change.at}` })) : []
  const inTemplate = at === undefined ? [] : (kind === 'Pod' ? POD_MISTAKES : POD_CHANGES).map((change) => ({ ...change, at: `${at}.${change.at}` }))
  const pools = [
    { weight: 1, pool: CHANGED_METADATA },
    { weight: 4, pool: OWN[kind]?.filter((change) => change.at !== 'metadata.name') ?? [] },
    { weight: 5, pool: [...(CHANGES[kind] ?? []), ...inPod] },
    { weight: 1, pool: inTemplate },
  ].filter(({ pool }) => pool.length > 0)
  return fc.oneof(...pools.map(({ weight, pool }) => ({ weight, arbitrary: fc.constantFrom(...pool) })))
}

function asStored(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, uid: object.metadata.uid ?? 'u1', generation: 3, creationTimestamp: '2026-01-01T00:00:00Z' } }
}

/** Mostly one change, so that the words about it can be told from those about another. */
export const changedObject: fc.Arbitrary<Change> = fc.constantFrom('Pod', 'Pod', 'Job', ...Object.keys(BEFORE)).chain((kind) =>
  fc.record({ before: fc.constantFrom(...(BEFORE[kind] ?? [])).map(asStored), changes: fc.array(changesOf(kind), { minLength: 1, maxLength: 2 }) }).map(({ before, changes }) => ({ before, object: changes.reduce(withMistake, before) })),
)
