/** `boyd approve` and `boyd deny`: a person's answer. It names the plan by its hash, so that nobody signs another one. */

import type { Command } from 'commander'
import type { ApprovalWire } from '../../http/contract.ts'
import { createClient, type ClientFlags } from '../client.ts'
import { withServerFlags } from '../server-flags.ts'
import { print, printJson } from '../terminal.ts'

interface VoteFlags extends ClientFlags {
  readonly json?: true
  readonly plan: string
  readonly reason?: string
}

export function addVoteCommands(program: Command): void {
  voteCommand(program, 'approve').description('approve a plan that waits for a person').action(cast('approve'))
  voteCommand(program, 'deny').description('deny a plan, with a reason that the next turn takes into account').action(cast('deny'))
}

function voteCommand(program: Command, name: 'approve' | 'deny'): Command {
  const command = withServerFlags(program.command(name))
    .argument('<approval>', 'id of the approval request')
    .requiredOption('--plan <hash>', 'hash of the plan you were shown, or its last 6 characters or more')
  return name === 'deny' ? command.requiredOption('--reason <text>', 'why not') : command.option('--reason <text>', 'a remark for the record')
}

function cast(decision: 'approve' | 'deny') {
  return async (id: string, flags: VoteFlags): Promise<void> => {
    const client = createClient(flags, process.env)
    const approval = await client.post<ApprovalWire>(`/api/v1/approvals/${encodeURIComponent(id)}/votes`, {
      decision,
      reason: flags.reason ?? '',
      planHash: flags.plan,
      door: 'cli',
    })
    if (flags.json === true) return printJson(approval)
    const approvals = approval.votes.filter((vote) => vote.decision === 'approve').length
    const count = decision === 'approve' ? ` (${approvals} of ${approval.approvalsNeeded} approvals)` : ''
    print(`${approval.id} is ${approval.state}${count}; "boyd show ${approval.incidentId}" tells what follows.`)
  }
}
