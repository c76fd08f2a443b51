/** Slack over the site's settings: the notifier, and the door for clicks where a signing secret is there to know them by. */

import { callSlack } from '../../adapters/slack/call-slack.ts'
import { createSlackNotifier, type SlackChannel } from '../../adapters/slack/notifier.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import type { Inbox } from '../../ports/inbox.ts'
import type { Notifier } from '../../ports/notifier.ts'
import type { KnownPeople } from '../auth/known-people.ts'
import { readSecretFile } from '../settings/read-secret.ts'
import type { SlackSettings } from '../settings/slack.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import { startInboxWorker, type InboxWorker } from './inbox-worker.ts'
import { receiveClick, SLACK_CLICK, workOnClick, type SlackDoor, type SlackDoorParts } from './slack-door.ts'

interface SlackParts {
  readonly settings: SlackSettings
  /** The machine's. */
  readonly clock: Clock
  pathOf(path: string): string
}

/** Undefined where no channel is named. */
export function slackNotifier({ settings, clock, pathOf }: SlackParts): Notifier | undefined {
  const { channels, apiUrl, botTokenFile, signingSecretFile } = settings
  if (Object.keys(channels).length === 0) return undefined
  const named = Object.entries(channels).map(([name, channel]): readonly [string, SlackChannel] => [
    name,
    'channel' in channel ? { type: 'channel', id: channel.channel } : { type: 'webhook', url: readSecretFile(pathOf(channel.webhookUrlFile), `slack.channels.${name}`) },
  ])
  return createSlackNotifier({
    channels: Object.fromEntries(named),
    apiUrl,
    clock,
    buttons: signingSecretFile !== undefined,
    botToken: botTokenFile === undefined ? undefined : readSecretFile(pathOf(botTokenFile), 'slack.botTokenFile'),
  })
}

export interface StartedDoor {
  readonly door: SlackDoor
  readonly worker: InboxWorker
}

interface DoorParts extends SlackParts {
  readonly inbox: Inbox
  readonly useCases: Pick<UseCases, 'approval' | 'vote'>
  readonly people: Pick<KnownPeople, 'returned'>
  readonly log: Log
}

/** Opens the door and works on what an earlier process stored. Undefined without a signing secret. */
export function startSlackDoor(parts: DoorParts): StartedDoor | undefined {
  const { settings, clock, inbox, log, pathOf } = parts
  if (settings.signingSecretFile === undefined) return undefined
  const doorParts: SlackDoorParts = {
    ...parts,
    signingSecret: readSecretFile(pathOf(settings.signingSecretFile), 'slack.signingSecretFile'),
    respond: async (url, text) => void (await callSlack({ clock, fetch: globalThis.fetch }, { url, body: { response_type: 'ephemeral', replace_original: false, text } })),
    wake: () => worker.wake(),
  }
  const worker = startInboxWorker({ inbox, kind: SLACK_CLICK, clock, log, work: (payload) => workOnClick(doorParts, payload) })
  return { worker, door: { receive: (request) => receiveClick(doorParts, request) } }
}
