/**
 * What is left of the error budget, in percent: from a Prometheus query, or from a file that something else keeps fresh.
 * No answer, an empty one, a stale one or one that is no number is an unknown budget, with one line that says why.
 */

import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseTimeMs, toIso, type Clock } from '../../kernel/clock.ts'
import type { ErrorBudgetReading, GateFacts } from '../../ports/gate-facts.ts'
import { fetchText } from '../fetch-text.ts'

export type ErrorBudgetSource =
  | {
      readonly type: 'prometheus'
      readonly url: string
      /** PromQL; `$namespace` becomes the target's namespace, or `.*` for a target that has none. The lowest series counts. */
      readonly query: string
      readonly bearerTokenFile?: string
      readonly timeoutMs?: number
    }
  /** JSON: `{"leftPct": 42.5, "at": "2026-03-01T02:00:00Z"}`. */
  | { readonly type: 'file'; readonly file: string; readonly maxAgeMs: number }

const ANSWER_BYTES_MAX = 1_048_576

export function createErrorBudget(source: ErrorBudgetSource, clock: Clock): GateFacts['errorBudget'] {
  return async (target) => {
    try {
      return source.type === 'file' ? fromFile(source, clock) : await fromPrometheus(source, clock, target)
    } catch (error) {
      const where = source.type === 'file' ? source.file : `Prometheus at ${source.url}`
      return { type: 'unknown', detail: `${where}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}` }
    }
  }
}

const fileSchema = z.object({ leftPct: z.number(), at: z.string() })

function fromFile({ file, maxAgeMs }: Extract<ErrorBudgetSource, { type: 'file' }>, clock: Clock): ErrorBudgetReading {
  const { leftPct, at } = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  const atMs = parseTimeMs(at)
  if (atMs === undefined) return { type: 'unknown', detail: `${file}: "${at}" is no time` }
  const ageMs = clock.now() - atMs
  if (ageMs > maxAgeMs || ageMs < -60_000) return { type: 'unknown', detail: `${file} is of ${toIso(atMs)}, and ${maxAgeMs / 1000} s is as old as it may be` }
  return { type: 'known', leftPct, detail: `${leftPct} % of the error budget is left (${file})` }
}

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({ resultType: z.literal('vector'), result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
    z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
  ]),
})

async function fromPrometheus(source: Extract<ErrorBudgetSource, { type: 'prometheus' }>, clock: Clock, target: { readonly namespace?: string }): Promise<ErrorBudgetReading> {
  const { url, query, bearerTokenFile, timeoutMs } = source
  const asked = new URL(`${url.replace(/\/$/, '')}/api/v1/query`)
  asked.searchParams.set('query', query.replaceAll('$namespace', target.namespace ?? '.*'))
  const headers = bearerTokenFile === undefined ? {} : { authorization: `Bearer ${readFileSync(bearerTokenFile, 'utf8').trim()}` }
  const text = await fetchText({ url: asked.href, clock, bytesMax: ANSWER_BYTES_MAX, headers, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
  const parsed = answerSchema.safeParse(jsonOf(text))
  if (!parsed.success) return { type: 'unknown', detail: `Prometheus at ${url} gives no vector and no scalar` }
  const { data } = parsed.data
  const values = data.resultType === 'scalar' ? [Number(data.result[1])] : data.result.map(({ value }) => Number(value[1]))
  if (values.length === 0) return { type: 'unknown', detail: `the query of the error budget finds nothing in Prometheus at ${url}` }
  if (!values.every(Number.isFinite)) return { type: 'unknown', detail: `the query of the error budget gives ${values.join(', ')}` }
  const leftPct = Math.min(...values)
  return { type: 'known', leftPct, detail: `${leftPct} % of the error budget is left (Prometheus at ${url})` }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
