/** What nobody could read: named, and in the way of "safe" where it might have decided something. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot, type Snapshot, type SnapshotNote } from '../../model/snapshot.ts'
import { podTemplate, TEST_START_MS, TEST_VERSION } from '../test-twin.ts'
import { allGaps, NOTHING_AFFECTED } from './all-gaps.test-support.ts'
import { splitGaps, type Affected, type Gap, type Written } from './gap.ts'
import { leftOutObjects, unreadKinds, unreadNamespaces } from './unread.ts'

const snapshotOf = (objects: readonly KubeObject[], notes: readonly SnapshotNote[] = []): Snapshot => createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes })
const pods = (operation: Written['operation'], namespace = 'shop'): Written => ({ operation, group: '', resource: 'pods', namespace, labels: {} })
const deployments: Written = { operation: 'UPDATE', group: 'apps', resource: 'deployments', namespace: 'shop', labels: {} }
const affected = (...written: Written[]): Affected => ({ ...NOTHING_AFFECTED, written, objects: new Set(['Deployment shop/web']) })
const isTouched = (gaps: readonly Gap[], by: Affected): boolean => splitGaps(gaps, by).touched.length > 0

test.each<{ readonly source: string; readonly code?: SnapshotNote['code']; readonly says?: RegExp; readonly evicting?: boolean; readonly making?: boolean }>([
  { source: 'policy/v1 PodDisruptionBudget', says: /^PodDisruptionBudgets could not be read: which evictions they refuse is not known/, evicting: true, making: false },
  { source: 'v1 ResourceQuota', says: /^ResourceQuotas could not be read/, evicting: false, making: true },
  { source: 'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration', says: /what they refuse is not known/, evicting: true, making: true },
  { source: 'v1 Pod', code: 'unreadable', says: /what runs is not known/, evicting: true, making: true },
  { source: 'v1 Secret' },
  { source: 'example.com/v1 Widget' },
  { source: 'log shop/web/main' },
  { source: 'policy/v1 PodDisruptionBudget', code: 'withheld' },
])('$source ($code)', ({ source, code = 'forbidden', says, evicting = false, making = false }) => {
  const gaps = unreadKinds(snapshotOf([], [{ code, source, message: 'may not be listed' }]))
  expect(allGaps(gaps)).toHaveLength(says === undefined ? 0 : 1)
  expect(allGaps(gaps).join('')).toMatch(says ?? /^$/)
  expect([isTouched(gaps, NOTHING_AFFECTED), isTouched(gaps, affected(pods('DELETE'))), isTouched(gaps, affected(pods('CREATE')))]).toEqual([false, evicting, making])
})

test.each<{ readonly name: string; readonly object: KubeObject; readonly by: Affected; readonly touched: boolean }>([
  { name: 'a budget, where a pod goes', object: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'shop' } }, by: affected(pods('DELETE')), touched: true },
  { name: 'a budget of another namespace', object: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'depot' } }, by: affected(pods('DELETE')), touched: false },
  { name: 'a budget, where a pod comes', object: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'shop' } }, by: affected(pods('CREATE')), touched: false },
  { name: 'a node, wherever something is written', object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a' } }, by: affected(pods('CREATE')), touched: true },
  { name: 'anything, where nothing happens', object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } }, by: NOTHING_AFFECTED, touched: false },
])('a malformed object: $name', ({ object, by, touched }) => {
  const gaps = leftOutObjects([object, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop' } }])
  expect(allGaps(gaps)).toHaveLength(1)
  expect(isTouched(gaps, by)).toBe(touched)
})

const namespace = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
const STRICT = { securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } }
const STRICT_CONTAINER = { securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }
const web = (isStrict = false): KubeObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' }, spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: isStrict ? podTemplate('web', STRICT_CONTAINER, STRICT) : podTemplate('web') } }) as KubeObject

test.each<{ readonly name: string; readonly objects: readonly KubeObject[]; readonly by: Affected; readonly said: boolean; readonly touched: boolean }>([
  { name: 'a namespace that was collected', objects: [namespace('shop'), web()], by: affected(pods('CREATE')), said: false, touched: false },
  { name: 'new pods in one that was not', objects: [namespace('other'), web()], by: affected(pods('CREATE')), said: true, touched: true },
  { name: 'no namespace at all', objects: [web()], by: affected(pods('CREATE')), said: true, touched: true },
  { name: 'new pods elsewhere', objects: [web()], by: affected(pods('CREATE', 'other')), said: true, touched: false },
  { name: 'pods that only go', objects: [web()], by: affected(pods('DELETE')), said: true, touched: false },
  { name: 'pods that every level admits', objects: [web(true)], by: affected(pods('CREATE')), said: true, touched: false },
  { name: 'such pods, of a template that is changed', objects: [web(true)], by: affected(pods('CREATE'), deployments), said: true, touched: true },
])('$name', ({ objects, by, said, touched }) => {
  const gaps = unreadNamespaces(snapshotOf(objects))
  expect(allGaps(gaps)).toEqual(said ? ['Namespace shop was not collected: which level of pod security it enforces is not known, and none is taken to be.'] : [])
  expect(isTouched(gaps, by)).toBe(touched)
})
