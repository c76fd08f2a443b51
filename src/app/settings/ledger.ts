/** Section `ledger`: with which key it is signed, how often, and where checkpoints go. */

import { z } from 'zod'
import { isKeyName } from '../../audit/notes/note-key.ts'

const file = z.string().min(1)
const kubeName = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'is no name of a Kubernetes object')

const anchor = z.discriminatedUnion('type', [
  /** Appended to; belongs on a volume that those who own the database cannot write. */
  z.strictObject({ type: z.literal('file'), path: file }),
  z.strictObject({
    type: z.literal('git'),
    remote: z.string().min(1).regex(/^[^-]/, 'may not begin with a dash'),
    branch: z.string().regex(/^[A-Za-z0-9][\w./-]*$/, 'is no name of a branch').default('boyd-ledger'),
  }),
  z.strictObject({ type: z.literal('http'), url: z.url({ protocol: /^https?$/ }).refine((url) => new URL(url).username === '', 'may hold no password: name a tokenFile'), tokenFile: file.exactOptional() }),
  /** Without `kubeconfigFile`, the cluster that Boyd works in. */
  z.strictObject({ type: z.literal('config-map'), namespace: kubeName, name: kubeName.default('boyd-ledger'), kubeconfigFile: file.exactOptional(), context: z.string().min(1).exactOptional() }),
])

export type AnchorSettings = z.infer<typeof anchor>

export const ledgerSettings = z
  .strictObject({
    /** Name of the ledger in its checkpoints and keys. */
    origin: z.string().refine(isKeyName, 'may hold no spaces and no plus sign').default('boyd/ledger'),
    /** Default: `ledger.key` of the home folder. */
    keyFile: file.exactOptional(),
    /** Ids of keys that nobody has any more; only then does a new one take over without the signature of the old. */
    lostKeys: z.array(z.string().regex(/^[0-9a-f]{8}$/, 'is no id of a key')).default([]),
    checkpointEvery: z.strictObject({ entries: z.int().min(1).max(100_000).default(256), seconds: z.int().min(1).max(86_400).default(30) }).prefault({}),
    anchors: z.array(anchor).max(16).default([]),
    /** How many of the anchors must have the last checkpoint before a change is sent. */
    anchorsNeeded: z.int().min(1).default(1),
    /** What happens to changes while fewer have it: `stop`, or `go-on` and leave it to the doctor to say so. */
    whenUnanchored: z.enum(['stop', 'go-on']).default('stop'),
  })
  .refine(({ anchors, anchorsNeeded }) => anchors.length === 0 || anchorsNeeded <= anchors.length, { message: 'is more than there are anchors', path: ['anchorsNeeded'] })

export type LedgerSettings = z.infer<typeof ledgerSettings>
