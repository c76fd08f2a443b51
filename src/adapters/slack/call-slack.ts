/** One call to Slack, with patience: it answers 429 with how long to wait, and 200 with an error inside. */

import type { Clock } from '../../kernel/clock.ts'
import { fault, isFault, type Fault } from '../../kernel/fault.ts'
import { isRecord } from '../../kernel/json.ts'

export interface SlackCall {
  readonly url: string
  readonly body: unknown
  /** Absent for addresses that are secrets themselves. */
  readonly token?: string
}

export interface CallParts {
  /** The machine's. */
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
}

const TIMEOUT_MS = 5_000
const ATTEMPTS_MAX = 3
const WAIT_MAX_MS = 10_000
const ANSWER_BYTES_MAX = 65_536

/** The answer's object; empty for one that is plain text. Faults: `unavailable`, `rate-limited`, `forbidden`, `invalid`. */
export async function callSlack(parts: CallParts, call: SlackCall): Promise<Readonly<Record<string, unknown>>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callOnce(parts, call)
    } catch (error) {
      if (!isFault(error) || error.recovery !== 'retry' || attempt >= ATTEMPTS_MAX) throw error
      await parts.clock.sleep(Math.min(WAIT_MAX_MS, error.retryAfterMs ?? 500 * 2 ** attempt))
    }
  }
}

async function callOnce(parts: CallParts, { url, body, token }: SlackCall): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/json; charset=utf-8', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  const response = await reach(parts, url, { method: 'POST', headers, body: JSON.stringify(body), redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })
  const text = (await response.text()).slice(0, ANSWER_BYTES_MAX)
  if (response.status === 429) throw slackFault({ code: 'rate-limited', message: 'too many messages', retryAfterMs: 1000 * Number(response.headers.get('retry-after') ?? 1) })
  if (response.status >= 500) throw slackFault({ code: 'unavailable', message: `it answered ${response.status}` })
  if (!response.ok) throw slackFault({ code: 'invalid', message: `it answered ${response.status}: ${text.slice(0, 100)}` })
  const answer = objectIn(text)
  if (answer['ok'] === false) throw refusal(String(answer['error'] ?? 'unknown'))
  return answer
}

async function reach({ fetch }: CallParts, url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (cause) {
    // The address of a webhook is a secret: only its host is told.
    throw slackFault({ code: 'unavailable', message: `${new URL(url).host} does not answer`, cause })
  }
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

const FORBIDDEN = /auth|token|scope|permission|not_in_channel|is_archived|restricted/

function refusal(error: string): Fault {
  return slackFault({ code: FORBIDDEN.test(error) ? 'forbidden' : 'invalid', message: `it refuses: ${error}`, hint: 'Check the section slack of the settings, and that the bot is in the channel.' })
}

function slackFault(init: Pick<Parameters<typeof fault>[0], 'code' | 'message' | 'hint' | 'retryAfterMs' | 'cause'>): Fault {
  return fault({ operation: 'slack', ...init })
}
