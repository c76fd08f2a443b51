/** Section `credentials`: as whom Boyd looks, and as whom it acts. Absent: both as the kubeconfig says. */

import { z } from 'zod'
import { ACTING_VERBS, type ActingVerb } from '../../model/access.ts'

const serviceAccount = z.string().regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/, 'is no namespace/name')

/** The API server refuses tokens of less than ten minutes. */
const TOKEN_SECONDS_MIN = 600

const identity = z
  .strictObject({
    /** A service account whose short-lived tokens the kubeconfig's account may ask for. */
    serviceAccount: serviceAccount.exactOptional(),
    tokenSeconds: z.int().min(TOKEN_SECONDS_MIN).max(86_400).default(TOKEN_SECONDS_MIN),
    /** Whom the tokens are for; default: the API server's own audience. */
    audiences: z.array(z.string().min(1)).default([]),
    /** Or a kubeconfig of its own. */
    kubeconfig: z.string().min(1).exactOptional(),
    context: z.string().min(1).exactOptional(),
  })
  .refine(({ serviceAccount: account, kubeconfig, context }) => account === undefined || (kubeconfig === undefined && context === undefined), 'names a service account and a kubeconfig; one of them is enough')

export const credentialSettings = z.strictObject({
  /** Verbs that the acting account was given rights for; absent: as its ClusterRole says, else all. `boyd rbac` prints roles for these. */
  verbs: z.array(z.enum(ACTING_VERBS as [ActingVerb, ...ActingVerb[]])).min(1).exactOptional(),
  /** Where it may act on what lies in namespaces; absent: as its ClusterRole says, else everywhere but in protected ones. */
  namespaces: z.array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no name of a namespace')).min(1).exactOptional(),
  reader: identity.prefault({}),
  actor: identity.prefault({}),
})

export type IdentitySettings = z.infer<typeof identity>
