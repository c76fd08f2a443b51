/** Section `site`: what the gate must know of the place and cannot read from the cluster. */

import { z } from 'zod'
import { DEFAULT_SYSTEM_NAMESPACES } from '../../gate/site.ts'

export const siteSettings = z.strictObject({
  /** IANA name; office hours and freezes are told in it. */
  timeZone: z.string().refine(isTimeZone, 'is no IANA time zone, such as Europe/Berlin').default('UTC'),
  /** Namespaces in which nothing is ever changed, besides kube-system. */
  systemNamespaces: z.array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'is no name of a namespace')).default([...DEFAULT_SYSTEM_NAMESPACES]),
})

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
