/** A fault that somebody injects on purpose, whatever the tool: what it does, to which pods, and since when. */

import type { KubeObject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'

/** What kind of harm it does: this decides what it can explain. */
export type Harm = 'network' | 'process' | 'load' | 'disk' | 'node' | 'other'

export interface Experiment {
  readonly object: KubeObject
  readonly harm: Harm
  /** `delays the network of`, to stand before the names of workloads. */
  readonly does: string
  readonly targets: readonly PodObject[]
  /** Nodes that it works on as a whole. */
  readonly nodes: readonly string[]
  /** Something says that it works now: a status, or a rule that is in force as it stands. */
  readonly confirmed: boolean
  /** Its deed is done at once, such as a kill: it harms only those that still suffer. */
  readonly momentary: boolean
  /** Where in the object it is said. */
  readonly path: string
  readonly sinceMs: number | undefined
  /** What ends it, for a person. */
  readonly stop: string
}
