/** Where Slack sends clicks. It waits three seconds; we answer when the click is stored, and work on it after. */

import { createRoute } from '@hono/zod-openapi'
import type { SlackDoor } from '../../app/slack/slack-door.ts'
import { problem } from '../contract.ts'
import type { BoydHono } from '../identify.ts'

const clickRoute = createRoute({
  method: 'post',
  path: '/api/v1/slack/interactions',
  summary: 'Take a click on a button in Slack',
  description: 'Signed by Slack over the raw body, and not older than five minutes.',
  security: [],
  responses: {
    200: { description: 'It is stored' },
    400: problem('No click on a button of ours'),
    401: problem('Not signed by Slack, too old, or of another workspace'),
    409: problem('It was received before'),
  },
})

export function addSlackRoute(server: BoydHono, slack: SlackDoor): void {
  server.openapi(clickRoute, async (context) => {
    await slack.receive({ body: new Uint8Array(await context.req.arrayBuffer()), headers: context.req.header() })
    return context.body(null, 200)
  })
}
