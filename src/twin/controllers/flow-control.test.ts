import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { testTwin } from '../test-twin.ts'

const VERSION = 'flowcontrol.apiserver.k8s.io/v1'
const schemaRef = (name: string) => ({ apiVersion: VERSION, kind: 'FlowSchema', name })
const levelRef = (name: string) => ({ apiVersion: VERSION, kind: 'PriorityLevelConfiguration', name })
const merge = (body: object) => ({ type: 'merge', body }) as never

function schema(name: string, level: string): KubeObject {
  const rules = [{ subjects: [{ kind: 'User', user: { name: 'ann' } }], nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/x'] }] }]
  return { apiVersion: VERSION, kind: 'FlowSchema', metadata: { name }, spec: { priorityLevelConfiguration: { name: level }, rules } }
}

function dangling(object: KubeObject | undefined): readonly [string, string] | undefined {
  const [condition] = ((object?.['status'] ?? {}) as { conditions?: readonly { status: string; reason: string }[] }).conditions ?? []
  return condition === undefined ? undefined : [condition.status, condition.reason]
}

test('a cluster starts with its schemas and levels, and each schema is told that its level is there', () => {
  const twin = testTwin({})
  twin.advance(1_000)
  const schemas = [...twin.store.list('flowcontrol.apiserver.k8s.io/FlowSchema')]
  expect(schemas.map(({ metadata }) => metadata.name).sort()).toEqual(
    ['catch-all', 'exempt', 'global-default', 'kube-controller-manager', 'kube-scheduler', 'kube-system-service-accounts', 'probes', 'service-accounts', 'system-leader-election', 'system-node-high', 'system-nodes'],
  )
  expect(schemas.map(dangling)).toEqual(schemas.map(() => ['False', 'Found']))
  expect([...twin.store.list('flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration')]).toHaveLength(8)
})

test('a schema dangles until its level comes', () => {
  const twin = testTwin({})
  twin.api.create(schema('mine', 'later'))
  twin.advance(1_000)
  expect(dangling(twin.store.get(schemaRef('mine')))).toEqual(['True', 'NotFound'])
  twin.api.create({ apiVersion: VERSION, kind: 'PriorityLevelConfiguration', metadata: { name: 'later' }, spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } })
  twin.advance(1_000)
  expect(dangling(twin.store.get(schemaRef('mine')))).toEqual(['False', 'Found'])
})

test('what the server started with comes back within a minute, changed or gone, unless it was told to leave it', () => {
  const twin = testTwin({})
  twin.api.remove(levelRef('system'))
  twin.api.patch(schemaRef('probes'), merge({ spec: { matchingPrecedence: 7 } }))
  twin.api.patch(schemaRef('service-accounts'), merge({ metadata: { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'false' } }, spec: { matchingPrecedence: 8000 } }))
  twin.api.patch(levelRef('exempt'), merge({ spec: { exempt: { lendablePercent: 5 } } }))
  twin.advance(61_000)
  const precedence = (name: string): unknown => (twin.store.get(schemaRef(name))?.['spec'] as { matchingPrecedence?: number } | undefined)?.matchingPrecedence
  expect(twin.store.get(levelRef('system'))).toBeDefined()
  expect([precedence('probes'), precedence('service-accounts')]).toEqual([2, 8000])
  expect(twin.store.get(levelRef('exempt'))?.['spec']).toEqual({ type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 5 } })
  expect(twin.livelocks).toEqual([])
})

test.each([
  ['a mandatory schema', schemaRef('catch-all'), { spec: { matchingPrecedence: 9999 } }, "spec of 'catch-all' must equal the fixed value"],
  ['a mandatory level', levelRef('catch-all'), { spec: { limited: { lendablePercent: 1 } } }, "spec of 'catch-all' must equal the fixed value"],
  ['the exempt level', levelRef('exempt'), { spec: { limited: { limitResponse: { type: 'Reject' } } } }, "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value"],
] as const)('%s keeps its spec', (_name, ref, body, words) => {
  expect(() => testTwin({}).api.patch(ref, merge(body))).toThrow(words)
})
