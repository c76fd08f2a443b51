/**
 * Observe: raw payloads in, signals out. One file a source; this is the list of those that arrive over the wire.
 */

import { fault } from '../kernel/fault.ts'
import type { Signal } from '../model/signal.ts'
import { readAlertmanager, type ReadAlertmanager } from './sources/alertmanager.ts'

/** Reads one payload of one source. Throws fault `invalid` or `too-large`. */
export type Source = (payload: ReadAlertmanager) => Signal[]

export const sources: Readonly<Record<string, Source>> = { alertmanager: readAlertmanager }

/** The signals in a payload of the named source. Fault `not-found` when there is no such source. */
export function observe(source: string, payload: ReadAlertmanager): Signal[] {
  const read = Object.hasOwn(sources, source) ? sources[source] : undefined
  if (read !== undefined) return read(payload)
  throw fault({ code: 'not-found', operation: 'observe', subject: source, message: 'there is no such source', hint: `Known: ${Object.keys(sources).join(', ')}.`, recovery: 'give-up' })
}
