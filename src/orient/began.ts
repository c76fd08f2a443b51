/** When trouble began: as the finding says, else when somebody last changed its subject, else when that was made. */

import type { Finding } from '../model/hazard.ts'
import { objectOf } from '../model/topology/find-object.ts'
import type { View } from '../model/view.ts'
import { editsOf } from './edits.ts'
import { parseTimeMs } from '../kernel/clock.ts'

export function beganMs(view: View, finding: Finding): number | undefined {
  if (finding.sinceMs !== undefined) return finding.sinceMs
  const subject = objectOf(view, finding.subject)
  return subject === undefined ? undefined : (editsOf(subject)[0]?.atMs ?? parseTimeMs(subject.metadata.creationTimestamp))
}
