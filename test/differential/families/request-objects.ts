/** Objects that no controller writes to while a play looks at them, and what can be changed in them. */

import type { JsonObject } from '../../../src/kernel/json.ts'

export interface Tame {
  readonly apiVersion: string
  readonly kind: string
  /** Of the collection. */
  readonly path: string
  readonly body: JsonObject
  /** Parts that a write may bring: accepted, dropped and refused ones. */
  readonly edits: readonly JsonObject[]
  readonly parts?: readonly string[]
}

const within = (group: string, plural: string): string => `${group}/namespaces/NAMESPACE/${plural}`
const CONTAINER = { name: 'app', image: 'registry.example/app:1' }
const LABELLED = { metadata: { labels: { app: 'web' } } }
const COMMON: readonly JsonObject[] = [
  LABELLED,
  { metadata: { labels: { app: 'db', tier: 'back' } } },
  { metadata: { annotations: { note: 'x' } } },
  { metadata: { annotations: null } },
  { metadata: { finalizers: ['example.com/hold'] } },
  { metadata: { finalizers: [] } },
  { metadata: { labels: { 'bad key!': 'x' } } },
  { metadata: { colour: 'blue' } },
  { metadata: { labels: 'none' } },
  { metadata: { labels: { app: 1 } } },
  { metadata: { creationTimestamp: '2020-01-01T00:00:00Z' } },
]

/** What only the server may say; it wipes it from what is posted, and from nothing else. */
export const SYSTEM_FIELDS: readonly JsonObject[] = [
  { metadata: { generation: 7, selfLink: '/x' } },
  { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z', deletionGracePeriodSeconds: 5 } },
]

const podSpec = { schedulerName: 'nobody', containers: [CONTAINER] }
const DEVICE_REQUEST = { name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }
const DEVICE_RESULT = { request: 'gpu', driver: 'gpu.example.com', pool: 'nowhere', device: 'gpu-0' }
const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [CONTAINER] } }

