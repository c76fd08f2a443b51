/**
 * Runs every detector. One that stumbles over data nobody foresaw costs its own findings and is named; it does not
 * cost the diagnosis.
 */

import type { DroppedHypothesis } from '../model/diagnosis.ts'
import type { Finding, Hazard } from '../model/hazard.ts'
import type { View } from '../model/view.ts'

export interface Found {
  readonly findings: readonly Finding[]
  readonly failures: readonly DroppedHypothesis[]
}

export function findAll(view: View, hazards: readonly Hazard[]): Found {
  const findings: Finding[] = []
  const failures: DroppedHypothesis[] = []
  for (const hazard of hazards) {
    if (!applies(view, hazard)) continue
    try {
      findings.push(...hazard.detect(view))
    } catch (error) {
      failures.push({ hazard: hazard.id, subject: { kind: 'Hazard', name: hazard.id }, summary: hazard.title, reason: `its detection failed: ${(error as Error).message}` })
    }
  }
  return { findings, failures }
}

function applies(view: View, hazard: Hazard): boolean {
  return hazard.appliesTo.some((groupKind) => {
    const slash = groupKind.lastIndexOf('/')
    return view.list(groupKind.slice(0, slash), groupKind.slice(slash + 1)).length > 0
  })
}
