/** The contract of the cluster port, over the twin: virtual time, one case at a time. */

import { createTwin } from '../../src/twin/twin.ts'
import { contractNodes } from './cluster-arena.ts'
import { clusterContract } from './cluster-contract.ts'

clusterContract(
  'the twin',
  async () => {
    const twin = createTwin({
      seed: 1,
      startMs: Date.parse('2026-01-01T00:00:00Z'),
      version: { major: 1, minor: 36, gitVersion: 'v1.36.0' },
      objects: contractNodes(),
    })
    twin.advance(30_000)
    return { cluster: twin.cluster(), clock: twin.clock, stop: async () => undefined }
  },
  { sideBySide: false },
)
