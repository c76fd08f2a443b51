/**
 * Alertmanager's webhook, version 4: one payload is a group, one alert is a signal.
 *
 * The group's status says "firing" while any member fires, so every alert is read by its own. A cut list
 * (`truncatedAlerts`) is marked, because what was cut may be the cause. Text fields are kept and never decided from.
 */

import { z } from 'zod'
import { digestOf, digestOfJson } from '../../kernel/canonical-json.ts'
import { fault } from '../../kernel/fault.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import { NESTING_DEPTH_MAX, WEBHOOK_BYTES_MAX } from '../../kernel/limits.ts'
import { fingerprintOf, type Signal, type Trust } from '../../model/signal.ts'
import { targetsOf } from '../label-targets.ts'
import { severityOf } from '../severity.ts'

const labelsSchema = z.record(z.string(), z.string())
const time = z.string().refine((text) => parseTimeMs(text) !== undefined, 'not an RFC 3339 time')

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: labelsSchema,
  annotations: labelsSchema.default({}),
  startsAt: time,
  /** The zero time while it fires. */
  endsAt: time.exactOptional(),
  generatorURL: z.string().default(''),
  fingerprint: z.string().exactOptional(),
})

export const alertmanagerSchema = z.object({
  version: z.literal('4'),
  groupKey: z.string().default(''),
  truncatedAlerts: z.int().nonnegative().default(0),
  status: z.enum(['firing', 'resolved']).exactOptional(),
  receiver: z.string().default(''),
  groupLabels: labelsSchema.default({}),
  commonLabels: labelsSchema.default({}),
  commonAnnotations: labelsSchema.default({}),
  externalURL: z.string().default(''),
  alerts: z.array(alertSchema).min(1),
})

type Payload = z.infer<typeof alertmanagerSchema>
type Alert = Payload['alerts'][number]

export interface ReadAlertmanager {
  /** As received. */
  readonly body: Uint8Array | string
  readonly trust: Trust
  readonly nowMs: number
  /** Without it, ids follow from content: the same file gives the same signals. */
  readonly ids?: Ids
}

/** A signal an alert. Throws fault `invalid` (or `too-large`) with the first field that is wrong. */
export function readAlertmanager(options: ReadAlertmanager): Signal[] {
  const bytes = typeof options.body === 'string' ? new TextEncoder().encode(options.body) : options.body
  const payload = parsePayload(bytes)
  const rawDigest = digestOf(bytes)
  return payload.alerts.map((alert) => toSignal({ options, payload, alert, rawDigest }))
}

function parsePayload(bytes: Uint8Array): Payload {
  if (bytes.byteLength > WEBHOOK_BYTES_MAX) throw refuse('too-large', `the body is larger than ${WEBHOOK_BYTES_MAX} bytes`)
  const text = new TextDecoder().decode(bytes)
  if (bracketDepth(text) > NESTING_DEPTH_MAX) throw refuse('invalid', `the body is nested deeper than ${NESTING_DEPTH_MAX}`)
  const parsed = alertmanagerSchema.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw refuse('invalid', `field ${issue?.path.join('.') || '(top)'}: ${issue?.message ?? 'not as expected'}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw refuse('invalid', `the body is not JSON: ${(error as Error).message}`)
  }
}

/** Depth of open brackets outside texts, before a recursive reader sees them. */
function bracketDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token === '{' || token === '[') deepest = Math.max(deepest, (depth += 1))
    else if (token === '}' || token === ']') depth -= 1
  }
  return deepest
}

function refuse(code: 'invalid' | 'too-large', message: string) {
  return fault({ code, operation: 'read Alertmanager webhook', message, hint: 'Boyd reads the version 4 payload of webhook_config.' })
}

function toSignal(parts: { readonly options: ReadAlertmanager; readonly payload: Payload; readonly alert: Alert; readonly rawDigest: string }): Signal {
  const { options, payload, alert, rawDigest } = parts
  const labels = { ...payload.commonLabels, ...alert.labels }
  const name = labels['alertname'] ?? 'unnamed'
  const startsAtMs = parseTimeMs(alert.startsAt) ?? options.nowMs
  const sourceEventId = alert.fingerprint ?? digestOfJson(labels).slice(7, 23)
  const targets = targetsOf(labels)
  const cluster = labels['cluster']
  return {
    kind: 'signal',
    id: options.ids?.next('sig') ?? `sig-${digestOfJson([sourceEventId, startsAtMs, alert.status]).slice(7, 25)}`,
    source: 'alertmanager',
    sourceEventId,
    status: alert.status,
    severity: severityOf(labels['severity'] ?? labels['priority']),
    severityText: labels['severity'] ?? labels['priority'] ?? '',
    name,
    title: alert.annotations['summary'] ?? alert.annotations['description'] ?? name,
    startsAtMs,
    observedAtMs: options.nowMs,
    targets,
    labels,
    annotations: { ...payload.commonAnnotations, ...alert.annotations },
    links: [alert.generatorURL, alert.annotations['runbook_url'] ?? '', payload.externalURL].filter((link) => /^https?:\/\//.test(link)),
    completeness: payload.truncatedAlerts > 0 ? 'truncated' : alert.fingerprint === undefined ? 'lenient' : 'complete',
    trust: options.trust,
    rawDigest,
    fingerprint: fingerprintOf({ name, targets, ...(cluster === undefined ? {} : { cluster }) }),
  }
}
