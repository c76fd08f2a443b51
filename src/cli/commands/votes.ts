/**
 * `boyd approve`, `boyd deny` and `boyd approvals`: a person's answer. The plan is shown before it is answered, and the answer
 * names it by its hash, so that nobody signs another one.
 */

import { createInterface } from 'node:readline/promises'
import { Argument, InvalidArgumentError, type Command } from 'commander'
import type { ApprovalWire, ProposalWire } from '../../http/contract.ts'
import { verifyVotesIn } from '../../app/use-cases/verify-votes.ts'
import { createClient, type Client, type ClientFlags } from '../client.ts'
import { OUTLINE } from '../outline.ts'
import { withServerFlags } from '../server-flags.ts'
import { colours, note, print, printJson, type ExitCode } from '../terminal.ts'
import { wrap } from '../wrap.ts'

interface VoteFlags extends ClientFlags {
  readonly json?: true
  readonly plan?: string
  readonly reason?: string
}

/** As many characters of the hash as must be repeated. */
const HASH_SUFFIX = 6

type What = 'list' | 'show' | 'propose-policy' | 'keys' | 'verify'
type ApprovalsFlags = ClientFlags & { readonly json?: true; readonly all?: true; readonly keys?: string }

export function addVoteCommands(program: Command, setExit: (code: ExitCode) => void): void {
  voteCommand(program, 'approve').description(OUTLINE.approve.does).action(cast('approve'))
  voteCommand(program, 'deny').description(OUTLINE.deny.does).action(cast('deny'))
  withServerFlags(program.command('approvals'))
    .description(OUTLINE.approvals.does)
    .addArgument(new Argument('[what]', 'what to do').choices(['list', 'show', 'propose-policy', 'keys', 'verify']).default('list'))
    .argument('[id]', 'id of the request; for verify, a ledger')
    .option('--keys <file>', 'for verify: the public keys, as "boyd approvals keys" prints them')
    .option('--all', 'also those that are over')
    .action((what: What, id: string | undefined, flags: ApprovalsFlags) => approvals(what, id, flags, setExit))
}

function voteCommand(program: Command, name: 'approve' | 'deny'): Command {
  const command = withServerFlags(program.command(name))
    .argument('<approval>', 'id of the approval request')
    .option('--plan <hash>', 'hash of the plan you were shown, or its last 6 characters or more (asked for at a terminal)')
  return name === 'deny' ? command.requiredOption('--reason <text>', 'why not') : command.option('--reason <text>', 'a remark for the record')
}

function cast(decision: 'approve' | 'deny') {
  return async (id: string, flags: VoteFlags): Promise<void> => {
    const client = createClient(flags, process.env)
    const asked = await approvalOf(client, id)
    // A hash of another plan is refused below, in a line.
    if (flags.json !== true && namesPlan(asked, flags.plan)) showTo(note, asked)
    const planHash = flags.plan ?? (await repeatedHash(decision))
    const approval = await client.post<ApprovalWire>(`/api/v1/approvals/${encodeURIComponent(id)}/votes`, { decision, reason: flags.reason ?? '', planHash, door: 'cli' })
    if (flags.json === true) return printJson(approval)
    const yes = approval.votes.filter((vote) => vote.decision === 'approve').length
    const count = decision === 'approve' ? ` (${yes} of ${approval.approvalsNeeded} approvals)` : ''
    print(`${approval.id} is ${approval.state}${count}; "boyd show ${approval.incidentId}" tells what follows.`)
  }
}

function namesPlan({ planHash }: ApprovalWire, named: string | undefined): boolean {
  return named === undefined || (named.length >= HASH_SUFFIX && planHash.endsWith(named.replace(/^sha256:/, '')))
}

/** What you see is what you sign: whoever answers at a terminal repeats the end of the hash that is shown above. */
async function repeatedHash(decision: string): Promise<string> {
  if (!process.stdin.isTTY) throw new InvalidArgumentError(`which plan? Repeat the end of its hash: --plan HASH.`)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const reply = await terminal.question(`To ${decision} it, repeat the last ${HASH_SUFFIX} characters of the plan's hash: `).catch(() => '')
  terminal.close()
  return reply.trim()
}

