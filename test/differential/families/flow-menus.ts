/** Flow schemas and priority levels. What is made matches nobody: no request of any play is slowed by it. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Mutation } from './mutation.ts'
import { metadata } from './setting-metadata.ts'

const GROUP = 'flowcontrol.apiserver.k8s.io/v1'
const wide = { name: '@NAMED' }
const NOBODY = { kind: 'User', user: { name: 'nobody-at-all' } }
const RULE = { verbs: ['get'], apiGroups: ['nobody.example.com'], resources: ['things'], namespaces: ['nowhere'] }
const PATHS = { verbs: ['get'], nonResourceURLs: ['/nowhere/*'] }

export const FLOW_BASES = {
  flowSchema: { apiVersion: GROUP, kind: 'FlowSchema', metadata: wide, spec: { priorityLevelConfiguration: { name: 'global-default' }, matchingPrecedence: 9000, rules: [{ subjects: [NOBODY], resourceRules: [RULE] }] } },
  level: { apiVersion: GROUP, kind: 'PriorityLevelConfiguration', metadata: wide, spec: { type: 'Limited', limited: { nominalConcurrencyShares: 1, limitResponse: { type: 'Queue', queuing: { queues: 8, handSize: 2, queueLengthLimit: 5 } } } } },
} as const satisfies Record<string, KubeObject>

export const FLOW_MENUS: Readonly<Record<keyof typeof FLOW_BASES, readonly Mutation[]>> = {
  flowSchema: [
    ...metadata,
    ['spec', {}],
    ['spec.matchingPrecedence', undefined],
    ['spec.matchingPrecedence', 0],
    ['spec.matchingPrecedence', 1],
    ['spec.matchingPrecedence', -5],
    ['spec.matchingPrecedence', 10_001],
    ['spec.distinguisherMethod', { type: 'ByUser' }],
    ['spec.distinguisherMethod', { type: 'ByNamespace' }],
    ['spec.distinguisherMethod', { type: 'ByLuck' }],
    ['spec.distinguisherMethod', {}],
    ['spec.priorityLevelConfiguration', undefined],
    ['spec.priorityLevelConfiguration', { name: 'nobody-knows-it' }],
    ['spec.priorityLevelConfiguration', { name: 'Not_A_Name' }],
    ['spec.rules', []],
    ['spec.rules', [{}]],
    ['spec.rules.0.subjects', []],
    ['spec.rules.0.subjects', [{ kind: 'Group', group: { name: 'g' } }, { kind: 'Group', group: {}, user: { name: 'u' } }]],
    ['spec.rules.0.subjects', [{ kind: 'Robot', user: { name: 'u' } }, { kind: 'User', group: { name: 'g' } }]],
    ['spec.rules.0.subjects', [{ kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'n' } }, { kind: 'ServiceAccount', serviceAccount: { name: 'Not_A_Name', namespace: 'a.b' } }]],
    ['spec.rules.0.subjects', [{ kind: 'ServiceAccount', serviceAccount: {}, user: {}, group: {} }, { kind: 'ServiceAccount' }, { kind: 'User' }, { kind: 'Group' }]],
    ['spec.rules.0.subjects', [{ kind: 'User', user: { name: '' }, serviceAccount: { name: 'a', namespace: 'b' }, group: { name: 'g' } }]],
    ['spec.rules.0.resourceRules', []],
    ['spec.rules.0.nonResourceRules', [PATHS]],
    ['spec.rules.0.nonResourceRules', [{ verbs: ['*', 'get'], nonResourceURLs: ['*', '/a'] }]],
    ['spec.rules.0.nonResourceRules', [{ verbs: [], nonResourceURLs: [] }]],
    ['spec.rules.0.nonResourceRules', [{ verbs: ['get', 'stare'], nonResourceURLs: ['', '/', 'a', '/a b', '/a//b', '/a/*/*', '/a*', '/a/*', '*'] }]],
    ['spec.rules.0.nonResourceRules', [{ verbs: ['get'], nonResourceURLs: ['', '/', 'a', '/a b', '/a//b', '/a/*/*', '/a*', '/a/*'] }]],
    ['spec.rules.0.resourceRules.0.verbs', ['*', 'get']],
    ['spec.rules.0.resourceRules.0.verbs', ['*']],
    ['spec.rules.0.resourceRules.0.verbs', []],
    ['spec.rules.0.resourceRules.0.verbs', ['get', 'proxy', 'stare']],
    ['spec.rules.0.resourceRules.0.apiGroups', []],
    ['spec.rules.0.resourceRules.0.apiGroups', ['*', '']],
    ['spec.rules.0.resourceRules.0.resources', undefined],
    ['spec.rules.0.resourceRules.0.resources', ['*', 'pods']],
    ['spec.rules.0.resourceRules.0.namespaces', []],
    ['spec.rules.0.resourceRules.0.namespaces', ['*', 'a']],
    ['spec.rules.0.resourceRules.0.namespaces', ['a', 'Not_A_Name', 'a.b']],
    ['spec.rules.0.resourceRules.0', { ...RULE, namespaces: [], clusterScope: true }],
    ['spec.rules.0.resourceRules.0.clusterScope', false],
    ['status', { conditions: [{ type: 'Dangling', status: 'True' }] }],
  ],
  level: [
    ...metadata,
    ['spec', {}],
    ['spec.type', ''],
    ['spec.type', 'Exempt'],
    ['spec.type', 'Unlimited'],
    ['spec.exempt', {}],
    ['spec.exempt', { nominalConcurrencyShares: -1, lendablePercent: 101 }],
    ['spec', { type: 'Exempt' }],
    ['spec', { type: 'Exempt', exempt: { nominalConcurrencyShares: -1, lendablePercent: 101 } }],
    ['spec', { type: 'Limited', limited: {} }],
    ['spec.limited', undefined],
    ['spec.limited.nominalConcurrencyShares', 0],
    ['spec.limited.nominalConcurrencyShares', undefined],
    ['spec.limited.nominalConcurrencyShares', -1],
    ['spec.limited.lendablePercent', 100],
    ['spec.limited.lendablePercent', 101],
    ['spec.limited.lendablePercent', -1],
    ['spec.limited.borrowingLimitPercent', 0],
    ['spec.limited.borrowingLimitPercent', -1],
    ['spec.limited.borrowingLimitPercent', 300],
    ['spec.limited.limitResponse', { type: 'Reject' }],
    ['spec.limited.limitResponse.type', 'Reject'],
    ['spec.limited.limitResponse.type', 'Shrug'],
    ['spec.limited.limitResponse.type', undefined],
    ['spec.limited.limitResponse.queuing', undefined],
    ['spec.limited.limitResponse.queuing', {}],
    ['spec.limited.limitResponse.queuing', { queues: 0, handSize: 0, queueLengthLimit: 0 }],
    ['spec.limited.limitResponse.queuing', { queues: -1, handSize: -1, queueLengthLimit: -1 }],
    ['spec.limited.limitResponse.queuing', { queues: 10_000_001, handSize: 1 }],
    ['spec.limited.limitResponse.queuing', { queues: 512, handSize: 7 }],
    ['spec.limited.limitResponse.queuing', { queues: 4, handSize: 5 }],
    ['metadata.annotations', { 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares': '' }],
  ],
}
