/** Consecutive RUNs of one package manager: more layers, and a cleanup that comes too late. */

import type { AuditFinding, AuditView, DockerInstruction } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, finalInstructions } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const instructions = finalInstructions(file)
    return instructions.flatMap((at, index) => {
      const [before, after] = [instructions[index - 1], instructions[index + 1]]
      if (!joins(at, after) || joins(before, at)) return []
      return [{ at, summary: `${file.file} runs several commands in a row that could be one layer`, advice: 'Chain them with &&, or write them as one here-document.' }]
    })
  })
}

function joins(left: DockerInstruction | undefined, right: DockerInstruction | undefined): boolean {
  return left?.keyword === 'RUN' && right?.keyword === 'RUN' && Object.keys(left.flags).length === 0 && Object.keys(right.flags).length === 0
}

export const dockerLayersMany: AuditRule = {
  id: 'docker-layers-many',
  title: 'Several RUN in a row that could be one',
  severity: 5,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['RUNs with something between them', 'RUNs with mounts of their own', 'a stage that only builds, whose layers are thrown away'],
  prevention: 'One RUN for one purpose.',
  sources: [{ title: 'Building best practices: RUN', url: 'https://docs.docker.com/build/building/best-practices/#run' }],
  reviewBy: '2027-06-30',
}
