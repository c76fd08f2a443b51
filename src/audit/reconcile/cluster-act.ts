/**
 * What somebody changed in a cluster, read from the audit log of its API server (audit.k8s.io/v1, one Event a line, or lists of
 * them as a webhook gets). The log is read as it was written: whatever wanted to change something and was not refused counts.
 */

import { isRecord } from '../../kernel/json.ts'

export interface ClusterAct {
  /** Of the log, from 1. */
  readonly line: number
  readonly atMs: number
  /** Who is accountable: whoever was authenticated, and whom they acted as. */
  readonly users: readonly string[]
  readonly verb: 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly fieldManager: string
  /** Undefined where the log does not say how it ended. */
  readonly code: number | undefined
}

export interface AuditLogRead {
  readonly acts: readonly ClusterAct[]
  /** Milliseconds since the epoch: what the log covers. Undefined for an empty log. */
  readonly period: { readonly fromMs: number; readonly toMs: number } | undefined
}

export type ReadAuditLog = ({ readonly ok: true } & AuditLogRead) | { readonly ok: false; readonly line: number; readonly reason: string }

type Fields = Readonly<Record<string, unknown>>

const CHANGING = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

/** Questions, which are asked by creating them, and tokens, which change no object. */
const QUESTIONS = new Set(['authorization.k8s.io', 'authentication.k8s.io'])

/** How far a request had come; only the last stage of each is kept. */
const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']

export function readAuditLog(text: string): ReadAuditLog {
  const lines = text.split('\n')
  const last = new Map<string, { readonly event: Fields; readonly line: number }>()
  const times: number[] = []
  for (const [index, content] of lines.entries()) {
    if (content.trim() === '') continue
    const events = eventsIn(content)
    // A log that is being written ends in the middle of a line.
    if (events === undefined && index === lines.length - 1) break
    if (events === undefined) return { ok: false, line: index + 1, reason: 'it is no Event of audit.k8s.io/v1' }
    for (const event of events) {
      const id = textOf(event, 'auditID') || `line ${index + 1}`
      times.push(timeOf(event))
      if (stageOf(event) >= stageOf(last.get(id)?.event ?? {})) last.set(id, { event, line: index + 1 })
    }
  }
  const acts = [...last.values()].flatMap(({ event, line }) => actOf(event, line))
  const known = times.filter((time) => !Number.isNaN(time))
  const period = known.length === 0 ? undefined : { fromMs: known.reduce((one, two) => Math.min(one, two)), toMs: known.reduce((one, two) => Math.max(one, two)) }
  return { ok: true, acts: acts.sort((one, two) => one.atMs - two.atMs), period }
}

function eventsIn(line: string): readonly Fields[] | undefined {
  const value = parsed(line)
  if (!isRecord(value) || value['apiVersion'] !== 'audit.k8s.io/v1') return undefined
  if (value['kind'] === 'Event') return [value]
  return value['kind'] === 'EventList' && Array.isArray(value['items']) ? value['items'].filter(isRecord) : undefined
}

function actOf(event: Fields, line: number): ClusterAct[] {
  const verb = textOf(event, 'verb')
  const object = fieldsOf(event, 'objectRef')
  const code = fieldsOf(event, 'responseStatus')['code']
  const subresource = textOf(object, 'subresource')
  if (!CHANGING.has(verb) || textOf(object, 'resource') === '' || QUESTIONS.has(textOf(object, 'apiGroup')) || subresource === 'token') return []
  if (isDryRun(event) || (typeof code === 'number' && code >= 400)) return []
  const query = queryOf(event)
  return [
    {
      line,
      atMs: timeOf(event),
      users: [textOf(fieldsOf(event, 'user'), 'username'), textOf(fieldsOf(event, 'impersonatedUser'), 'username')].filter((user) => user !== ''),
      verb: verb as ClusterAct['verb'],
      group: textOf(object, 'apiGroup'),
      resource: textOf(object, 'resource'),
      subresource,
      namespace: textOf(object, 'namespace'),
      name: textOf(object, 'name'),
      fieldManager: query.get('fieldManager') ?? '',
      code: typeof code === 'number' ? code : undefined,
    },
  ]
}

/** In the address, or in the body of a delete where the log keeps bodies. */
function isDryRun(event: Fields): boolean {
  const body = fieldsOf(event, 'requestObject')['dryRun']
  return queryOf(event).getAll('dryRun').includes('All') || (Array.isArray(body) && body.includes('All'))
}

function queryOf(event: Fields): URLSearchParams {
  const address = textOf(event, 'requestURI')
  const question = address.indexOf('?')
  return new URLSearchParams(question === -1 ? '' : address.slice(question))
}

function stageOf(event: Fields): number {
  return STAGES.indexOf(textOf(event, 'stage'))
}

/** When it was received: what came in before another thing happened before it. */
function timeOf(event: Fields): number {
  return Date.parse(textOf(event, 'requestReceivedTimestamp') || textOf(event, 'stageTimestamp'))
}

function fieldsOf(value: Fields, field: string): Fields {
  const inner = value[field]
  return isRecord(inner) ? inner : {}
}

function textOf(value: Fields, field: string): string {
  const text = value[field]
  return typeof text === 'string' ? text : ''
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
