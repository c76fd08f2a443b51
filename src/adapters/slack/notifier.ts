/** Slack as a notifier: a card with buttons in a channel, or through an incoming webhook, which cannot be taken back. */

import type { Clock } from '../../kernel/clock.ts'
import { fault } from '../../kernel/fault.ts'
import type { Notifier } from '../../ports/notifier.ts'
import { callSlack } from './call-slack.ts'
import { cardMessage, closedMessage } from './card-message.ts'

export type SlackChannel = { readonly type: 'channel'; readonly id: string } | { readonly type: 'webhook'; readonly url: string }

export interface SlackOptions {
  readonly channels: Readonly<Record<string, SlackChannel>>
  readonly apiUrl: string
  readonly botToken: string | undefined
  /** Whether clicks reach us: a button that does nothing is worse than none. */
  readonly buttons: boolean
  /** The machine's. */
  readonly clock: Clock
  readonly fetch?: typeof globalThis.fetch
}

export function createSlackNotifier(options: SlackOptions): Notifier {
  return {
    channels: Object.keys(options.channels),
    async ask(channel, card) {
      const answer = await post(options, channel, { method: 'chat.postMessage', message: cardMessage(card, options.buttons) })
      return typeof answer['ts'] === 'string' ? answer['ts'] : undefined
    },
    async close(channel, { ref, text }) {
      const update = ref === undefined ? { method: 'chat.postMessage', message: { text } } : { method: 'chat.update', message: { ts: ref, ...closedMessage(text) } }
      await post(options, channel, update)
    },
  }
}

async function post(options: SlackOptions, channel: string, sent: { readonly method: string; readonly message: object }): Promise<Readonly<Record<string, unknown>>> {
  const target = options.channels[channel]
  if (target === undefined) throw fault({ code: 'invalid', operation: 'slack', subject: channel, message: 'there is no such channel', hint: 'Name it under slack.channels.' })
  const parts = { clock: options.clock, fetch: options.fetch ?? globalThis.fetch }
  if (target.type === 'webhook') return callSlack(parts, { url: target.url, body: sent.message })
  return callSlack(parts, { url: `${options.apiUrl}/${sent.method}`, body: { channel: target.id, ...sent.message }, ...(options.botToken === undefined ? {} : { token: options.botToken }) })
}
