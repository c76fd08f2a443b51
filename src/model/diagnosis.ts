/** A diagnosis: ranked hypotheses with evidence, and the dropped ones with why they were dropped. */

import type { Evidence } from './evidence.ts'
import type { Subject } from './kube-object.ts'
import type { Finding } from './hazard.ts'

export interface Hypothesis {
  readonly hazard: string
  readonly subject: Subject
  /** 0 to 1, after other findings were weighed. */
  readonly confidence: number
  readonly summary: string
  readonly evidence: readonly Evidence[]
  /** Objects that suffer from it. */
  readonly blastRadius: readonly Subject[]
  /** Changes that came shortly before it began, newest first: `Deployment shop/cart moved to revision 7 3 min before`. */
  readonly changes: readonly string[]
  readonly finding: Finding
}

export interface DroppedHypothesis {
  readonly hazard: string
  readonly subject: Subject
  readonly summary: string
  /** Why it is not the cause: explained by another, older than the incident, elsewhere. */
  readonly reason: string
}

/** `healthy`: nothing is wrong where the signals point. `inconclusive`: something is, and we cannot say what. */
export type DiagnosisStatus = 'found' | 'inconclusive' | 'healthy'

export interface Diagnosis {
  readonly kind: 'diagnosis'
  readonly status: DiagnosisStatus
  /** Best first. Several independent causes are several hypotheses of high confidence. */
  readonly hypotheses: readonly Hypothesis[]
  readonly dropped: readonly DroppedHypothesis[]
  /** One sentence: the cause, or what was looked at and found well, or what is missing to say more. */
  readonly summary: string
  /** What was looked at where nothing was found, so that "healthy" can be checked. */
  readonly examined: readonly Evidence[]
  readonly snapshotDigest: string
}
