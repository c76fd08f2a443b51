/** The ledger: as canonical lines to keep and verify, and as server-sent events to watch. */

import type { OpenAPIHono } from '@hono/zod-openapi'
import { stream, streamSSE } from 'hono/streaming'
import type { UseCases } from '../../app/use-cases/use-cases.ts'

const BATCH = 500

export function addLedgerRoutes(server: OpenAPIHono, useCases: UseCases): void {
  server.get('/api/v1/ledger', (context) => {
    context.header('content-type', 'application/x-ndjson; charset=utf-8')
    return stream(context, async (sink) => {
      let next = 1
      for (;;) {
        const lines = await useCases.ledgerLines(next, BATCH)
        if (lines.length > 0) await sink.write(`${lines.join('\n')}\n`)
        if (lines.length < BATCH) return
        next += lines.length
      }
    })
  })

  /** `Last-Event-ID` or `?from=` resume after a broken connection without a gap. */
  server.get('/api/v1/events', (context) =>
    streamSSE(context, async (sink) => {
      const aborter = new AbortController()
      sink.onAbort(() => aborter.abort())
      const last = Number(context.req.header('last-event-id') ?? Number(context.req.query('from') ?? 1) - 1)
      const fromSeq = Number.isSafeInteger(last) && last >= 0 ? last + 1 : 1
      for await (const entry of useCases.follow({ fromSeq, signal: aborter.signal })) {
        await sink.writeSSE({ id: String(entry.seq), event: entry.type, data: JSON.stringify(entry) })
      }
    }),
  )
}
