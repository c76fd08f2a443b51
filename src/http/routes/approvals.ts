/**
 * Approval pages. A GET shows and never decides: chats and mail scanners open links. A decision is a POST from our own page, by
 * somebody who is signed in; to say no, the link alone is enough.
 */

import type { Context } from 'hono'
import type { Doorkeeper } from '../../app/auth/doorkeeper.ts'
import { csrfTokenOf } from '../../app/auth/sessions.ts'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import type { Clock } from '../../kernel/clock.ts'
import { fault, isFault, type Fault } from '../../kernel/fault.ts'
import type { Approval } from '../../model/approval.ts'
import type { Principal } from '../../model/principal.ts'
import { approvalPage, approvalsPage, type ApprovalPageParts } from '../approval-page.ts'
import { demandOwnForm } from '../guard.ts'
import { demandCsrfToken, type BoydHono, type PeerOf } from '../identify.ts'
import type { Limits } from '../limits.ts'
import { readCookie } from '../session-cookie.ts'
import { visitorOf } from '../visitor.ts'

export interface ApprovalPageOptions {
  readonly useCases: UseCases
  readonly doorkeeper: Doorkeeper
  readonly peerOf: PeerOf
  readonly limits: Limits
  /** The cluster's time: requests expire in it. */
  readonly missionClock: Pick<Clock, 'now'>
}

const LISTED_MAX = 50

export function addApprovalPages(server: BoydHono, options: ApprovalPageOptions): void {
  const { useCases, doorkeeper, limits, peerOf } = options
  server.get('/approvals', async (context) => {
    const visitor = await visitorOf(context, doorkeeper)
    if (visitor === undefined) return context.redirect('/login?to=/approvals', 303)
    const approvals = await useCases.approvals(visitor, {})
    return context.html(approvalsPage(approvals.slice(-LISTED_MAX), signedInOf(context, visitor)))
  })
  server.get('/approvals/:id', async (context) => {
    const visitor = await visitorOf(context, doorkeeper)
    if (visitor === undefined) return context.redirect(`/login?to=${encodeURIComponent(context.req.path)}`, 303)
    return show(options, context, { approval: await useCases.approval(visitor, context.req.param('id')), visitor })
  })
  server.post('/approvals/:id', (context) => answer(options, context, context.req.param('id')))
  server.get('/a/:link', async (context) => {
    limits.count('public', peerOf(context) ?? 'nowhere')
    const link = context.req.param('link')
    return show(options, context, { approval: await useCases.openLink(link), link, ...(await visitorPart(context, doorkeeper)) })
  })
  server.post('/a/:link/deny', async (context) => {
    demandOwnForm(context)
    limits.count('public', peerOf(context) ?? 'nowhere')
    const link = context.req.param('link')
    const reason = textOf((await context.req.parseBody())['reason'])
    return outcome(options, context, { link, approval: () => useCases.openLink(link), work: () => useCases.denyByLink(link, reason) })
  })
}

async function answer(options: ApprovalPageOptions, context: Context, id: string): Promise<Response> {
  demandOwnForm(context)
  const visitor = await visitorOf(context, options.doorkeeper)
  if (visitor === undefined) throw fault({ code: 'unauthenticated', operation: 'vote', message: 'the session is over', hint: 'Sign in at /login, and answer again.' })
  options.limits.count('principal', visitor.subject)
  const form = await context.req.parseBody()
  demandCsrfToken(textOf(form['csrf']), readCookie(context, 'boyd'))
  const decision = form['decision'] === 'approve' ? 'approve' : 'deny'
  const ballot = { approvalId: id, decision, reason: textOf(form['reason']), planHash: textOf(form['plan']), door: 'page' } as const
  return outcome(options, context, { visitor, approval: () => options.useCases.approval(visitor, id), work: () => options.useCases.vote(visitor, ballot) })
}

interface Work {
  readonly visitor?: Principal
  readonly link?: string
  approval(): Promise<Approval>
  work(): Promise<Approval>
}

/** A refusal is shown on the page, beside what was refused. */
async function outcome(options: ApprovalPageOptions, context: Context, { work, approval, ...shown }: Work): Promise<Response> {
  try {
    return await show(options, context, { approval: await work(), ...shown })
  } catch (error) {
    if (!isFault(error) || !['conflict', 'forbidden', 'invalid'].includes(error.code)) throw error
    return show(options, context, { approval: await approval(), problem: problemText(error), ...shown }, error.code === 'forbidden' ? 403 : 409)
  }
}

function problemText({ message, hint }: Fault): string {
  return `Not counted: ${message}.${hint === undefined ? '' : ` ${hint}`}`
}

function show(options: ApprovalPageOptions, context: Context, parts: Omit<ApprovalPageParts, 'nowMs' | 'signedIn'>, status: 200 | 403 | 409 = 200): Response | Promise<Response> {
  const signedIn = parts.visitor === undefined ? undefined : signedInOf(context, parts.visitor)
  return context.html(approvalPage({ ...parts, nowMs: options.missionClock.now(), ...(signedIn === undefined ? {} : { signedIn }) }), status)
}

async function visitorPart(context: Context, doorkeeper: Doorkeeper): Promise<{ readonly visitor?: Principal }> {
  const visitor = await visitorOf(context, doorkeeper)
  return visitor === undefined ? {} : { visitor }
}

function signedInOf(context: Context, visitor: Principal): { readonly name: string; readonly csrf: string } {
  return { name: visitor.name, csrf: csrfTokenOf(readCookie(context, 'boyd') ?? '') }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2_000) : ''
}
