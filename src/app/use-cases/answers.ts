/** Looking at an approval request, and saying no to it with nothing but the link that was sent: a no is safe, whoever says it. */

import { fault } from '../../kernel/fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { LinkPayload } from '../../gate/link-token.ts'
import type { Approval } from '../../model/approval.ts'
import type { Principal } from '../../model/principal.ts'
import type { Store } from '../../ports/store.ts'
import type { Links } from '../approvals/links.ts'
import { vote, type VoteParts } from './vote.ts'

export interface AnswerParts extends VoteParts {
  readonly store: Store
  readonly links: Pick<Links, 'read'>
  readonly wallClock: Pick<Clock, 'now'>
}

/** Fault `not-found`. */
export async function approvalOf(store: Pick<Store, 'approval'>, id: string): Promise<Approval> {
  const approval = await store.approval(id)
  if (approval === undefined) throw fault({ code: 'not-found', operation: 'show approval', subject: id, message: 'there is no such approval request', hint: 'boyd approvals lists them.' })
  return approval
}

/** What a link shows. It changes nothing. Fault `expired` for a link that is not good, or is about another plan by now. */
export async function openLink({ store, links }: Pick<AnswerParts, 'store' | 'links'>, token: string): Promise<Approval> {
  const link = linkIn(links, token)
  const approval = await approvalOf(store, link.ar)
  if (approval.planHash === link.ph) return approval
  throw fault({ code: 'expired', operation: 'open link', message: 'the link is about another plan', hint: 'Open the request from the list of approvals.' })
}

/** The link is the whole proof: it says whom it was sent to, and that is what the record says. */
export async function denyByLink(parts: AnswerParts, token: string, reason: string): Promise<Approval> {
  const link = linkIn(parts.links, token)
  const who: Principal = {
    subject: `link:${link.to}`,
    name: `whoever has the link sent to ${link.to}`,
    kind: 'person',
    roles: ['responder'],
    teams: [],
    authentication: { method: 'link', reference: link.jti, atMs: parts.wallClock.now() },
  }
  return vote(parts, who, { approvalId: link.ar, decision: 'deny', reason, door: 'page', planHash: link.ph })
}

function linkIn(links: Pick<Links, 'read'>, token: string): LinkPayload {
  const reading = links.read(token)
  if (reading.type === 'good') return reading.link
  throw fault({ code: 'expired', operation: 'open link', message: reading.reason, hint: 'Sign in, and open the request from the list of approvals.' })
}
