/** Section `scan`: what a site has decided and no file can show. What is left empty is not judged. */

import { z } from 'zod'

const place = z.string().regex(/^[a-z0-9][a-z0-9._:*/-]*$/i, 'is no registry, and no path in one')
const name = z.string().min(1).max(63)

export const scanSettings = z.strictObject({
  /** Where images may come from: a registry, or a path in one; `*` is one part. Docker Hub is docker.io. */
  registries: z.array(place).default([]),
  /** Where the images of a registry are mirrored; shown as what to write instead. */
  mirrors: z.record(place, place).default({}),
  /** Images that builds may end on, in the same form. */
  baseImages: z.array(place).default([]),
  /** Runtime classes by class of data (`policy.targets`), of which such workloads name one. */
  runtimeClasses: z.record(name, z.array(name).min(1)).default({}),
  /** Tiers (`policy.targets`) whose services roll out step by step. */
  progressiveTiers: z.array(name).default([]),
})
