/**
 * The contract of the cluster port, as one suite for every cluster behind it.
 *
 * It is written to the Kubernetes documentation, and runs over a real control plane and over the twin: what holds on
 * one must hold on the other, or a rehearsal proves nothing. A case has a namespace of its own, so that cases
 * may run side by side where time is real.
 */

import { afterAll, beforeAll, describe, test } from 'vitest'
import { openArena, type ClusterSubject, type ContractCase } from './cluster-arena.ts'
import { EVICTION_CASES } from './cluster-eviction-cases.ts'
import { LIFETIME_CASES } from './cluster-lifetime-cases.ts'
import { OBJECT_CASES } from './cluster-object-cases.ts'
import { PATCH_CASES } from './cluster-patch-cases.ts'
import { WORKLOAD_CASES } from './cluster-workload-cases.ts'

const CASES: readonly ContractCase[] = [
  ...named('objects', OBJECT_CASES),
  ...named('patches', PATCH_CASES),
  ...named('lifetime', LIFETIME_CASES),
  ...named('evictions', EVICTION_CASES),
  ...named('workloads', WORKLOAD_CASES),
]

export interface ContractOptions {
  /** Cases at a time: waiting is most of the work where time is real; where it is virtual, one at a time. */
  readonly sideBySide: boolean
}

export function clusterContract(name: string, start: () => Promise<ClusterSubject>, options: ContractOptions): void {
  describe(`the cluster port over ${name}`, () => {
    const started: ClusterSubject[] = []
    beforeAll(async () => {
      started.push(await start())
    })
    afterAll(async () => {
      for (const subject of started) await subject.stop()
    })
    test.for(CASES)('$name', { concurrent: options.sideBySide }, async ({ run }, { expect }) => {
      expect(started).toHaveLength(1)
      for (const subject of started) await run(await openArena(subject))
    })
  })
}

function named(group: string, cases: readonly ContractCase[]): readonly ContractCase[] {
  return cases.map(({ name, run }) => ({ name: `${group}: ${name}`, run }))
}
