/** Section `slack`: where messages go, whom its users are, and the secrets that prove it is Slack that speaks. */

import { z } from 'zod'
import { isSafeUrl } from './auth.ts'

const channel = z.union([z.strictObject({ channel: z.string().regex(/^[CDG][A-Z0-9]+$/, 'is no id of a channel, such as C0PLATFORM1') }), z.strictObject({ webhookUrlFile: z.string().min(1) })])

export const slackSettings = z
  .strictObject({
    /** By the names that `approvals` uses: with the bot's token into a channel, or through an incoming webhook. */
    channels: z.record(z.string().min(1), channel).default({}),
    botTokenFile: z.string().min(1).exactOptional(),
    /** With it, buttons are taken; without it there are none. */
    signingSecretFile: z.string().min(1).exactOptional(),
    /** Clicks of other workspaces are refused. */
    workspace: z.string().regex(/^T[A-Z0-9]+$/, 'is no id of a workspace, such as T0HARBOUR').exactOptional(),
    /** Slack's id of a user → their subject at the identity provider. Who is not here has no say. */
    users: z.record(z.string().regex(/^[UW][A-Z0-9]+$/, 'is no id of a user, such as U0LEAD01'), z.string().trim().min(1)).default({}),
    apiUrl: z.url({ protocol: /^https?$/ }).refine(isSafeUrl, 'must be https (http is for this machine only)').default('https://slack.com/api'),
    /** Where answers to clicks may be sent. */
    responseOrigins: z.array(z.url()).default(['https://hooks.slack.com']),
  })
  .superRefine((slack, context) => {
    const needsBot = Object.values(slack.channels).some((one) => 'channel' in one)
    if (needsBot && slack.botTokenFile === undefined) context.addIssue({ code: 'custom', path: ['botTokenFile'], message: 'is needed to write into channels' })
    if (slack.signingSecretFile !== undefined && slack.workspace === undefined) context.addIssue({ code: 'custom', path: ['workspace'], message: 'is needed to know whose clicks count' })
  })

export type SlackSettings = z.infer<typeof slackSettings>
