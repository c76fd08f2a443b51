/**
 * The families of scenarios: what they draw, and how strictly and how widely their plays are compared. Those with nodes of
 * their own play alone: the scheduler counts all nodes in what it says.
 */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import { admissionScripts } from './families/admission.ts'
import { placementScripts } from './families/placement.ts'
import { drainScripts } from './families/drains.ts'
import { requestScripts } from './families/requests.ts'
import { workloadScripts } from './families/workloads.ts'
import { changeScripts } from './families/changes.ts'
import { nodeScripts } from './families/nodes.ts'
import { HANDWRITTEN } from './handwritten.ts'
import type { Script } from './script.ts'

export interface Family {
  readonly name: string
  readonly scripts: Arbitrary<Script>
  /** Played in this order, instead of scenarios that are drawn. */
  readonly written?: readonly Script[]
  /** How many are played in a whole run. */
  readonly share: number
  /** Plays at a time. */
  readonly lanes: number
  readonly fleet: boolean
  readonly settles: boolean
  readonly follows: boolean
  readonly zones: boolean
}

export const FAMILIES: readonly Family[] = [
  { name: 'admission', scripts: admissionScripts, share: 170, lanes: 3, fleet: false, settles: false, follows: false, zones: false },
  { name: 'requests', scripts: requestScripts, share: 250, lanes: 4, fleet: false, settles: false, follows: false, zones: false },
  { name: 'placement', scripts: placementScripts, share: 170, lanes: 1, fleet: false, settles: false, follows: true, zones: false },
  { name: 'drains', scripts: drainScripts, share: 60, lanes: 1, fleet: false, settles: true, follows: false, zones: false },
  { name: 'workloads', scripts: workloadScripts, share: 110, lanes: 6, fleet: true, settles: true, follows: false, zones: false },
  { name: 'changes', scripts: changeScripts, share: 120, lanes: 6, fleet: true, settles: true, follows: false, zones: false },
  { name: 'nodes', scripts: nodeScripts, share: 80, lanes: 1, fleet: false, settles: true, follows: false, zones: true },
  { name: 'written', scripts: fc.constantFrom(...HANDWRITTEN), written: HANDWRITTEN, share: HANDWRITTEN.length, lanes: 1, fleet: false, settles: true, follows: false, zones: false },
]
