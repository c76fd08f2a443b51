/**
 * A hazard: one piece of operational knowledge, stored once and used five ways (explain tonight's incident,
 * audit a live cluster, audit manifests, propose the fix, say what a golden path guarantees).
 *
 * A hazard is data plus pure functions over a `View`. It never looks at names to decide, and it says what it
 * must not be mistaken for.
 */

import type { AuditFinding, AuditView } from './audit.ts'
import type { Evidence } from './evidence.ts'
import type { Subject } from './kube-object.ts'
import type { Plan } from './plan.ts'
import type { Severity } from './severity.ts'
import type { View } from './view.ts'

/** One place where a hazard was found. */
export interface Finding {
  readonly hazard: string
  /** The object that owns the fault: the Deployment, not its pod. */
  readonly subject: Subject
  /** Where it is felt: the pods, the services in front of them, the node. The subject itself may be in it. */
  readonly symptoms: readonly Subject[]
  /** One sentence with the names in it. */
  readonly summary: string
  readonly evidence: readonly Evidence[]
  /** 0 to 1: how sure the detection is that this is the cause of the symptoms, before other findings are seen. */
  readonly confidence: number
  /** When it began, where that can be read. Milliseconds since the epoch. */
  readonly sinceMs?: number
  /** Findings of these hazards on the same symptoms are consequences of this one. */
  readonly explains?: readonly string[]
  /** Facts for `fixes`, so that detection is not done twice. Plain JSON. */
  readonly facts: Readonly<Record<string, unknown>>
}

export interface Source {
  readonly title: string
  readonly url: string
}

/** Stands in `appliesTo` for whatever kind holds a pod template, custom ones too. */
export const ANY_TEMPLATE = 'any/PodTemplate'

/** What every piece of knowledge says about itself, whatever its faces. */
export interface Card {
  /** Kebab-case, equal to the folder's name: `memory-limit-too-low`. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  /** Kinds whose presence makes looking worthwhile, as `group/Kind`; of other files `docker/File`, `terraform/Block`, `mcp/Server`, `agent/Settings`, `pipeline/File`, `chart/Values`, `parts/List`. */
  readonly appliesTo: readonly string[]
  /** What looks like this and is not: shown on the card, and a row of the hazard's table test each. */
  readonly lookAlikes: readonly string[]
  /** What would have prevented it, one sentence. */
  readonly prevention: string
  readonly sources: readonly Source[]
  /** ISO date by which a person must read the card again. */
  readonly reviewBy: string
}

/** Where in the field manual its page stands. */
export type Family = 'start-up' | 'placement' | 'traffic' | 'control' | 'nodes' | 'time-bombs'

export interface Hazard extends Card {
  readonly family: Family
  /** `live` needs statuses, events or logs; `static` can be told from manifests alone. */
  readonly faces: readonly ('live' | 'static')[]
  /** Pure. Returns a finding per place, none where nothing is wrong. */
  detect(view: View): readonly Finding[]
  /** The static face, where it differs from detection: no pods and no statuses are there, and a field is cited. Pure. */
  audit?(view: AuditView): readonly AuditFinding[]
  /**
   * Plans that would fix this finding, the author's favourite first. Each has proof and undo (or says that it
   * has none). Empty where only a person can act; then `handOver` says what to ask.
   */
  fixes(finding: Finding, view: View): readonly Plan[]
  /** What a person needs to know where no plan can be made. */
  handOver?(finding: Finding, view: View): string
}

/** Knowledge with a static face only: it prevents, and never is by itself the cause of an incident. */
export interface AuditRule extends Card {
  /** Pure. Returns a finding per field, none where nothing is wrong. */
  audit(view: AuditView): readonly AuditFinding[]
}
