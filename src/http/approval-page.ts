/**
 * The page on which a plan is approved or denied. It shows the text that the request was made with, line for line, because that
 * text is what an answer signs; it only dresses it. Opening it decides nothing.
 */

import { html } from 'hono/html'
import { toIso } from '../kernel/clock.ts'
import type { Approval } from '../model/approval.ts'
import { may } from '../model/permission.ts'
import type { Principal } from '../model/principal.ts'
import { page, type Html, type PageParts } from './page-frame.ts'

export interface ApprovalPageParts {
  readonly approval: Approval
  readonly nowMs: number
  /** Who looks, where somebody is signed in. */
  readonly visitor?: Principal
  readonly signedIn?: NonNullable<PageParts['signedIn']>
  /** The token of the link that was opened, where it was one. */
  readonly link?: string
  readonly problem?: string
}

export function approvalPage(parts: ApprovalPageParts): Html {
  const { approval, problem, signedIn } = parts
  const body = html`${problem === undefined ? '' : html`<p class="notice bad" role="alert">${problem}</p>`}
    <p class="notice">${stateText(parts)}</p>
    ${dressed(approval.shown)}
    ${isOpen(parts) ? answerForms(parts) : ''}
    ${votesList(approval)}
    <p><small>Request ${approval.id}, asked ${toIso(approval.requestedAtMs)}, digest of this text ${approval.shownDigest.slice(0, 19)}…</small></p>`
  return page({ title: 'Approve a plan?', body, ...(signedIn === undefined ? {} : { signedIn }) })
}

function isOpen({ approval, nowMs }: ApprovalPageParts): boolean {
  return approval.state === 'pending' && nowMs < approval.expiresAtMs
}

function stateText(parts: ApprovalPageParts): string {
  const { approval, nowMs } = parts
  if (approval.state === 'pending' && !isOpen(parts)) return 'Expired: nobody answered in time.'
  if (approval.state === 'invalidated') return `Void: ${approval.voidReason ?? 'the cluster moved'}.`
  if (approval.state !== 'pending') return `It is ${approval.state}.`
  const yes = approval.votes.filter(({ decision }) => decision === 'approve').length
  const minutes = Math.max(1, Math.round((approval.expiresAtMs - nowMs) / 60_000))
  return `Open until ${toIso(approval.expiresAtMs).slice(11, 16)} UTC, ${minutes} min from now. ${yes} of ${approval.approvalsNeeded} approvals.`
}

function answerForms(parts: ApprovalPageParts): Html {
  const { approval, visitor, link } = parts
  const denyAction = visitor === undefined && link !== undefined ? `/a/${link}/deny` : `/approvals/${approval.id}`
  const mayApprove = visitor !== undefined && may(visitor, 'approve')
  const mayDeny = link !== undefined || (visitor !== undefined && may(visitor, 'deny'))
  const who = visitor === undefined ? html`<p><a class="button" href="/login?to=${encodeURIComponent(`/approvals/${approval.id}`)}">Sign in to approve</a></p>` : ''
  return html`${who}
    ${mayApprove ? form(parts, { action: `/approvals/${approval.id}`, decision: 'approve', label: 'A remark for the record (optional)', button: 'Approve', kind: 'yes' }) : ''}
    ${mayDeny ? form(parts, { action: denyAction, decision: 'deny', label: 'Why not? The next plan takes it into account', button: 'Deny', kind: 'no', required: true }) : ''}
    ${visitor !== undefined && !mayApprove ? html`<p>${visitor.name} may not approve plans.</p>` : ''}`
}

interface FormParts {
  readonly action: string
  readonly decision: 'approve' | 'deny'
  readonly label: string
  readonly button: string
  readonly kind: 'yes' | 'no'
  readonly required?: true
}

function form({ approval, signedIn }: ApprovalPageParts, { action, decision, label, button, kind, required }: FormParts): Html {
  return html`<form method="post" action="${action}">
    <input type="hidden" name="csrf" value="${signedIn?.csrf ?? ''}" />
    <input type="hidden" name="decision" value="${decision}" />
    <input type="hidden" name="plan" value="${approval.planHash}" />
    <label>${label} ${required === true ? html`<textarea name="reason" rows="2" maxlength="2000" required></textarea>` : html`<input name="reason" maxlength="2000" autocomplete="off" />`}</label>
    <button class="${kind}">${button}</button>
  </form>`
}

/** Headings, facts and lists, as the lines of the text say; every line is shown. */
function dressed(text: string): Html {
  const blocks: Html[] = []
  let items: string[] = []
  let facts: (readonly [string, string])[] = []
  const flush = (): void => {
    if (items.length > 0) blocks.push(html`<pre>${items.join('\n')}</pre>`)
    if (facts.length > 0) blocks.push(html`<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`)
    ;[items, facts] = [[], []]
  }
  for (const line of text.split('\n')) {
    const [, heading] = /^(\S[^:]*):$/.exec(line) ?? []
    const [, name, value] = /^(\S[^:]*): (.*)$/.exec(line) ?? []
    if (heading !== undefined || (name !== undefined && items.length > 0)) flush()
    if (heading !== undefined) blocks.push(html`<h2>${heading}</h2>`)
    else if (name !== undefined && value !== undefined) facts.push([name, value])
    else if (line !== '') {
      if (facts.length > 0) flush()
      items.push(line)
    }
  }
  flush()
  return html`${blocks}`
}

function votesList(approval: Approval): Html {
  if (approval.votes.length === 0) return html``
  return html`<h2>Answers</h2>
    <ul>${approval.votes.map((vote) => html`<li>${vote.name} ${vote.decision === 'approve' ? 'approved' : 'denied'} at ${toIso(vote.atMs).slice(11, 19)} UTC${vote.reason === '' ? '' : `: ${vote.reason}`}</li>`)}</ul>`
}

/** What waits for a person, and what became of what did. */
export function approvalsPage(approvals: readonly Approval[], signedIn?: PageParts['signedIn']): Html {
  const rows = approvals.toReversed().map((approval) => {
    const goal = /^Goal: (.*)$/m.exec(approval.shown)?.[1] ?? approval.id
    return html`<tr><td class="state">${approval.state}</td><td><a href="/approvals/${approval.id}">${goal}</a></td><td><time datetime="${toIso(approval.expiresAtMs)}">${toIso(approval.expiresAtMs).slice(0, 16).replace('T', ' ')} UTC</time></td></tr>`
  })
  const body = approvals.length === 0 ? html`<p>Nothing waits for a person.</p>` : html`<div class="wide"><table><thead><tr><th scope="col">State</th><th scope="col">Plan</th><th scope="col">Expires</th></tr></thead><tbody>${rows}</tbody></table></div>`
  return page({ title: 'Approvals', body, ...(signedIn === undefined ? {} : { signedIn }) })
}
