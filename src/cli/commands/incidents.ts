/** `boyd incidents` and `boyd show`: what is going on, and the whole story of one. */

import type { Command } from 'commander'
import type { IncidentDetailWire, IncidentWire } from '../../http/contract.ts'
import { createClient, type ClientFlags } from '../client.ts'
import { OUTLINE } from '../outline.ts'
import { colours, print, printJson } from '../terminal.ts'
import { withServerFlags } from '../server-flags.ts'
import { storyLine } from '../story-line.ts'
import { wrap } from '../wrap.ts'

interface ListFlags extends ClientFlags {
  readonly json?: true
  readonly limit: string
  readonly state?: string
  readonly after?: string
}

export function addIncidentCommands(program: Command): void {
  withServerFlags(program.command('incidents'))
    .description(OUTLINE.incidents.does)
    .option('--state <state>', 'open, working, awaiting-approval, resolved, handed-over or no-action')
    .option('--limit <n>', 'how many', '20')
    .option('--after <id>', 'the page after this incident')
    .action(async (flags: ListFlags) => {
      const query = new URLSearchParams({ limit: flags.limit, ...(flags.state === undefined ? {} : { state: flags.state }), ...(flags.after === undefined ? {} : { after: flags.after }) })
      const page = await createClient(flags, process.env).get<{ incidents: IncidentWire[]; next?: string }>(`/api/v1/incidents?${query.toString()}`)
      if (flags.json === true) return printJson(page)
      if (page.incidents.length === 0) return print('No incidents.')
      for (const incident of page.incidents) print(incidentLine(incident))
      if (page.next !== undefined) print(colours.dim(`more: boyd incidents --after ${page.next}`))
    })

  withServerFlags(program.command('show'))
    .description(OUTLINE.show.does)
    .argument('<incident>', 'the incident id')
    .action(async (id: string, flags: ClientFlags & { json?: true }) => {
      const detail = await createClient(flags, process.env).get<IncidentDetailWire>(`/api/v1/incidents/${encodeURIComponent(id)}`)
      if (flags.json === true) return printJson(detail)
      printDetail(detail)
    })
}

function incidentLine(incident: IncidentWire): string {
  const opened = incident.openedAt.slice(0, 16).replace('T', ' ')
  const facts = `${incident.id}  ${opened}Z  P${incident.severity}  ${stateText(incident.state)}`
  return [facts, wrap(`  ${colours.bold(incident.title)}`, { hang: 2 }), wrap(`  ${incident.summary}`), ''].join('\n')
}

function stateText(state: IncidentWire['state']): string {
  if (state === 'resolved' || state === 'no-action') return colours.green(state)
  if (state === 'handed-over' || state === 'awaiting-approval') return colours.yellow(state)
  return colours.cyan(state)
}

function printDetail(detail: IncidentDetailWire): void {
  const { incident, report, approvals, ticket } = detail
  print(`${colours.bold(incident.title)}  ${stateText(incident.state)}`)
  print(`${incident.id}, P${incident.severity}, ${counted(incident.signals, 'signal')}, opened ${secondsOf(incident.openedAt)}`)
  print(`\n${wrap(report.summary)}\n`)
  for (const line of report.lines) print(storyLine(line.offsetMs, line.text))
  for (const approval of approvals.filter((request) => request.state === 'pending')) {
    print(colours.yellow(`\nWaiting for a person until ${secondsOf(approval.expiresAt)}\n`))
    print(wrap(approval.shown, { hang: 4 }))
    print(`\n${colours.bold('To answer')}`)
    print(`  boyd approve ${approval.id} --plan ${approval.planHash.slice(-8)}`)
    print(`  boyd deny ${approval.id} --plan ${approval.planHash.slice(-8)} --reason '…'`)
  }
  if (ticket !== undefined) print(`\nTicket ${ticket.id} (${ticket.priority}, ${ticket.status}), ${counted(ticket.comments.length, 'comment')}`)
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `2026-03-01 02:03:04Z`: milliseconds tell a reader nothing. */
function secondsOf(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')}Z`
}
