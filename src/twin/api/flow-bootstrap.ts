/**
 * The flow schemas and priority levels that an API server makes when it first starts (`apiserver/pkg/apis/flowcontrol/bootstrap`,
 * the same in 1.34 to 1.36). Two of each are mandatory: their specs may not be changed.
 */

import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'

const VERSION = 'flowcontrol.apiserver.k8s.io/v1'
/** Says that the server keeps the spec up to date. */
export const SERVER_KEEPS = 'apf.kubernetes.io/autoupdate-spec'
const ALL = ['*']
const EVERYTHING = { verbs: ALL, apiGroups: ALL, resources: ALL, clusterScope: true, namespaces: ALL }
const EVERY_PATH = { verbs: ALL, nonResourceURLs: ALL }
const LEASES = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: ALL }
const ANYBODY = [group('system:unauthenticated'), group('system:authenticated')]
const SYSTEM_ACCOUNTS = { kind: 'ServiceAccount', serviceAccount: { namespace: 'kube-system', name: '*' } }

interface Schema {
  readonly name: string
  readonly level: string
  readonly precedence: number
  readonly by?: 'ByUser' | 'ByNamespace'
  readonly subjects: readonly object[]
  /** Of everything that can be asked where it does not say. */
  readonly rules?: { readonly resourceRules?: readonly object[]; readonly nonResourceRules?: readonly object[] }
}

const MANDATORY_SCHEMAS: readonly Schema[] = [
  { name: 'exempt', level: 'exempt', precedence: 1, subjects: [group('system:masters')] },
  { name: 'catch-all', level: 'catch-all', precedence: 10_000, by: 'ByUser', subjects: ANYBODY },
]

const SUGGESTED_SCHEMAS: readonly Schema[] = [
  { name: 'probes', level: 'exempt', precedence: 2, subjects: ANYBODY, rules: { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }] } },
  {
    name: 'system-leader-election', level: 'leader-election', precedence: 100, by: 'ByUser',
    subjects: [user('system:kube-controller-manager'), user('system:kube-scheduler'), SYSTEM_ACCOUNTS],
    rules: { resourceRules: [{ verbs: ['get', 'create', 'update'], ...LEASES }] },
  },
  {
    name: 'system-node-high', level: 'node-high', precedence: 400, by: 'ByUser', subjects: [group('system:nodes')],
    rules: { resourceRules: [{ verbs: ALL, apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: ALL }, { verbs: ALL, ...LEASES }] },
  },
  { name: 'system-nodes', level: 'system', precedence: 500, by: 'ByUser', subjects: [group('system:nodes')] },
  { name: 'kube-controller-manager', level: 'workload-high', precedence: 800, by: 'ByNamespace', subjects: [user('system:kube-controller-manager')] },
  { name: 'kube-scheduler', level: 'workload-high', precedence: 800, by: 'ByNamespace', subjects: [user('system:kube-scheduler')] },
  { name: 'kube-system-service-accounts', level: 'workload-high', precedence: 900, by: 'ByNamespace', subjects: [SYSTEM_ACCOUNTS] },
  { name: 'service-accounts', level: 'workload-low', precedence: 9000, by: 'ByUser', subjects: [group('system:serviceaccounts')] },
  { name: 'global-default', level: 'global-default', precedence: 9900, by: 'ByUser', subjects: ANYBODY },
]

const REJECT = { type: 'Reject' }

const MANDATORY_LEVELS: readonly KubeObject[] = [
  level('exempt', { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } }),
  level('catch-all', { type: 'Limited', limited: { nominalConcurrencyShares: 5, limitResponse: REJECT, lendablePercent: 0 } }),
]

const SUGGESTED_LEVELS: readonly KubeObject[] = [
  queued('system', { shares: 30, lendable: 33, queues: 64, hand: 6 }),
  queued('node-high', { shares: 40, lendable: 25, queues: 64, hand: 6 }),
  queued('leader-election', { shares: 10, lendable: 0, queues: 16, hand: 4 }),
  queued('workload-high', { shares: 40, lendable: 50, queues: 128, hand: 6 }),
  queued('workload-low', { shares: 100, lendable: 90, queues: 128, hand: 6 }),
  queued('global-default', { shares: 20, lendable: 50, queues: 128, hand: 6 }),
]

export const MANDATORY_FLOW_OBJECTS: readonly KubeObject[] = [...MANDATORY_LEVELS, ...MANDATORY_SCHEMAS.map(flowSchema)]
export const BOOTSTRAP_FLOW_OBJECTS: readonly KubeObject[] = [...SUGGESTED_LEVELS, ...SUGGESTED_SCHEMAS.map(flowSchema), ...MANDATORY_FLOW_OBJECTS]

export function flowLevelRef(name: string): ObjectRef {
  return { apiVersion: VERSION, kind: 'PriorityLevelConfiguration', name }
}

function flowSchema({ name, level: priorityLevel, precedence, by, subjects, rules = { resourceRules: [EVERYTHING], nonResourceRules: [EVERY_PATH] } }: Schema): KubeObject {
  const spec = {
    priorityLevelConfiguration: { name: priorityLevel },
    matchingPrecedence: precedence,
    ...(by === undefined ? {} : { distinguisherMethod: { type: by } }),
    rules: [{ subjects, ...rules }],
  }
  return { apiVersion: VERSION, kind: 'FlowSchema', metadata: ownedByServer(name), spec }
}

function queued(name: string, { shares, lendable, queues, hand }: Readonly<Record<'shares' | 'lendable' | 'queues' | 'hand', number>>): KubeObject {
  const limitResponse = { type: 'Queue', queuing: { queues, handSize: hand, queueLengthLimit: 50 } }
  return level(name, { type: 'Limited', limited: { nominalConcurrencyShares: shares, limitResponse, lendablePercent: lendable } })
}

function level(name: string, spec: object): KubeObject {
  return { apiVersion: VERSION, kind: 'PriorityLevelConfiguration', metadata: ownedByServer(name), spec }
}

function ownedByServer(name: string): KubeObject['metadata'] {
  return { name, annotations: { [SERVER_KEEPS]: 'true' } }
}

function group(name: string): object {
  return { kind: 'Group', group: { name } }
}

function user(name: string): object {
  return { kind: 'User', user: { name } }
}
