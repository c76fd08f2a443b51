/**
 * A card as Block Kit. Every text is `plain_text`, so that nothing from a cluster is markup, a mention or a link; the one line
 * that Slack reads as markup, the notification, is escaped. Lengths are Slack's limits.
 */

import type { ApprovalCard } from '../../ports/notifier.ts'

const HEADER_MAX = 150
const FIELD_MAX = 2_000
const TEXT_MAX = 3_000

type Block = Readonly<Record<string, unknown>>

export function cardMessage(card: ApprovalCard, buttons: boolean): { readonly text: string; readonly blocks: readonly Block[]; readonly unfurl_links: false } {
  const blocks: Block[] = [
    { type: 'header', text: plain(`${card.again ? 'Still open: ' : ''}${card.goal}?`, HEADER_MAX) },
    { type: 'section', fields: card.facts.slice(0, 10).map(({ name, value }) => plain(`${name}\n${value}`, FIELD_MAX)) },
    { type: 'section', text: plain(['Steps:', ...card.steps.map((step, index) => `${index + 1}. ${step}`)].join('\n'), TEXT_MAX) },
    { type: 'section', text: plain(['Undo:', ...card.undo].join('\n'), TEXT_MAX) },
    ...actionsOf(card, buttons),
  ]
  return { text: escaped(`Approval needed: ${card.goal}`), blocks, unfurl_links: false }
}

/** What is left of a card when the request is over. */
export function closedMessage(text: string): { readonly text: string; readonly blocks: readonly Block[] } {
  return { text: escaped(text), blocks: [{ type: 'section', text: plain(text, TEXT_MAX) }] }
}

function actionsOf(card: ApprovalCard, buttons: boolean): Block[] {
  const value = JSON.stringify({ approval: card.approvalId, plan: card.planHash })
  const confirm = { title: plain('Sure?', 100), text: plain(card.goal, 300), confirm: plain('Approve', 30), deny: plain('Back', 30) }
  const elements = [
    ...(buttons && card.approvable ? [{ type: 'button', action_id: 'approve', style: 'primary', text: plain('Approve', 75), value, confirm }] : []),
    ...(buttons ? [{ type: 'button', action_id: 'deny', style: 'danger', text: plain('Deny', 75), value }] : []),
    ...(card.link === undefined ? [] : [{ type: 'button', action_id: 'open', text: plain('Open the plan', 75), url: card.link }]),
  ]
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'approval', elements }]
}

function plain(text: string, max: number): Block {
  return { type: 'plain_text', emoji: false, text: text.length <= max ? text : `${text.slice(0, max - 1)}…` }
}

/** The three characters that mean something (api.slack.com: "Escaping text"). */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
