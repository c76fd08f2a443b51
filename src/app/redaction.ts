/**
 * Redaction as the program uses it: one redactor an incident, over one key of the installation, and the secrets that Boyd
 * itself holds.
 *
 * What is stored passes here on its way (the ledger, tickets, signals, answers of people); what goes out is checked once
 * more for Boyd's own secrets, and an answer that holds one is not given at all.
 */

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ledger } from '../audit/ledger.ts'
import { createRedactor, incidentKey, type Redactor } from '../kernel/redact/redactor.ts'
import { createKnownValues, type KnownValues } from '../kernel/redact/known-values.ts'
import { customRules, type redactionSettings } from './settings/redaction.ts'
import type { Signal } from '../model/signal.ts'
import type { Store } from '../ports/store.ts'
import type { Tickets } from '../ports/tickets.ts'
import type { z } from 'zod'

export interface Redaction {
  /** The redactor of an incident; equal secrets have equal marks in everything that is written about it. */
  of(incidentId: string): Redactor
  /** For what people answer for: their names stay, whatever they look like; secrets do not. */
  secretsOf(incidentId: string): Redactor
  readonly known: KnownValues
}

const KEY_BYTES = 32
const REDACTORS_MAX = 500

export function createRedaction(options: { readonly home: string; readonly settings: z.infer<typeof redactionSettings>; readonly known?: KnownValues }): Redaction {
  const { settings, known = createKnownValues() } = options
  const key = installationKey(options.home)
  const rules = customRules(settings)
  const secretRules = rules.filter((rule) => rule.class === 'secret')
  return {
    known,
    of: remembered((incidentId) => createRedactor({ key: incidentKey(key, incidentId), known, personal: settings.personal, rules })),
    secretsOf: remembered((incidentId) => createRedactor({ key: incidentKey(key, incidentId), known, personal: [], rules: secretRules })),
  }
}

function remembered(make: (incidentId: string) => Redactor): (incidentId: string) => Redactor {
  const made = new Map<string, Redactor>()
  return (incidentId) => {
    const kept = made.get(incidentId)
    if (kept !== undefined) return kept
    if (made.size >= REDACTORS_MAX) made.clear()
    const redactor = make(incidentId)
    made.set(incidentId, redactor)
    return redactor
  }
}

/**
 * For snapshots that are kept: the key is of the installation and the cluster, and in no snapshot. Two of one cluster show
 * which secrets are equal and which have changed since; those of two clusters or installations cannot be joined.
 */
export function snapshotRedactor(home: string, clusterId: string): Redactor {
  return createRedactor({ key: incidentKey(installationKey(home), `snapshots of ${clusterId}`) })
}

/** Made at the first start, kept where only this user reads it. Processes that share a database share it by BOYD_REDACTION_KEY. */
function installationKey(home: string): Uint8Array {
  const given = process.env['BOYD_REDACTION_KEY']
  if (given !== undefined && given !== '') return Buffer.from(given)
  const file = join(home, 'redaction.key')
  if (existsSync(file)) return Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url')
  mkdirSync(home, { recursive: true })
  const key = randomBytes(KEY_BYTES)
  writeFileSync(file, `${key.toString('base64url')}\n`, { mode: 0o600 })
  return key
}

/** Every entry is redacted before it is chained: what is in the ledger cannot be taken out again. Who voted, and whose rights were changed, stays readable. */
export function redactedLedger(ledger: Ledger, redaction: Redaction): Ledger {
  return {
    ...ledger,
    append: (entry) => {
      const secrets = redaction.secretsOf(entry.incidentId)
      const aboutPeople = entry.type.startsWith('approval-') || entry.incidentId === ''
      const redactor = aboutPeople ? secrets : redaction.of(entry.incidentId)
      return ledger.append({ ...entry, actor: secrets.text(entry.actor), data: redactor.json(entry.data) })
    },
  }
}

export function redactedTickets(tickets: Tickets, redaction: Redaction): Tickets {
  // A comment names its ticket only; the ticket's own id keys its marks.
  return {
    ...tickets,
    open: (init) => tickets.open(redactFields(init, redaction.of(init.incidentId), ['title', 'body'])),
    comment: (ticketId, comment) => tickets.comment(ticketId, redactFields(comment, redaction.of(ticketId), ['text'])),
    close: (ticketId, closing) => tickets.close(ticketId, redactFields(closing, redaction.of(ticketId), ['resolution'])),
  }
}

/** Alerts are text from outside, answers of people were redacted before they were signed; the rest of what is stored was made from redacted snapshots. */
export function redactedStore(store: Store, redaction: Redaction): Store {
  return {
    ...store,
    takeIn: (signal, open) => store.takeIn(redactSignal(signal, redaction.of('intake')), open),
    updateIncident: (id, change, nowMs) => store.updateIncident(id, redaction.of(id).json(change), nowMs),
  }
}

/** Targets are names of objects and stay; so do ids and digests. */
function redactSignal(signal: Signal, redactor: Redactor): Signal {
  const { labels, annotations, links } = signal
  return { ...redactFields(signal, redactor, ['title', 'name', 'severityText']), labels: redactor.json(labels), annotations: redactor.json(annotations), links: redactor.json(links) }
}

function redactFields<T extends object>(record: T, redactor: Redactor, fields: readonly (keyof T)[]): T {
  const changes = fields.flatMap((field) => {
    const value = record[field]
    return typeof value === 'string' ? [[field, redactor.text(value)] as const] : []
  })
  return { ...record, ...Object.fromEntries(changes) }
}
