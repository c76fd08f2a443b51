/**
 * Where alerts arrive. The bytes are read up to a limit before anything is parsed; the sender hears 2xx only after
 * every alert is stored, because that is what makes it stop repeating.
 */

import type { Context } from 'hono'
import { createRoute, z } from '@hono/zod-openapi'
import { WEBHOOK_BYTES_MAX } from '../../kernel/limits.ts'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import type { Principal } from '../../model/principal.ts'
import { limitBody } from '../body-limit.ts'
import { problem } from '../contract.ts'
import type { BoydHono } from '../identify.ts'

const limit = limitBody(WEBHOOK_BYTES_MAX, 'Lower max_alerts or the group size at the sender.')

const takenSchema = z.object({
  accepted: z.number().int(),
  incidents: z.array(z.object({ type: z.enum(['opened', 'joined', 'repeated', 'ignored']), incidentId: z.string().optional() })),
})

const alertmanagerRoute = createRoute({
  method: 'post',
  path: '/api/v1/webhooks/alertmanager',
  summary: 'Take the alerts of an Alertmanager webhook (version 4)',
  description: 'The sender shows the webhook token or a token with the scope "alerts", or signs the body with HMAC-SHA256. What is sent again changes nothing.',
  middleware: limit,
  // The body is described and not parsed here: signatures are over the bytes, and the source reads them with notes of its own.
  responses: {
    202: { description: 'Every alert is stored', content: { 'application/json': { schema: takenSchema } } },
    400: problem('The body is no Alertmanager payload'),
    401: problem('The sender is not known'),
    413: problem('The body is too large'),
  },
})

export function addIntakeRoutes(server: BoydHono, useCases: UseCases, whoOf: (context: Context) => Promise<Principal | undefined>): void {
  server.openapi(alertmanagerRoute, async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer())
    const results = await useCases.receiveAlertmanager({ body, headers: context.req.header() }, await whoOf(context))
    const incidents = results.map((result) => ({ type: result.type, ...(result.incident === undefined ? {} : { incidentId: result.incident.id }) }))
    return context.json({ accepted: results.length, incidents }, 202)
  })
}
