/** Section `approvals`: who is asked, who is asked next, and for how long. */

import { z } from 'zod'

const channels = z.array(z.string().min(1)).min(1)

export const approvalSettings = z.strictObject({
  /** Channels that hear of a request at once. */
  notify: z.array(z.string().min(1)).default([]),
  /** Who hears of it next while nobody answers, counted from the first request of a plan. */
  escalation: z.array(z.strictObject({ afterMinutes: z.number().positive().max(24 * 60), notify: channels })).max(10).default([]),
  /** How often one plan is asked for, each time rehearsed anew, before Boyd hands over. */
  asksMax: z.int().min(1).max(8).default(3),
  /** Somebody who became an approver more recently than this may not approve yet. */
  newApproverWaitMinutes: z.number().min(0).max(7 * 24 * 60).default(60),
  /** The key that signs votes and links; processes that share a database share the file. Default: in the home folder. */
  keysFile: z.string().min(1).exactOptional(),
})

export type ApprovalSettings = z.infer<typeof approvalSettings>
