/** All rules that have a static face only, one line each, sorted. What also has a live face is in `registry.ts`. */

import type { AuditRule } from '../model/hazard.ts'
import { imageNotPinned } from './image-not-pinned/image-not-pinned.ts'

export const audits: readonly AuditRule[] = [
  imageNotPinned,
]
