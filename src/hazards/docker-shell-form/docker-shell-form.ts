/** CMD or ENTRYPOINT in shell form: the shell is process 1 and passes no signal on, so each rollout waits out the grace period and kills. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, finalInstructions, lastOf } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const instructions = finalInstructions(file)
    const entry = lastOf(instructions, 'ENTRYPOINT')
    const started = entry ?? lastOf(instructions, 'CMD')
    if (started === undefined || started.words !== undefined || started.text.trim() === '' || /^\s*exec\s/.test(started.text)) return []
    return [{ at: started, summary: `${started.keyword} of ${file.file} runs under a shell, which passes no SIGTERM on`, advice: `${started.keyword} ["program", "argument"], or begin the command with exec.` }]
  })
}

export const dockerShellForm: AuditRule = {
  id: 'docker-shell-form',
  title: 'The program runs under a shell and never hears SIGTERM',
  severity: 4,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a shell command that begins with exec', 'a CMD in shell form beside an ENTRYPOINT in JSON form', 'a command of a stage that only builds'],
  prevention: 'The JSON form for what is started.',
  sources: [{ title: 'Dockerfile reference: shell and exec form', url: 'https://docs.docker.com/reference/dockerfile/#shell-and-exec-form' }],
  reviewBy: '2027-06-30',
}
