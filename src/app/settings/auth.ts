/** Section `auth`: who people are, how they prove it, and what they may do. */

import { z } from 'zod'
import { ROLES } from '../../model/principal.ts'

const subject = z.string().trim().min(1).max(200)
const roles = z.array(z.enum(ROLES))
const teams = z.array(z.string().trim().min(1).max(100))

/** Signatures with a public key only: a shared secret in an identity token would let every client mint one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const

const oidc = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }).refine(isSafeUrl, 'must be https (http is for this machine only)'),
  clientId: z.string().min(1),
  /** Absent: a public client, with PKCE alone. */
  clientSecretFile: z.string().min(1).exactOptional(),
  /** What access tokens of machines must name as `aud`; absent: only the client itself is taken. */
  audience: z.string().min(1).exactOptional(),
  scopes: z.array(z.string().min(1)).default(['openid', 'profile', 'email']),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  clockSkewSeconds: z.int().min(0).max(300).default(60),
  subjectClaim: z.string().min(1).default('sub'),
  nameClaim: z.string().min(1).default('name'),
  /** The claim whose values `roles` maps. */
  rolesClaim: z.string().min(1).default('groups'),
  roles: z.partialRecord(z.enum(ROLES), z.array(z.string())).default({}),
  /** The claim that names teams; its values are taken as they are. */
  teamsClaim: z.string().min(1).exactOptional(),
})

export const authSettings = z.strictObject({
  /** Where people reach Boyd, as they type it; links and sign-ins lead there. */
  publicUrl: z.url({ protocol: /^https?$/ }).refine(isSafeUrl, 'must be https (http is for this machine only)').exactOptional(),
  /** Other names under which browsers may ask for pages. */
  allowedHosts: z.array(z.string().min(1)).default([]),
  sessionHours: z.number().positive().max(24).default(8),
  /** The longest life of a token of the API, in days. */
  tokenDaysMax: z.int().positive().max(365).default(90),
  /** Whose the operator's token is. With an identity provider and without a subject, it may not approve: a file is no person. */
  operator: z.strictObject({ subject: subject.exactOptional(), teams: teams.default([]) }).prefault({}),
  /** The site's own word on people, beside what the identity provider says; for chats it is where roles come from. */
  people: z.array(z.strictObject({ subject, name: z.string().min(1).exactOptional(), roles, teams: teams.default([]) })).default([]),
  oidc: oidc.exactOptional(),
})

export type AuthSettings = z.infer<typeof authSettings>
export type OidcSettings = z.infer<typeof oidc>

/** Secrets travel on it. On this machine nobody listens in between. */
export function isSafeUrl(text: string): boolean {
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