export const TAME: readonly Tame[] = [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    path: within('/api/v1', 'configmaps'),
    body: { data: { key: 'value' } },
    edits: [...COMMON, { data: { key: 'other' } }, { data: { more: '1' } }, { data: null }, { data: [] }, { data: { key: 5 } }, { data: { key: null } }, { immutable: true }, { immutable: 'yes' }, { dta: {} }, { binaryData: { b: 'aGk=' } }, { binaryData: { b: '!' } }, { data: { 'bad key!': 'x' } }],
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    path: within('/api/v1', 'secrets'),
    body: { stringData: { word: 'open' } },
    edits: [...COMMON, { data: { word: 'aGk=' } }, { stringData: { word: 'shut' } }, { type: 'example.com/own' }, { immutable: true }, { stringData: 'x' }],
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    path: within('/api/v1', 'pods'),
    body: { spec: podSpec },
    edits: [
      ...COMMON, { spec: { containers: [{ ...CONTAINER, image: 'registry.example/app:2' }] } }, { spec: { containers: [{ ...CONTAINER, imagee: 'x' }] } }, { spec: { activeDeadlineSeconds: 30 } }, { spec: { nodeName: 'elsewhere' } }, { spec: { containers: 'x' } },
      { spec: { tolerations: [{ key: 'team', operator: 'Exists' }] } }, { spec: { terminationGracePeriodSeconds: '5' } }, { status: { phase: 'Running' } }, { spec: null },
    ],
    parts: ['status', 'ephemeralcontainers', 'resize'],
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    path: within('/api/v1', 'services'),
    body: { spec: { ports: [{ port: 80 }] } },
    edits: [...COMMON, { spec: { ports: [{ port: 81, name: 'x' }] } }, { spec: { ports: [{ port: 80, prt: 1 }] } }, { spec: { type: 'NodePort' } }, { spec: { clusterIP: 'None' } }, { spec: { sessionAffinity: 'ClientIP' } }, { spec: { ports: [{ port: 'http' }] } }],
  },
  { apiVersion: 'v1', kind: 'ServiceAccount', path: within('/api/v1', 'serviceaccounts'), body: {}, edits: [...COMMON, { automountServiceAccountToken: false }, { imagePullSecrets: [{ name: 'x' }] }] },
  { apiVersion: 'v1', kind: 'PodTemplate', path: within('/api/v1', 'podtemplates'), body: { template }, edits: [...COMMON, { template: { spec: { restartPolicy: 'Sometimes' } } }, { template: { metadata: { labels: { a: 'b' } } } }] },
  { apiVersion: 'v1', kind: 'LimitRange', path: within('/api/v1', 'limitranges'), body: { spec: { limits: [{ type: 'Pod', max: { cpu: '2' } }] } }, edits: COMMON },
  {
    apiVersion: 'batch/v1',
    kind: 'Job',
    path: within('/apis/batch/v1', 'jobs'),
    body: { spec: { managedBy: 'example.com/mine', template: { spec: { restartPolicy: 'Never', containers: [CONTAINER] } } } },
    edits: [...COMMON, { spec: { parallelism: 2 } }, { spec: { suspend: true } }, { spec: { backoffLimit: -1 } }, { spec: { completions: 'two' } }, { spec: { paralelism: 2 } }],
    parts: ['status'],
  },
  { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', path: within('/apis/coordination.k8s.io/v1', 'leases'), body: { spec: { holderIdentity: 'me' } }, edits: [...COMMON, { spec: { leaseDurationSeconds: 5 } }, { spec: { leaseDurationSeconds: 0 } }, { spec: { renewTime: 'now' } }] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', path: within('/apis/rbac.authorization.k8s.io/v1', 'roles'), body: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }, edits: [...COMMON, { rules: [] }, { rules: null }, { rules: [{ verbs: [] }] }, { rules: {} }] },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', path: within('/apis/networking.k8s.io/v1', 'networkpolicies'), body: { spec: { podSelector: {} } }, edits: [...COMMON, { spec: { policyTypes: ['Egress'] } }, { spec: { policyTypes: ['Sideways'] } }] },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', path: '/apis/scheduling.k8s.io/v1/priorityclasses', body: { value: 5 }, edits: [...COMMON, { description: 'x' }, { value: 6 }, { globalDefault: 'no' }] },
  { apiVersion: 'apps/v1', kind: 'ControllerRevision', path: within('/apis/apps/v1', 'controllerrevisions'), body: { revision: 1, data: { spec: {} } }, edits: [...COMMON, { revision: 2 }, { data: { spec: { a: 1 } } }, { revision: -1 }] },
  {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaim',
    path: within('/apis/resource.k8s.io/v1', 'resourceclaims'),
    body: { spec: { devices: { requests: [DEVICE_REQUEST] } } },
    edits: [...COMMON, { spec: { devices: { requests: [] } } }, { spec: { devices: { reqests: [] } } }, { spec: { devices: { requests: [{ ...DEVICE_REQUEST, exactly: { ...DEVICE_REQUEST.exactly, count: 2 } }] } } }, { status: { reservedFor: [] } }, { status: { allocation: { devices: { results: [DEVICE_RESULT] } } } }, { status: { allocation: 'none' } }],
    parts: ['status'],
  },
  {
    apiVersion: 'resource.k8s.io/v1',
    kind: 'ResourceClaimTemplate',
    path: within('/apis/resource.k8s.io/v1', 'resourceclaimtemplates'),
    body: { spec: { spec: { devices: { requests: [DEVICE_REQUEST] } } } },
    edits: [...COMMON, { spec: { metadata: { labels: { app: 'a' } } } }, { spec: { spec: { devices: { requests: [{ name: 'gpu' }] } } } }, { spec: { spec: { device: {} } } }],
  },
  { apiVersion: 'resource.k8s.io/v1', kind: 'DeviceClass', path: '/apis/resource.k8s.io/v1/deviceclasses', body: { spec: {} }, edits: [...COMMON, { spec: { extendedResourceName: 'example.com/gpu' } }, { spec: { extendedResourceName: 'cpu' } }, { spec: { selectors: [{}] } }, { spec: { selector: [] } }, { spec: { config: [{ opaque: { driver: 'gpu.example.com', parameters: { a: 1 } } }] } }] },
]

/** Merged into a body: objects key by key, everything else replaced. */
export function edited(base: JsonObject, edit: JsonObject): JsonObject {
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(edit)) merged[key] = isObject(value) && isObject(merged[key]) ? edited(merged[key], value) : value
  return merged as JsonObject
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const WIDE = new Set(['PriorityClass', 'DeviceClass'])

/** The letters `a` and `b`; with the play's prefix where others could have the name too. */
export function nameOf({ kind }: Tame, letter: string): string {
  return WIDE.has(kind) ? `@${letter}` : letter
}

export function wholeBody(tame: Tame, name: string, edits: readonly JsonObject[] = []): JsonObject {
  const { apiVersion, kind, body } = tame
  return edits.reduce(edited, { apiVersion, kind, metadata: { name }, ...body })
}
