/** The image ends as root: a process that is broken out of owns what it lands in. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, finalBase, finalInstructions, finalStage, lastOf } from '../shared/docker.ts'

/** Bases that set a user of their own. */
const UNPRIVILEGED_BASE = /nonroot|unprivileged|rootless|(^|\/)chainguard\/|^cgr\.dev\/|^dhi\.io\//

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const user = lastOf(finalInstructions(file), 'USER')
    const from = finalStage(file)?.instructions[0]
    if (from === undefined) return []
    if (user === undefined) {
      if (UNPRIVILEGED_BASE.test(finalBase(file)) || finalBase(file).includes('$')) return []
      return [{ at: from, summary: `${file.file} sets no user, so the image runs as root`, advice: 'End with USER 10001 (a number, so that runAsNonRoot can check it).' }]
    }
    return /^(root|0)(:|$)/.test(user.text.trim()) ? [{ at: user, summary: `${file.file} ends as root`, advice: 'Go back to an unprivileged user after what needs root.' }] : []
  })
}

export const dockerRunsAsRoot: AuditRule = {
  id: 'docker-runs-as-root',
  title: 'An image that runs as root',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['root in a stage that only builds', 'root for a while, and another user at the end', 'a base that has an unprivileged user already'],
  prevention: 'A numeric USER at the end of each Dockerfile.',
  sources: [{ title: 'Building best practices: USER', url: 'https://docs.docker.com/build/building/best-practices/#user' }],
  reviewBy: '2027-06-30',
}
