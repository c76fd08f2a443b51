/** The contract of the cluster port, over the twin: virtual time, one case at a time. */

import type { KubeObject } from '../../src/model/kube-object.ts'
import { createTwin } from '../../src/twin/twin.ts'
import { clusterContract } from './cluster-contract.ts'

const node = (name: string): KubeObject => {
  const capacity = { cpu: '8', memory: '16Gi', pods: '110' }
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels: { 'kubernetes.io/hostname': name } }, status: { capacity, allocatable: capacity } }
}

clusterContract(
  'the twin',
  async () => {
    const twin = createTwin({
      seed: 1,
      startMs: Date.parse('2026-01-01T00:00:00Z'),
      version: { major: 1, minor: 36, gitVersion: 'v1.36.0' },
      objects: ['n1', 'n2', 'n3'].map(node),
    })
    twin.advance(30_000)
    return { cluster: twin.cluster(), clock: twin.clock, stop: async () => undefined }
  },
  { sideBySide: false },
)
