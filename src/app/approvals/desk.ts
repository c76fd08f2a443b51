/** The approval desk over the site's settings: who is told, with which link, and whether a vote still counts. */

import { isProven } from '../../gate/vote-proof.ts'
import type { KeyRing } from '../../gate/signing.ts'
import { isFault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { Announcement, ApprovalDesk, Told } from '../../loop/approval-desk.ts'
import type { Approval } from '../../model/approval.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { KnownPeople } from '../auth/known-people.ts'
import type { ApprovalSettings } from '../settings/approvals.ts'
import { cardOf, endingOf } from './card.ts'
import type { Links } from './links.ts'

interface DeskParts {
  readonly settings: ApprovalSettings
  readonly agentVersion: string
  readonly notifier?: Notifier
  readonly links: Links
  readonly keys: KeyRing
  readonly people: Pick<KnownPeople, 'whyNoApprover'>
  readonly log: Log
}

export function createDesk(parts: DeskParts): ApprovalDesk {
  const { settings, agentVersion, keys, people } = parts
  return {
    agentVersion,
    asksMax: settings.asksMax,
    announcements: (times) => announcementsOf(settings, times),
    tell: (channel, asked) => tell(parts, channel, asked),
    takeBack: (approval) => takeBack(parts, approval),
    async whyNoVote(approval, vote) {
      if (!isProven(approval, vote, keys)) return `the vote of ${vote.name} is not signed by us`
      return people.whyNoApprover(vote.by)
    },
  }
}

/** At once for those whose time has come; the rest as escalation goes on from where the first request began it. */
function announcementsOf({ notify, escalation }: ApprovalSettings, { firstAskedMs, nowMs }: { readonly firstAskedMs: number; readonly nowMs: number }): Announcement[] {
  const steps = escalation.map((step) => ({ afterMs: firstAskedMs + step.afterMinutes * 60_000 - nowMs, channels: step.notify })).toSorted((left, right) => left.afterMs - right.afterMs)
  const now = [...new Set([...notify, ...steps.filter(({ afterMs }) => afterMs <= 0).flatMap(({ channels }) => channels)])]
  return [...(now.length === 0 ? [] : [{ afterMs: 0, channels: now }]), ...steps.filter(({ afterMs }) => afterMs > 0)]
}

async function tell({ notifier, links, log }: DeskParts, channel: string, asked: Parameters<ApprovalDesk['tell']>[1]): Promise<Told> {
  if (notifier === undefined) return { channel, failure: 'no chat is configured' }
  try {
    const link = links.write(asked.approval, channel)
    const ref = await notifier.ask(channel, cardOf({ ...asked, ...(link === undefined ? {} : { link }) }))
    return { channel, ...(ref === undefined ? {} : { message: { channel, ref } }) }
  } catch (error) {
    if (!isFault(error)) throw error
    log.warn('a channel could not be told of an approval request', { channel, approvalId: asked.approval.id, fault: error.message })
    return { channel, failure: error.message }
  }
}

async function takeBack({ notifier, log }: DeskParts, approval: Approval): Promise<void> {
  for (const { channel, ref } of notifier === undefined ? [] : approval.messages) {
    try {
      await notifier?.close(channel, { ref, text: endingOf(approval) })
    } catch (error) {
      if (!isFault(error)) throw error
      log.warn('a message could not be taken back', { channel, approvalId: approval.id, fault: error.message })
    }
  }
}
