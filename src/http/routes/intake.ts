/**
 * Where alerts arrive. The bytes are read up to a limit before anything is parsed; the sender hears 2xx only after
 * every alert is stored, because that is what makes it stop repeating.
 */

import type { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { fault } from '../../kernel/fault.ts'
import { WEBHOOK_BYTES_MAX } from '../../kernel/limits.ts'
import type { UseCases } from '../../app/use-cases/use-cases.ts'

const limit = bodyLimit({
  maxSize: WEBHOOK_BYTES_MAX,
  onError: () => {
    throw fault({ code: 'too-large', operation: 'webhook', message: `the body is larger than ${WEBHOOK_BYTES_MAX} bytes`, hint: 'Lower max_alerts or the group size at the sender.' })
  },
})

export function addIntakeRoutes(server: OpenAPIHono, useCases: UseCases): void {
  server.post('/api/v1/webhooks/alertmanager', limit, async (context) => {
    const body = new Uint8Array(await context.req.arrayBuffer())
    const results = await useCases.receiveAlertmanager({ body, headers: context.req.header() })
    const incidents = results.map((result) => ({ type: result.type, ...(result.incident === undefined ? {} : { incidentId: result.incident.id }) }))
    return context.json({ accepted: results.length, incidents }, 202)
  })
}
