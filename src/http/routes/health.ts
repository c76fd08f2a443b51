/** Is it up? The one question that needs no token: load balancers and kubelets have none. */

import { createRoute, z } from '@hono/zod-openapi'
import type { BoydHono } from '../identify.ts'

const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  summary: 'Whether this process serves',
  security: [],
  responses: { 200: { description: 'It does', content: { 'application/json': { schema: z.object({ status: z.literal('ok'), version: z.string() }) } } } },
})

export function addHealthRoute(server: BoydHono, version: string): void {
  server.openapi(healthRoute, (context) => context.json({ status: 'ok' as const, version }, 200))
}
