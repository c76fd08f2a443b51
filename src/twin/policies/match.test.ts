import { expect, test } from 'vitest'
import { BUILT_IN_RESOURCES } from '../api/built-in-resources.ts'
import type { Resource } from '../api/resource.ts'
import { createStore } from '../store.ts'
import { matchesRequest, type MatchResources, type ResourceRule } from './match.ts'
import type { AdmissionRequest } from './request.ts'

const pods = BUILT_IN_RESOURCES.find(({ kind, group }) => kind === 'Pod' && group === '') as Resource
const store = createStore()
store.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { tier: 'gold' } } })
const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } } }
const create: AdmissionRequest = { operation: 'CREATE', resource: pods, subresource: '', requester: { user: 'a' }, dryRun: false, object: pod }
const rule: ResourceRule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }
const ruled = (change: Partial<ResourceRule>, more: MatchResources = {}): MatchResources => ({ resourceRules: [{ ...rule, ...change }], ...more })

test.each<[string, MatchResources, Partial<AdmissionRequest>, boolean]>([
  ['what it names', ruled({}), {}, true],
  ['no other operation', ruled({}), { operation: 'DELETE' }, false],
  ['no part', ruled({}), { subresource: 'eviction' }, false],
  ['a part', ruled({ resources: ['pods/eviction'] }), { subresource: 'eviction' }, true],
  ['all without parts', ruled({ resources: ['*'] }), { subresource: 'eviction' }, false],
  ['all and their parts', ruled({ resources: ['*/*'] }), { subresource: 'eviction' }, true],
  ['a part of all', ruled({ resources: ['*/eviction'] }), { subresource: 'eviction' }, true],
  ['the scope', ruled({ scope: 'Cluster' }), {}, false],
  ['a name', ruled({ resourceNames: ['other'] }), {}, false],
  ['what is excluded', ruled({}, { excludeResourceRules: [rule] }), {}, false],
  ['the namespace', ruled({}, { namespaceSelector: { matchLabels: { tier: 'gold' } } }), {}, true],
  ['no other namespace', ruled({}, { namespaceSelector: { matchLabels: { tier: 'lead' } } }), {}, false],
  ['labels of the object as it was', ruled({ operations: ['*'] }, { objectSelector: { matchLabels: { app: 'web' } } }), { operation: 'UPDATE', object: { ...pod, metadata: { name: 'web', namespace: 'shop' } }, oldObject: pod }, true],
])('matches %s', (_name, match, change, expected) => {
  expect(matchesRequest(match, { ...create, ...change }, { store })).toBe(expected)
})
