/**
 * The token in a link to an approval: `v1.<kid>.<payload>.<signature>`. It says which request was sent to whom; it does not
 * say yes. Whoever opens it sees the plan, and may deny it; to approve, somebody must be known.
 */

import { canonicalJson } from '../kernel/canonical-json.ts'
import { isRecord } from '../kernel/json.ts'
import type { KeyRing } from './signing.ts'

export interface LinkPayload {
  readonly typ: 'approval-link'
  /** Random, so that no two links are alike. */
  readonly jti: string
  /** The approval request. */
  readonly ar: string
  /** Hash of the plan that it is about. */
  readonly ph: string
  /** Which Boyd, over which cluster. */
  readonly aud: string
  /** Whom it was sent to: a channel, or a subject. */
  readonly to: string
  readonly iat: number
  readonly exp: number
}

export type LinkReading = { readonly type: 'good'; readonly link: LinkPayload } | { readonly type: 'bad'; readonly reason: string }

/** A link outlives no rehearsal. */
export const LINK_LIFETIME_MS = 15 * 60_000

const CLOCK_SKEW_SEC = 60

export function writeLink(link: LinkPayload, keys: Pick<KeyRing, 'sign' | 'kid'>): string {
  const payload = Buffer.from(canonicalJson(link)).toString('base64url')
  const { kid } = keys
  const { sig } = keys.sign(`v1.${kid}.${payload}`)
  return `v1.${kid}.${payload}.${sig}`
}

export function readLink(token: string, expected: { readonly keys: Pick<KeyRing, 'verify'>; readonly audience: string; readonly nowMs: number }): LinkReading {
  const parts = token.split('.')
  const [version = '', kid = '', payload = '', sig = ''] = parts
  const bad = (reason: string): LinkReading => ({ type: 'bad', reason })
  if (version !== 'v1' || parts.length !== 4) return bad('the link is not whole')
  if (!expected.keys.verify(`v1.${kid}.${payload}`, { kid, sig })) return bad('the link was not made here, or was changed')
  const link = parsed(payload)
  if (link === undefined) return bad('the link is not whole')
  if (link.aud !== expected.audience) return bad('the link is for another Boyd')
  const nowSec = expected.nowMs / 1000
  if (nowSec >= link.exp || nowSec < link.iat - CLOCK_SKEW_SEC) return bad('the link has expired')
  return { type: 'good', link }
}

function parsed(payload: string): LinkPayload | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    const texts = ['jti', 'ar', 'ph', 'aud', 'to']
    if (!isRecord(value) || value['typ'] !== 'approval-link' || !texts.every((key) => typeof value[key] === 'string')) return undefined
    return Number.isSafeInteger(value['iat']) && Number.isSafeInteger(value['exp']) ? (value as unknown as LinkPayload) : undefined
  } catch {
    return undefined
  }
}
