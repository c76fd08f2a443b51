/** Of several CMD or ENTRYPOINT in one stage only the last counts; the others are what somebody believes is running. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) =>
    file.stages.flatMap((stage) =>
      ['CMD', 'ENTRYPOINT', 'HEALTHCHECK'].flatMap((keyword) => {
        const all = stage.instructions.filter((instruction) => instruction.keyword === keyword)
        return all.slice(0, -1).map((at) => ({ at, summary: `${keyword} ${at.text} of ${file.file} is replaced by a later one, and never runs`, advice: `Keep one ${keyword} a stage.` }))
      }),
    ),
  )
}

export const dockerSeveralCommands: AuditRule = {
  id: 'docker-several-commands',
  title: 'A command that never runs, because a later one replaces it',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['one in each of several stages', 'an ENTRYPOINT with a CMD, which are its arguments'],
  prevention: 'One CMD and at most one ENTRYPOINT a stage.',
  sources: [{ title: 'Dockerfile reference: CMD', url: 'https://docs.docker.com/reference/dockerfile/#cmd' }],
  reviewBy: '2027-06-30',
}
