/** An instruction that does something else than it says: a stage that is not there, a folder that is changed for one line only, an index of packages that a cache keeps for months, a port that is none. */

import type { AuditFinding, AuditView, DockerInstruction, Dockerfile } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { commandsOf, auditDockerfiles } from '../shared/docker.ts'
import { meantBy } from '../shared/spelling.ts'

type Fault = Omit<AuditFinding, 'of' | 'path'> & { readonly at: DockerInstruction }

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => [...stageFaults(file), ...file.instructions.flatMap((at) => [...instructionFaults(file, at)])])
}

function stageFaults(file: Dockerfile): Fault[] {
  const names = file.stages.flatMap(({ name }) => (name === undefined ? [] : [name.toLowerCase()]))
  const twice = file.stages.flatMap(({ name, instructions }, index): Fault[] => (name === undefined || names.indexOf(name.toLowerCase()) === names.lastIndexOf(name.toLowerCase()) || file.stages.findIndex((other) => other.name?.toLowerCase() === name.toLowerCase()) === index || instructions[0] === undefined ? [] : [{ at: instructions[0], summary: `${file.file} has two stages called ${name}`, advice: 'Give each its own name.', cause: 'a name that is given twice' }]))
  const lost = file.stages.flatMap(({ name: own, instructions }) =>
    instructions.filter(({ keyword }) => keyword === 'COPY').flatMap((at): Fault[] => {
      const from = at.flags['from']?.toLowerCase()
      if (from === undefined) return []
      if (from === own?.toLowerCase()) return [{ at, summary: `${file.file} copies from the stage that it is in`, advice: 'Name an earlier stage.', cause: 'a stage that is not there' }]
      const meant = /[/:.@$]/.test(from) || names.includes(from) ? undefined : meantBy(from, names)
      return meant === undefined ? [] : [{ at, summary: `${file.file} copies from ${from}, which is no stage and will be pulled as an image`, advice: `Is ${meant} meant?`, cause: 'a stage that is not there' }]
    }),
  )
  return [...twice, ...lost]
}

function instructionFaults(file: Dockerfile, at: DockerInstruction): Fault[] {
  const { keyword, text } = at
  if (keyword === 'WORKDIR' && !/^["']?([/$~]|[A-Za-z]:)/.test(text)) return [{ at, summary: `${file.file} sets WORKDIR ${text}, which depends on the one before it and on the base`, advice: `WORKDIR /${text}`, cause: 'a relative folder', severity: 4 }]
  if (keyword === 'EXPOSE') return text.split(/\s+/).filter((port) => /^\d+(\/\w+)?$/.test(port) && (Number.parseInt(port, 10) > 65_535 || Number.parseInt(port, 10) === 0)).map((port) => ({ at, summary: `${file.file} exposes port ${port}, which is none`, advice: 'A port is a number from 1 to 65535.', cause: 'a port that is none' }))
  if (keyword !== 'RUN') return []
  const commands = commandsOf(at)
  const index = commands.length === 1 && /^(apt-get|apt|apk|yum|dnf)\s+(-\S+\s+)*(update|makecache)\s*$/.test(commands[0] ?? '')
  if (index) return [{ at, summary: `${file.file} reads the index of packages in a layer of its own, which a cache keeps while the versions move on`, advice: 'Read it and install in one RUN.', cause: 'an index that grows old', severity: 4 }]
  return commands.length === 1 && /^cd\s+\S+\s*$/.test(commands[0] ?? '') ? [{ at, summary: `${file.file} changes the folder in a RUN of its own, which ends with it`, advice: 'WORKDIR', cause: 'a folder for one line', severity: 4 }] : []
}

export const dockerBuildMistake: AuditRule = {
  id: 'docker-build-mistake',
  title: 'An instruction that does something else than it says',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['COPY --from an image of its own', 'an absolute folder, or one from a variable', 'an index that is read where packages are installed'],
  prevention: 'docker build --check in the pipeline.',
  sources: [{ title: 'Docker build checks', url: 'https://docs.docker.com/reference/build-checks/' }],
  reviewBy: '2027-06-30',
}
