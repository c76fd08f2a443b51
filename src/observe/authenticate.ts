/**
 * Who sent this webhook? A bearer token, or an HMAC-SHA256 over the raw bytes. Alertmanager signs nothing itself, so a
 * token is its way; signatures are for senders and proxies that can.
 *
 * Pure. Comparisons take the same time whatever differs.
 */

import { createHmac } from 'node:crypto'
import { sameSecret } from '../kernel/same-secret.ts'
import type { Trust } from '../model/signal.ts'

/** Several hex digests may stand in one header, each with a version, as while a secret is rotated: `v1=ab…,v1=cd…`. */
const SIGNATURE_HEADERS = ['x-boyd-signature', 'x-signature', 'x-hub-signature-256', 'x-grafana-alerting-signature']
const SIGNATURES_MAX = 8

export interface WebhookCredentials {
  /** The bytes as they came, before anything parsed them. */
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The bearer token we expect. */
  readonly token: string
  readonly hmacSecret?: string
}

/** How far the sender is to be trusted; undefined when nothing it showed is right. */
export function authenticate({ body, headers, token, hmacSecret }: WebhookCredentials): Trust | undefined {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  if (hmacSecret !== undefined && hmacSecret !== '' && isSigned(body, lower, hmacSecret)) return 'signed'
  const bearer = /^Bearer\s+(\S+)$/i.exec(lower.get('authorization')?.trim() ?? '')?.[1]
  return bearer !== undefined && token !== '' && sameSecret(bearer, token) ? 'secret' : undefined
}

function isSigned(body: Uint8Array, headers: ReadonlyMap<string, string | undefined>, secret: string): boolean {
  const wanted = createHmac('sha256', secret).update(body).digest('hex')
  const shown = SIGNATURE_HEADERS.flatMap((name) => (headers.get(name) ?? '').split(',')).slice(0, SIGNATURES_MAX)
  return shown.some((text) => sameSecret(text.trim().replace(/^(v\d+|sha256)=/i, '').toLowerCase(), wanted))
}
