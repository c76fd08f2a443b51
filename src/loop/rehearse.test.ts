/** What a rehearsal says of things that the twin does not play. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../model/kube-object.ts'
import type { Plan } from '../model/plan.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { nodeNamed, webDeployment } from '../twin/http/served-twin-bed.ts'
import { createTwin } from '../twin/twin.ts'
import { rehearse } from './rehearse.ts'

const target = (name: string) => ({ apiVersion: 'v1', kind: 'Node', name })
const cordon = (name: string): Plan => ({
  kind: 'plan', id: 'p', goal: 'nothing new lands there', hazard: 'test', subject: target(name), risk: 'reversible', expectedEffect: '', needsInput: [], rationale: '', values: 'observed',
  steps: [{ id: '1-cordon', action: { verb: 'cordon', target: target(name) }, reason: '', preconditions: [] }],
  proof: [{ type: 'field-equals', target: target(name), path: 'spec.unschedulable', value: true }],
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
])('a cordon of $node: a managed pool lowers the confidence where the plan touches it, and then nothing is called safe', async ({ node, touched, elsewhere, confidence, isSafe }) => {
  const rehearsal = await rehearse({ id: 'r', plan: cordon(node), snapshot: snapshotOfPool(), seeds: [1, 2], rehearsedAtMs: 0, detect: () => [] })
  expect(rehearsal).toMatchObject({ passed: true, confidence })
  expect([rehearsal.notModelled.length, rehearsal.notModelledElsewhere?.length]).toEqual([touched, elsewhere])
  expect(rehearsal.summary.includes('; not called safe: it touches a thing that is not modelled')).toBe(!isSafe)
})