function approvalOf(client: Client, id: string): Promise<ApprovalWire> {
  return client.get<ApprovalWire>(`/api/v1/approvals/${encodeURIComponent(id)}`)
}

/** Offline: a ledger and the keys are all it takes. Exit 1 when a vote does not hold. */
function verify(file: string | undefined, flags: ApprovalsFlags, setExit: (code: ExitCode) => void): void {
  if (file === undefined || flags.keys === undefined) throw new InvalidArgumentError('which ledger, and whose keys? boyd approvals verify FILE --keys FILE.')
  const { requests, votes, problems } = verifyVotesIn(file, flags.keys)
  setExit(problems.length === 0 ? 0 : 1)
  if (flags.json === true) return printJson({ ok: problems.length === 0, requests, votes, problems })
  for (const problem of problems) print(wrap(`${colours.red('not proven')} ${problem}`, { hang: 2 }))
  print(`${problems.length === 0 ? colours.green('proven') : colours.red(`${problems.length} problems`)}: ${votes} votes on ${requests} requests`)
}

/** The diff is the result; what to do with it is said beside it. */
async function proposePolicy(client: Client, id: string, json: boolean): Promise<void> {
  const proposal = await client.get<ProposalWire>(`/api/v1/approvals/${encodeURIComponent(id)}/policy-proposal`)
  if (json) return printJson(proposal)
  process.stdout.write(proposal.diff)
  note('To keep it: git apply it in the folder of one of your layers (policy.layers), review it, and run "boyd policy check" and "boyd policy test" there. Nothing is in force until then.')
}

async function approvals(what: What, id: string | undefined, flags: ApprovalsFlags, setExit: (code: ExitCode) => void): Promise<void> {
  if (what === 'verify') return verify(id, flags, setExit)
  const client = createClient(flags, process.env)
  if (what === 'keys') return printJson(await client.get<Record<string, string>>('/api/v1/approval-keys'))
  if (what !== 'list') {
    if (id === undefined) throw new InvalidArgumentError(`which one? boyd approvals ${what} ID.`)
    if (what === 'propose-policy') return proposePolicy(client, id, flags.json === true)
    const approval = await approvalOf(client, id)
    return flags.json === true ? printJson(approval) : showTo(print, approval)
  }
  const page = await client.get<{ approvals: ApprovalWire[] }>(`/api/v1/approvals${flags.all === true ? '' : '?state=pending'}`)
  if (flags.json === true) return printJson(page)
  if (page.approvals.length === 0) return print(flags.all === true ? 'Nobody was asked for anything yet.' : 'Nothing waits for a person.')
  for (const approval of page.approvals) print(`${approval.id}  ${stateText(approval)}\n  ${colours.bold(/^Goal: (.*)$/m.exec(approval.shown)?.[1] ?? '')} (${approval.incidentId})`)
}

function showTo(write: (text: string) => void, approval: ApprovalWire): void {
  write(wrap(approval.shown, { hang: 4 }))
  for (const vote of approval.votes) write(`${vote.name} ${vote.decision === 'approve' ? 'approved' : 'denied'} it at ${timeText(vote.at)}${vote.reason === '' ? '' : `: ${vote.reason}`}`)
  write(colours.yellow(`\n${approval.id}: ${stateText(approval)}\n`))
}

function stateText({ state, expiresAt, votes, approvalsNeeded, voidReason }: ApprovalWire): string {
  if (state === 'invalidated') return `void: ${voidReason ?? 'the cluster moved'}`
  if (state !== 'pending') return state
  return `open until ${timeText(expiresAt)}, ${votes.filter(({ decision }) => decision === 'approve').length} of ${approvalsNeeded} approvals`
}

function timeText(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')}Z`
}
