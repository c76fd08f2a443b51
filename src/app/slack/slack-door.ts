/**
 * Clicks in Slack. A click is verified, stored and answered at once, within the three seconds that Slack waits; what it means is
 * worked out after that, and again after a crash. Who clicked is whom the settings say the Slack user is, and nobody else.
 */

import { z } from 'zod'
import { digestOf } from '../../kernel/canonical-json.ts'
import type { Clock } from '../../kernel/clock.ts'
import { fault, isFault, type Fault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Principal } from '../../model/principal.ts'
import type { Inbox } from '../../ports/inbox.ts'
import type { KnownPeople } from '../auth/known-people.ts'
import type { SlackSettings } from '../settings/slack.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import { slackSignature, type SlackRequest } from './signature.ts'

export interface SlackDoor {
  /** Resolves once the click is stored. Faults: `unauthenticated`, `conflict` for one that was seen before, `invalid`. */
  receive(request: SlackRequest): Promise<void>
}

export interface SlackDoorParts {
  readonly settings: Pick<SlackSettings, 'users' | 'workspace' | 'responseOrigins'>
  readonly signingSecret: string
  readonly inbox: Inbox
  readonly useCases: Pick<UseCases, 'approval' | 'vote'>
  readonly people: Pick<KnownPeople, 'returned'>
  /** Tells the one who clicked what became of it. */
  respond(url: string, text: string): Promise<void>
  /** Wakes who works on the inbox. */
  wake(): void
  /** The wall clock. */
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

export const SLACK_CLICK = 'slack-click'

const clickSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  team: z.object({ id: z.string() }),
  response_url: z.string().default(''),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional() })).min(1),
})

const storedSchema = z.object({ user: z.string(), workspace: z.string(), action: z.enum(['approve', 'deny']), approval: z.string(), plan: z.string(), responseUrl: z.string(), atMs: z.number() })

const valueSchema = z.object({ approval: z.string().min(1).max(200), plan: z.string().min(6).max(80) })

export async function receiveClick({ settings, signingSecret, inbox, clock, wake }: SlackDoorParts, request: SlackRequest): Promise<void> {
  const signature = slackSignature(request, signingSecret, clock.now())
  if (signature === undefined) throw fault({ code: 'unauthenticated', operation: 'slack click', message: 'this is not signed by Slack, or is too old', hint: 'Check slack.signingSecretFile, and the clock of this machine.' })
  const click = parsed(request.body)
  if (click.team.id !== settings.workspace) throw fault({ code: 'unauthenticated', operation: 'slack click', message: 'this is another workspace', hint: 'slack.workspace says which one counts.' })
  const [action] = click.actions
  // A button that is a link tells us too that it was clicked.
  if (action === undefined || (action.action_id !== 'approve' && action.action_id !== 'deny')) return
  const { approval, plan } = valueOf(action.value)
  const stored: z.infer<typeof storedSchema> = { user: click.user.id, workspace: click.team.id, action: action.action_id, approval, plan, responseUrl: click.response_url, atMs: clock.now() }
  if (!(await inbox.put(`slack/${digestOf(signature)}`, SLACK_CLICK, stored))) throw fault({ code: 'conflict', operation: 'slack click', message: 'this click was received before', recovery: 'give-up' })
  wake()
}

/** What a stored click means. Rejects only where trying again may help. */
export async function workOnClick(parts: SlackDoorParts, payload: unknown): Promise<void> {
  const click = storedSchema.parse(payload)
  const text = await counted(parts, click).catch((error: unknown) => refusalText(error))
  await answer(parts, click.responseUrl, text)
}

async function counted(parts: SlackDoorParts, click: z.infer<typeof storedSchema>): Promise<string> {
  const who = await whoClicked(parts, click)
  if (who === undefined) return 'Not counted: nobody has told me who you are. An admin maps Slack users to people (slack.users).'
  const asked = await parts.useCases.approval(who, click.approval)
  if (click.action === 'approve' && (asked.approvalsNeeded > 1 || asked.breakGlass)) return 'Not counted: a plan as large as this is approved on its page only.'
  const reason = click.action === 'deny' ? 'denied in Slack' : ''
  const { state, votes, approvalsNeeded } = await parts.useCases.vote(who, { approvalId: click.approval, decision: click.action, reason, door: 'slack', planHash: click.plan })
  const yes = votes.filter(({ decision }) => decision === 'approve').length
  return click.action === 'deny' ? 'Denied. Say why on its page, or with "boyd deny", so that the next plan is better.' : `Counted: ${yes} of ${approvalsNeeded} approvals; it is ${state}.`
}

async function whoClicked({ settings, people }: SlackDoorParts, { user, workspace, atMs }: z.infer<typeof storedSchema>): Promise<Principal | undefined> {
  const subject = Object.hasOwn(settings.users, user) ? settings.users[user] : undefined
  return subject === undefined ? undefined : people.returned(subject, { method: 'slack', issuer: workspace, reference: user, atMs })
}

/** A refusal is an answer; a world that fails is tried again. */
function refusalText(error: unknown): string {
  if (isFault(error) && error.recovery !== 'retry') return `Not counted: ${sentence(error)}`
  throw error
}

function sentence({ message, hint }: Fault): string {
  return `${message}.${hint === undefined ? '' : ` ${hint}`}`
}

/** To where Slack takes answers, and nowhere else: the address came with the click. */
async function answer({ settings, respond, log }: SlackDoorParts, url: string, text: string): Promise<void> {
  if (!URL.canParse(url) || !settings.responseOrigins.some((origin) => new URL(origin).origin === new URL(url).origin)) return
  await respond(url, text).catch((error: unknown) => {
    if (!isFault(error)) throw error
    log.warn('a click in Slack was worked on, and its answer did not get there', { fault: error.message })
  })
}

function parsed(body: Uint8Array): z.infer<typeof clickSchema> {
  const text = new URLSearchParams(new TextDecoder().decode(body)).get('payload') ?? ''
  return checked(clickSchema, text)
}

function valueOf(text: string | undefined): z.infer<typeof valueSchema> {
  return checked(valueSchema, text ?? '')
}

function checked<T>(schema: z.ZodType<T>, text: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'slack click', message: 'this is no click on a button of ours', cause })
  }
}
