/** What a rehearsal says of things that the twin does not play. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../model/kube-object.ts'
import type { Plan } from '../model/plan.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { nodeNamed, webDeployment } from '../twin/http/served-twin-bed.ts'
import { createTwin } from '../twin/twin.ts'
import { rehearse } from './rehearse.ts'

const target = (name: string) => ({ apiVersion: 'v1', kind: 'Node', name })
const removal = (name: string): Plan => ({
  kind: 'plan', id: 'p', goal: 'it is gone', hazard: 'test', subject: target(name), risk: 'destructive', expectedEffect: '', needsInput: [], rationale: '', values: 'observed',
  steps: [{ id: '1-delete', action: { verb: 'delete-node', target: target(name) }, reason: '', preconditions: [] }],
  proof: [{ type: 'object-gone', target: target(name) }],
})

function snapshotOfPool() {
  const twin = createTwin({ seed: 1, startMs: 0, version: DEFAULT_CLUSTER_VERSION, objects: [nodeNamed('n1'), nodeNamed('n2'), webDeployment('web:1', 1)] })
  twin.advance(60_000)
  const managed = (object: KubeObject): KubeObject => (object.metadata.name === 'n1' ? { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, 'eks.amazonaws.com/nodegroup': 'w' } } } : object)
  const snapshot = twin.snapshot()
  return createSnapshot({ ...snapshot, objects: snapshot.objects.map(managed), logs: [], notes: [] })
}

test.each([
  { node: 'n1', touched: 1, elsewhere: 0, confidence: 0.85, isSafe: false },
  { node: 'n2', touched: 0, elsewhere: 1, confidence: 1, isSafe: true },
])('a removal of $node: a managed pool lowers the confidence where the plan touches it, and then nothing is called safe', async ({ node, touched, elsewhere, confidence, isSafe }) => {
  const rehearsal = await rehearse({ id: 'r', plan: removal(node), snapshot: snapshotOfPool(), seeds: [1, 2], rehearsedAtMs: 0, detect: () => [] })
  expect(rehearsal).toMatchObject({ passed: true, confidence })
  expect([rehearsal.notModelled.length, rehearsal.notModelledElsewhere?.length]).toEqual([touched, elsewhere])
  expect(rehearsal.summary.includes('; not called safe: it touches a thing that is not modelled')).toBe(!isSafe)
})
