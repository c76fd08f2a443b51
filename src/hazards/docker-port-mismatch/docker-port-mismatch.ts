/**
 * EXPOSE names one port and the command listens on another. EXPOSE opens nothing; people and tools read it, and point probes and
 * Services there.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditDockerfiles, finalInstructions, lastOf } from '../shared/docker.ts'

function audit(view: AuditView): AuditFinding[] {
  return auditDockerfiles(view, (file) => {
    const instructions = finalInstructions(file)
    const exposed = instructions.filter(({ keyword }) => keyword === 'EXPOSE').flatMap((at) => at.text.split(/\s+/).map((word) => ({ at, port: Number(word.split('/')[0]) }))).filter(({ port }) => Number.isInteger(port) && port > 0)
    const told = listened(['ENTRYPOINT', 'CMD'].flatMap((keyword) => lastOf(instructions, keyword) ?? []), instructions.filter(({ keyword }) => keyword === 'ENV'))
    const [first] = exposed
    if (first === undefined || told === undefined || exposed.some(({ port }) => port === told)) return []
    return [{ at: first.at, summary: `${file.file} exposes ${exposed.map(({ port }) => port).join(', ')}, and its command listens on ${told}`, advice: `EXPOSE ${told}, or let the command listen where it is expected.` }]
  })
}

type Instructions = ReturnType<typeof finalInstructions>

/** The port that the command itself is told, else the PORT that programs read by convention. */
function listened(commands: Instructions, environment: Instructions): number | undefined {
  const text = commands.map((command) => (command.words ?? [command.text]).join(' ')).join(' ')
  const named = /(?:--port|--http-port|--listen-port|--server\.port|-p)[= ](\d{2,5})\b/.exec(text)?.[1] ?? /(?:--bind|--listen|--addr|--address|--host|-b)[= ]\S*:(\d{2,5})\b/.exec(text)?.[1] ?? /\brunserver \S*?:?(\d{2,5})\b/.exec(text)?.[1]
  const variable = environment.map(({ text: pair }) => /(?:^|\s)PORT[= ]["']?(\d{2,5})\b/.exec(pair)?.[1]).findLast((port) => port !== undefined)
  const port = Number(named ?? variable)
  return Number.isInteger(port) && port > 0 ? port : undefined
}

export const dockerPortMismatch: AuditRule = {
  id: 'docker-port-mismatch',
  title: 'EXPOSE names another port than the command listens on',
  severity: 3,
  appliesTo: ['docker/File'],
  audit,
  lookAlikes: ['a command that does not say where it listens', 'several ports of which one is right', 'a port in a stage that only builds'],
  prevention: 'One build argument or ENV PORT for both.',
  sources: [{ title: 'Dockerfile reference: EXPOSE', url: 'https://docs.docker.com/reference/dockerfile/#expose' }],
  reviewBy: '2027-06-30',
}
