/**
 * Does a verdict still stand, minutes after it was given? Asked before every step on a live cluster.
 *
 * What judged the plan may be gone: the policies were replaced, the kill switch was thrown, a freeze began. A step
 * that is under way ends; the next one does not begin.
 */

import type { Approval } from '../model/approval.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Site } from './site.ts'

/** Why it no longer stands; undefined while it does. */
export function whyFallen(options: { readonly verdict: Verdict; readonly policyDigest: string; readonly site: Site; readonly approval?: Approval }): string | undefined {
  const { verdict, policyDigest, site, approval } = options
  if (site.killSwitch) return 'the kill switch is on'
  if (verdict.policyDigest !== policyDigest) return 'the policies are not those that judged the plan'
  if (site.freeze && approval?.breakGlass !== true) return 'a change freeze has begun'
  return undefined
}
