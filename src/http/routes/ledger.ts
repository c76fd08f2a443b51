/** The ledger: as canonical lines to keep and verify, and as server-sent events to watch. */

import { createRoute, z } from '@hono/zod-openapi'
import { stream, streamSSE } from 'hono/streaming'
import type { UseCases } from '../../app/use-cases/use-cases.ts'
import { problem } from '../contract.ts'
import type { BoydHono } from '../identify.ts'

const BATCH = 500

const ledgerRoute = createRoute({
  method: 'get',
  path: '/api/v1/ledger',
  summary: 'The whole ledger, one canonical JSON entry a line',
  responses: { 200: { description: 'Lines to keep and to verify offline', content: { 'application/x-ndjson': { schema: z.string() } } }, 401: problem('No token') },
})

const checkpointRoute = createRoute({
  method: 'get',
  path: '/api/v1/ledger/checkpoint',
  summary: 'A signed checkpoint of the ledger as it stands',
  responses: { 200: { description: 'A C2SP checkpoint, to be kept elsewhere', content: { 'text/plain': { schema: z.string() } } }, 401: problem('No token'), 503: problem('The ledger cannot be signed now') },
})

const exportRoute = createRoute({
  method: 'post',
  path: '/api/v1/incidents/{id}/export',
  summary: 'One incident as a file that is verified by itself; the export is recorded',
  request: { params: z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) }) },
  responses: { 200: { description: 'Its entries with their proofs, a line each', content: { 'application/x-ndjson': { schema: z.string() } } }, 401: problem('No token'), 404: problem('No such incident'), 503: problem('The ledger cannot be signed now') },
})

const eventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/events',
  summary: 'The ledger as server-sent events, as it grows',
  request: {
    query: z.object({ from: z.string().optional().openapi({ description: 'Sequence number of the first entry wanted.' }) }),
    headers: z.object({ 'last-event-id': z.string().optional().openapi({ description: 'Sequence number of the last entry received; the stream goes on after it.' }) }),
  },
  responses: { 200: { description: 'One event an entry; its id is the sequence number', content: { 'text/event-stream': { schema: z.string() } } }, 401: problem('No token') },
})

export function addLedgerRoutes(server: BoydHono, useCases: UseCases): void {
  // Described apart from their handlers: a stream has no body that a type could hold.
  server.openAPIRegistry.registerPath(ledgerRoute)
  server.get(ledgerRoute.path, (context) => {
    context.header('content-type', 'application/x-ndjson; charset=utf-8')
    return stream(context, async (sink) => {
      let next = 1
      for (;;) {
        const lines = await useCases.ledgerLines(context.var.principal, next, BATCH)
        if (lines.length > 0) await sink.write(`${lines.join('\n')}\n`)
        if (lines.length < BATCH) return
        next += lines.length
      }
    })
  })

  server.openAPIRegistry.registerPath(checkpointRoute)
  server.get(checkpointRoute.path, async (context) => context.text(await useCases.ledgerCheckpoint(context.var.principal)))

  server.openAPIRegistry.registerPath(exportRoute)
  server.post('/api/v1/incidents/:id/export', async (context) => context.body(await useCases.exportIncident(context.var.principal, context.req.param('id')), 200, { 'content-type': 'application/x-ndjson; charset=utf-8' }))

  // `Last-Event-ID` or `?from=` resume after a broken connection without a gap.
  server.openAPIRegistry.registerPath(eventsRoute)
  server.get(eventsRoute.path, (context) =>
    streamSSE(context, async (sink) => {
      const aborter = new AbortController()
      sink.onAbort(() => aborter.abort())
      const last = Number(context.req.header('last-event-id') ?? Number(context.req.query('from') ?? 1) - 1)
      const fromSeq = Number.isSafeInteger(last) && last >= 0 ? last + 1 : 1
      for await (const entry of useCases.follow(context.var.principal, { fromSeq, signal: aborter.signal })) {
        await sink.writeSSE({ id: String(entry.seq), event: entry.type, data: JSON.stringify(entry) })
      }
    }),
  )
}
