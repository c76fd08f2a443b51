/**
 * Incidents and signals. Intake is the one place where two webhooks race to open the same incident, so it
 * holds a lock for the signal and one for the fingerprint; the unique index behind them is the last word.
 */

import { digestOf } from '../../kernel/canonical-json.ts'
import { fault } from '../../kernel/fault.ts'
import { joinIncident, OPEN_STATES, openIncident, type Incident } from '../../model/incident.ts'
import type { Signal } from '../../model/signal.ts'
import type { IntakeResult, Store } from '../../ports/store.ts'
import type { Database, Sql } from './pool.ts'

type IncidentStore = Pick<Store, 'takeIn' | 'incident' | 'incidents' | 'updateIncident' | 'signals'>
type OpenIds = Parameters<Store['takeIn']>[1]
interface IncidentRow {
  readonly data: Incident
}

export function createIncidentStore(database: Database): IncidentStore {
  return {
    takeIn: (signal, open) => database.transaction((sql) => takeIn(sql, signal, open)),
    incident: (id) => findIncident(database, id),
    incidents: (options) => listIncidents(database, options),
    updateIncident: (id, change, nowMs) => database.transaction((sql) => updateIncident(sql, id, { ...change, updatedAtMs: nowMs })),
    signals: async (incidentId) => {
      const rows = await database.rows<{ data: Signal }>('select data from boyd.signals where incident_id = $1 order by seq', [incidentId])
      return rows.map((row) => row.data)
    },
  }
}

async function takeIn(sql: Sql, signal: Signal, open: OpenIds): Promise<IntakeResult> {
  const signalKey = signalKeyOf(signal)
  // Always in this order, so that two intakes never wait for each other.
  await lock(sql, `signal ${signalKey}`)
  await lock(sql, `fingerprint ${signal.fingerprint}`)
  const seen = await incidentOfSignal(sql, signalKey)
  if (seen !== undefined) return { type: 'repeated', ...seen }
  const current = await openIncidentOf(sql, signal.fingerprint)
  if (current === undefined && signal.status === 'resolved') return { type: 'ignored' }
  const incident = current === undefined ? openIncident({ ...open(), signal, nowMs: signal.observedAtMs }) : joinIncident(current, signal, signal.observedAtMs)
  await (current === undefined ? insertIncident(sql, incident) : writeIncident(sql, incident))
  await sql.change('insert into boyd.signals (signal_key, incident_id, data) values ($1, $2, $3)', [signalKey, incident.id, JSON.stringify(signal)])
  return { type: current === undefined ? 'opened' : 'joined', incident, signal }
}

/** A digest, because the sender's own id may be of any length and hold any character. */
function signalKeyOf(signal: Signal): string {
  return digestOf(JSON.stringify([signal.source, signal.sourceEventId, signal.startsAtMs, signal.status]))
}

async function lock(sql: Sql, name: string): Promise<void> {
  await sql.rows('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`boyd ${name}`])
}

async function incidentOfSignal(sql: Sql, signalKey: string): Promise<Pick<Required<IntakeResult>, 'incident' | 'signal'> | undefined> {
  const rows = await sql.rows<{ incident: Incident; signal: Signal }>(
    'select i.data as incident, s.data as signal from boyd.signals s join boyd.incidents i on i.id = s.incident_id where s.signal_key = $1',
    [signalKey],
  )
  return rows[0]
}

async function openIncidentOf(sql: Sql, fingerprint: string): Promise<Incident | undefined> {
  const rows = await sql.rows<IncidentRow>('select data from boyd.incidents where fingerprint = $1 and state = any($2) for update', [fingerprint, OPEN_STATES])
  return rows[0]?.data
}

async function insertIncident(sql: Sql, incident: Incident): Promise<void> {
  const values = [incident.id, incident.fingerprint, incident.state, incident.openedAtMs, JSON.stringify(incident)]
  await sql.change('insert into boyd.incidents (id, fingerprint, state, opened_at_ms, data) values ($1, $2, $3, $4, $5)', values)
}

async function writeIncident(sql: Sql, incident: Incident): Promise<void> {
  await sql.change('update boyd.incidents set state = $2, data = $3 where id = $1', [incident.id, incident.state, JSON.stringify(incident)])
}

async function updateIncident(sql: Sql, id: string, change: Partial<Incident>): Promise<void> {
  const current = await findIncident(sql, id, 'for update')
  if (current === undefined) throw fault({ code: 'not-found', operation: 'update incident', subject: id, message: 'there is no such incident' })
  await writeIncident(sql, { ...current, ...change })
}

async function findIncident(sql: Sql, id: string, locking: 'for update' | '' = ''): Promise<Incident | undefined> {
  const rows = await sql.rows<IncidentRow>(`select data from boyd.incidents where id = $1 ${locking}`, [id])
  return rows[0]?.data
}

/** An unknown `after` gives an empty page: its place in the order is not known. */
async function listIncidents(sql: Sql, options: Parameters<Store['incidents']>[0]): Promise<readonly Incident[]> {
  const rows = await sql.rows<IncidentRow>(
    `select data from boyd.incidents
     where ($1::text[] is null or state = any($1))
       and ($2::text is null or (opened_at_ms, id) < (select opened_at_ms, id from boyd.incidents where id = $2))
     order by opened_at_ms desc, id desc limit $3`,
    [options.states ?? null, options.after ?? null, options.limit],
  )
  return rows.map((row) => row.data)
}
