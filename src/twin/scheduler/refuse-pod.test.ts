/** What is said of a pod that fits nowhere, where all nodes are ruled out at once. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { isPod } from '../../model/kube/workload.ts'
import { testNode, testTwin } from '../test-twin.ts'

const claimed = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
const fieldTerm = (values: readonly string[]): object => ({ matchFields: [{ key: 'metadata.name', operator: 'In', values }] })
const onNodes = (...terms: readonly object[]): object => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } } })

function messageFor(spec: object, objects: readonly KubeObject[] = []): string | undefined {
  const pod: KubeObject = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' }, spec: { containers: [{ name: 'main', image: 'app:1' }], ...spec } }
  const twin = testTwin({ nodes: 0, objects: [testNode('a'), testNode('b'), ...objects] })
  twin.advance(5_000)
  twin.api.create(pod)
  twin.advance(2_000)
  const placed = twin.store.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'web' })
  return placed !== undefined && isPod(placed) ? placed.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message : undefined
}

test.each([
  ['a claim that is not there', claimed, '0/2 nodes are available: persistentvolumeclaim "data" not found. not found'],
  ['fields that contradict each other', onNodes({ matchFields: [...(fieldTerm(['a']) as { matchFields: object[] }).matchFields, ...(fieldTerm(['b']) as { matchFields: object[] }).matchFields] }), '0/2 nodes are available: pod affinity terms conflict. not found'],
  ['nodes that refuse one by one', { nodeSelector: { disk: 'ssd' } }, "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling."],
])('%s', (_, spec, message) => {
  expect(messageFor(spec)).toBe(message)
})
