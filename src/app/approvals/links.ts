/** Links to approvals: written for a message, read at the page. Without a public address there is nothing to link to. */

import { randomBytes } from 'node:crypto'
import { LINK_LIFETIME_MS, readLink, writeLink, type LinkReading } from '../../gate/link-token.ts'
import type { KeyRing } from '../../gate/signing.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Approval } from '../../model/approval.ts'

export interface Links {
  /** Undefined where people have no address to open. */
  write(approval: Approval, to: string): string | undefined
  read(token: string): LinkReading
}

interface LinkParts {
  readonly keys: KeyRing
  readonly publicUrl: string | undefined
  readonly clusterId: string
  /** The cluster's time: requests expire in it. */
  readonly clock: Pick<Clock, 'now'>
}

const JTI_BYTES = 16

export function createLinks({ keys, publicUrl, clusterId, clock }: LinkParts): Links {
  const audience = `${publicUrl === undefined ? 'boyd' : new URL(publicUrl).origin}#${clusterId}`
  return {
    write({ id, planHash, expiresAtMs }, to) {
      if (publicUrl === undefined) return undefined
      const iat = Math.floor(clock.now() / 1000)
      const exp = Math.floor(Math.min(expiresAtMs, clock.now() + LINK_LIFETIME_MS) / 1000)
      const token = writeLink({ typ: 'approval-link', jti: randomBytes(JTI_BYTES).toString('base64url'), ar: id, ph: planHash, aud: audience, to, iat, exp }, keys)
      return `${new URL(publicUrl).origin}/a/${token}`
    },
    read: (token) => readLink(token, { keys, audience, nowMs: clock.now() }),
  }
}
