/** Plays one story on the demo: the alert goes through the real webhook, the answer of a person through the real door. */

import { createInterface } from 'node:readline/promises'
import type { Demo } from '../../app/demo.ts'
import { playStory, type StoryResult } from '../../app/story/play-story.ts'
import type { Story } from '../../app/story/story.ts'
import { fault } from '../../kernel/fault.ts'
import type { LedgerEntry } from '../../model/ledger-entry.ts'
import type { Teller } from './teller.ts'

interface TellOptions {
  readonly demo: Demo
  readonly serverUrl: string
  readonly teller: Teller
  readonly yes: boolean
  readonly story: Story
}

export async function tellStory(options: TellOptions): Promise<StoryResult> {
  const { demo, teller, story } = options
  teller.storyBegins(story)
  let openedAtMs: number | undefined
  const result = await playStory(
    {
      stage: { ...demo.stage, onStep: (text) => teller.stage(text) },
      sendAlert: (payload) => postAlert(options, payload),
      follow: ({ signal }) => demo.app.useCases.follow(demo.operator, { fromSeq: 1, signal }),
      onEntry: (entry) => {
        openedAtMs ??= Date.parse(entry.at)
        teller.entry(entry, openedAtMs)
      },
      onApprovalAsked: (entry) => answer(options, entry),
    },
    story,
  )
  teller.storyEnds(story, result)
  return result
}

async function postAlert(options: TellOptions, payload: unknown) {
  const response = await fetch(`${options.serverUrl}/api/v1/webhooks/alertmanager`, {
    method: 'POST',
    headers: { authorization: `Bearer ${options.demo.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  })
  const body = (await response.json()) as { incidents?: { type: 'opened' | 'joined' | 'repeated' | 'ignored'; incidentId?: string }[]; title?: string }
  if (!response.ok) throw fault({ code: 'internal', operation: 'send alert', message: body.title ?? `HTTP ${response.status}` })
  const incidents = await Promise.all((body.incidents ?? []).map((one) => (one.incidentId === undefined ? undefined : options.demo.app.useCases.incident(options.demo.operator, one.incidentId))))
  return (body.incidents ?? []).map(({ type }, index) => {
    const detail = incidents[index]
    return detail === undefined ? { type } : { type, incident: detail.incident }
  })
}

interface Asked {
  readonly approvalId: string
  readonly planHash: string
  readonly shown: string
}

/** `--yes` votes at once; at a terminal the person is asked; otherwise it waits for `boyd approve` from elsewhere. */
async function answer(options: TellOptions, entry: LedgerEntry): Promise<void> {
  const asked = entry.data as Asked
  options.teller.say(asked.shown)
  if (options.yes) return castVote(options, asked, 'approve', 'approved by --yes')
  if (!process.stdin.isTTY) {
    options.teller.say(`To answer: boyd approve ${asked.approvalId} --plan ${asked.planHash.slice(-8)}`)
    return
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const reply = (await terminal.question('Approve this plan? [y/N, or a reason against it] ')).trim()
  terminal.close()
  if (/^y(es)?$/i.test(reply)) await castVote(options, asked, 'approve', '')
  else await castVote(options, asked, 'deny', /^n?o?$/i.test(reply) ? 'denied at the terminal' : reply)
}

async function castVote(options: TellOptions, asked: Asked, decision: 'approve' | 'deny', reason: string): Promise<void> {
  await options.demo.app.useCases.vote(options.demo.operator, { approvalId: asked.approvalId, decision, reason, door: 'story', planHash: asked.planHash })
}

