/** Is it Slack that speaks? HMAC-SHA256 over version, time and the raw body (api.slack.com: "Verifying requests from Slack"). */

import { createHmac } from 'node:crypto'
import { sameSecret } from '../../kernel/same-secret.ts'

export interface SlackRequest {
  /** The bytes as they came. */
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Slack's own advice: what is older was recorded and is played again. */
const AGE_MAX_SEC = 300

/** The signature, which names this request among all; undefined when it is not Slack's, or not of now. */
export function slackSignature({ body, headers }: SlackRequest, secret: string, nowMs: number): string | undefined {
  const timestamp = headers['x-slack-request-timestamp'] ?? ''
  const shown = headers['x-slack-signature'] ?? ''
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(nowMs / 1000 - Number(timestamp)) > AGE_MAX_SEC) return undefined
  const wanted = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`
  return sameSecret(shown, wanted) ? wanted : undefined
}
