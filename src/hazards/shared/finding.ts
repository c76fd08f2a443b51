/** Small parts of findings that every detector needs: symptoms from pods, the earliest sign, the subject looked up again. */

import type { Evidence } from '../../model/evidence.ts'
import type { Finding } from '../../model/hazard.ts'
import { subjectOf, type KubeObject, type Subject } from '../../model/kube-object.ts'
import type { PodObject } from '../../model/kube/workload.ts'
import { objectOf, uniqueSubjects } from '../../model/topology/find-object.ts'
import type { View } from '../../model/view.ts'

export interface FindingDraft {
  readonly hazard: string
  readonly subject: KubeObject | Subject
  readonly symptoms: readonly Subject[]
  readonly summary: string
  readonly evidence: readonly Evidence[]
  readonly confidence: number
  readonly sinceMs?: number | undefined
  readonly explains?: readonly string[]
  readonly facts?: Readonly<Record<string, unknown>>
}

/** A finding from its parts; absent times stay absent. */
export function findingOf(draft: FindingDraft): Finding {
  const { subject, sinceMs, facts = {}, ...rest } = draft
  return {
    ...rest,
    subject: 'metadata' in subject ? subjectOf(subject as KubeObject) : (subject as Subject),
    facts,
    ...(sinceMs === undefined ? {} : { sinceMs }),
  }
}

/** The pods, each once, in order of name. */
export function podSymptoms(group: readonly { readonly pod: PodObject }[]): Subject[] {
  return uniqueSubjects(group.map(({ pod }) => subjectOf(pod)))
}

export function earliest(group: readonly { readonly sinceMs?: number | undefined }[]): number | undefined {
  const times = group.map((item) => item.sinceMs).filter((time) => time !== undefined)
  return times.length === 0 ? undefined : Math.min(...times)
}

/** The workload a finding is about, as it stands in the view. */
export function workloadOfFinding(view: View, finding: Finding): KubeObject | undefined {
  return objectOf(view, finding.subject)
}
