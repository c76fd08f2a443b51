/** Section `commands`: where commands would run, and the profiles that judge them besides those that ship. */

import { z } from 'zod'

const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

const rule = z.union([
  z.string(),
  z.strictObject({
    words: z.string(),
    replicas: z.strictObject({ min: z.int().min(0).exactOptional(), max: z.int().min(0).exactOptional() }).exactOptional(),
    objectsMin: z.int().min(1).exactOptional(),
  }),
])

const profile = z.strictObject({
  extends: z.string().exactOptional(),
  mode: z.enum(['off', 'auto', 'turbo']).exactOptional(),
  unlisted: z.enum(['ask', 'deny']).exactOptional(),
  allow: z.array(rule).exactOptional(),
  ask: z.array(rule).exactOptional(),
  deny: z.array(rule).exactOptional(),
  turboFor: z.array(z.string()).exactOptional(),
  examples: z.array(z.strictObject({ line: z.string(), verdict: z.enum(['allow', 'ask', 'deny']) })).exactOptional(),
})

const kind = z.strictObject({
  kind: z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'is no kind, such as Certificate'),
  group: z.string().regex(/^[a-z0-9.-]+$/, 'is no group, such as cert-manager.io'),
  versions: z.array(z.string()).min(1),
  plural: z.string().regex(/^[a-z0-9]+$/, 'is no plural, such as certificates'),
  shortNames: z.array(z.string().regex(/^[a-z0-9]+$/)).default([]),
  namespaced: z.boolean().default(true),
})

export const commandSettings = z.strictObject({
  /** Absolute path of the one folder whose files commands may name. */
  workspace: z.string().startsWith('/', 'is no absolute path').exactOptional(),
  /** Namespaces in which commands change nothing; reading there is fine. */
  protectedNamespaces: z.array(z.string().regex(NAME, 'is no name of a namespace')).exactOptional(),
  /** Kinds of this cluster besides those that every cluster has; commands may not name others. */
  kinds: z.array(kind).default([]),
  /** Hosts that curl may read from, exact, with the port where it is not 443. */
  hosts: z.array(z.string()).default([]),
  profiles: z.record(z.string().regex(NAME, 'is no name of a profile'), profile).default({}),
})
