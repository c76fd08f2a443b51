import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../model/kube-object.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { createView } from '../model/view.ts'
import { evaluateExpression, expressionFacts, flawOfExpression } from './expression.ts'

const node: KubeObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels: { pool: 'web' }, annotations: { users: '0' } }, spec: {} }
const pod = (name: string, labels: Record<string, string>, phase = 'Running'): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels }, spec: { nodeName: 'n1', priority: 7 }, status: { phase } })
const view = createView(createSnapshot({ takenAtMs: 0, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'c', resourceVersion: '1', objects: [node, pod('a', { app: 'web' }), pod('b', {}), pod('old', { app: 'session' }, 'Succeeded')], logs: [], notes: [] }))
const facts = expressionFacts(node, view)

describe('a check of one target', () => {
  test.each([
    { expression: 'object.metadata.annotations.users == "0"', held: true },
    { expression: 'int(object.metadata.annotations.users) < 1', held: true },
    { expression: 'size(pods) == 2', held: true },
    { expression: 'pods.exists(p, p.metadata.?labels.?app.orValue("") == "session")', held: false },
    { expression: 'pods.all(p, p.spec.priority > 5)', held: true },
    { expression: 'nodes[0].metadata.labels.pool == "web"', held: true },
    { expression: 'object.metadata.annotations.visitors == "0"', held: false, says: 'cannot be made' },
    { expression: 'pods.all(p, p.metadata.labels.app == "web")', held: false, says: 'cannot be made' },
    { expression: 'size(pods)', held: false, says: 'not true or false' },
    { expression: 'object.metadata.name', held: false, says: 'not true or false' },
    { expression: 'object.metadata.name ==', held: false, says: 'cannot be made' },
    { expression: 'process.exit(1) == 1', held: false, says: 'cannot be made' },
    { expression: '1 / 0 == 1', held: false, says: 'cannot be made' },
    { expression: `${'('.repeat(200)}true${')'.repeat(200)}`, held: false, says: 'cannot be made' },
  ])('$expression: $held', ({ expression, held, says = '' }) => {
    const result = evaluateExpression(expression, facts)
    expect(result.held).toBe(held)
    expect(result.detail).toContain(says)
  })

  test('facts that are missing altogether hold nothing', () => {
    for (const broken of [{}, { object: null }, { object: node, pods: null }, { object: node, pods: 'all' }]) expect(evaluateExpression('size(pods) == 0', broken as never).held).toBe(false)
  })
})

test.each([
  { expression: 'size(pods) == 0', flaw: undefined },
  { expression: 'object.spec.replicas', flaw: undefined },
  { expression: 'size(pods)', flaw: 'it gives int, not bool' },
  { expression: 'users == 0', flaw: 'Unknown variable: users' },
  { expression: 'size(pods', flaw: expect.stringContaining('Expected') },
])('$expression is told before it is used: $flaw', ({ expression, flaw }) => {
  expect(flawOfExpression(expression)).toEqual(flaw)
})
