/** Rights: what is laid into a valid object of each kind, right and wrong values alike. */

import type { Mutation } from './mutation.ts'
import { BROKEN_SELECTOR, metadata, SELECTOR } from './setting-metadata.ts'

const rules: readonly Mutation[] = [
  ['rules', []],
  ['rules.0.verbs', []],
  ['rules.0.resources', []],
  ['rules.0.apiGroups', []],
  ['rules.0', { nonResourceURLs: ['/healthz'], verbs: ['get'] }],
  ['rules.0', { nonResourceURLs: ['/healthz'], resources: ['pods'], apiGroups: [''], verbs: ['get'] }],
  ['rules.0.resourceNames', ['a']],
  ['rules.1', { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['*'] }],
]

const binding: readonly Mutation[] = [
  ['roleRef.name', ''],
  ['roleRef.kind', 'Group'],
  ['roleRef.apiGroup', 'example.com'],
  ['roleRef.apiGroup', undefined],
  ['roleRef', { kind: 'ClusterRole', name: 'view' }],
  ['roleRef.name', 'a/b'],
  ['subjects', []],
  ['subjects.0', { kind: 'User', name: '' }],
  ['subjects.0', { kind: 'ServiceAccount', name: 'Not_A_Name' }],
  ['subjects.0', { kind: 'ServiceAccount', name: 'sa', namespace: 'n', apiGroup: 'x' }],
  ['subjects.0', { kind: 'Robot', name: 'r' }],
  ['subjects.0', { kind: 'Group', name: 'g', apiGroup: 'example.com' }],
]

export const ACCESS_MENUS = {
  role: [...metadata, ...rules],
  clusterRole: [...metadata, ...rules, ['aggregationRule', { clusterRoleSelectors: [SELECTOR] }], ['aggregationRule', { clusterRoleSelectors: [] }], ['aggregationRule', { clusterRoleSelectors: [BROKEN_SELECTOR] }]],
  roleBinding: [...metadata, ...binding],
  clusterRoleBinding: [...metadata, ...binding],
} as const satisfies Readonly<Record<string, readonly Mutation[]>>
