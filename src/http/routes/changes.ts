/** The kill switch: who stopped changes and why; to stop them, and to let them go on. */

import { createRoute, z } from '@hono/zod-openapi'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import { toIso } from '../../kernel/clock.ts'
import type { Stopped } from '../../ports/kill-switch.ts'
import { changesSchema, problem, type ChangesWire } from '../contract.ts'
import type { BoydHono } from '../identify.ts'

const REFUSALS = { 401: problem('Nobody is known by what was shown'), 403: problem('Not for this role, or not for this token') }
const json = { description: 'As it is now', content: { 'application/json': { schema: changesSchema } } }
const body = { required: true, content: { 'application/json': { schema: z.strictObject({ reason: z.string().trim().min(1).max(500) }) } } }

const changesRoute = createRoute({ method: 'get', path: '/api/v1/changes', summary: 'Whether changes are stopped, by whom and why', responses: { 200: json, ...REFUSALS } })

const stopRoute = createRoute({
  method: 'post',
  path: '/api/v1/changes/stop',
  summary: 'Stop every change: none begins any more, and plans that run end with the step they are at',
  request: { body },
  responses: { 200: json, 400: problem('No reason'), ...REFUSALS },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/api/v1/changes/resume',
  summary: 'Let changes go on',
  request: { body },
  responses: { 200: json, 400: problem('No reason'), ...REFUSALS, 409: problem('Nothing was stopped') },
})

export function addChangesRoutes(server: BoydHono, useCases: UseCases): void {
  server.openapi(changesRoute, async (context) => context.json(toWire(await useCases.changes(context.var.principal)), 200))
  server.openapi(stopRoute, async (context) => context.json(toWire(await useCases.stopChanges(context.var.principal, context.req.valid('json').reason)), 200))
  server.openapi(resumeRoute, async (context) => {
    await useCases.resumeChanges(context.var.principal, context.req.valid('json').reason)
    return context.json(toWire(undefined), 200)
  })
}

function toWire(stopped: Stopped | undefined): ChangesWire {
  if (stopped === undefined) return { stopped: false }
  const { by, name, reason, atMs } = stopped
  return { stopped: true, by, name, reason, at: toIso(atMs) }
}
