/** Section `base`: whether the cluster is followed by watches or read anew for each look. */

import { z } from 'zod'

export const baseSettings = z.strictObject({
  /** False: each look lists every kind. */
  follow: z.boolean().default(true),
  /** A kind whose watch was silent for longer is listed when it is needed. API servers send a sign of life each minute. */
  staleSeconds: z.int().min(5).max(3_600).default(180),
  /** When the server is asked to end each watch, for networks that drop long connections without a word; absent: it decides (30 to 60 minutes). */
  watchSeconds: z.int().min(5).max(3_600).exactOptional(),
})
