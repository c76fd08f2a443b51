/** Files that everybody in the container may change: a program that is broken into replaces what the next start runs. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, commandsOf } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) =>
    file.stages.filter(({ reachesFinal }) => reachesFinal).flatMap(({ instructions }) =>
      instructions.flatMap((at) => {
        const run = at.keyword === 'RUN' && commandsOf(at).some((command) => /^chmod\b.*\s(0?[0-7]?[0-7][0-7][2367]|[ao]*[ao]\+[rwxX]*w[rwxX]*)\s/.test(`${command} `) && !/\s\/(tmp|var\/tmp)\/?\s*$/.test(command))
        const copied = /^0?[0-7]?[0-7][0-7][2367]$/.test(at.flags['chmod'] ?? '')
        return run || copied ? [{ at, summary: `${file.file} lets everybody write to what it ships`, advice: 'Give it to the user that runs (COPY --chown, --chmod=755), or an emptyDir for what is written.' }] : []
      }),
    ),
  )
}

export const dockerWorldWritable: AuditRule = {
  id: 'docker-world-writable',
  title: 'Files in an image that everybody may change',
  severity: 4,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['rights to read and run', 'a folder for temporary files', 'a stage that only builds'],
  prevention: 'COPY --chown and --chmod in place of chmod.',
  sources: [{ title: 'Dockerfile reference: COPY --chmod', url: 'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod' }],
  reviewBy: '2027-06-30',
}
