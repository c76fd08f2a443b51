/**
 * Intake: a signal becomes, or joins, an incident, and the incident has a mission.
 *
 * The target of a pod's alert is the workload that owns the pod, because that is what twelve alerts about twelve
 * pods are about; it is looked up in the cluster, never believed from text. Storing the signal, recording it and
 * launching the mission are three writes: a crash between them is mended by `launchForgotten` at the next start, and by
 * the sender's own retry.
 */

import { isFault } from '../../kernel/fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Ids } from '../../kernel/ids.ts'
import type { Log } from '../../kernel/log.ts'
import { OPEN_STATES, type Incident } from '../../model/incident.ts'
import { controllerOf, subjectOf, type KubeObject, type Subject } from '../../model/kube-object.ts'
import type { LedgerEntryInit } from '../../model/ledger-entry.ts'
import { fingerprintOf, type Signal } from '../../model/signal.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { Engine } from '../../ports/engine.ts'
import type { IntakeResult, Store } from '../../ports/store.ts'

export interface IntakeParts {
  readonly store: Store
  readonly engine: Engine
  readonly cluster: Cluster
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  record(entry: LedgerEntryInit): Promise<unknown>
}

/** Owners above this are not workloads of Kubernetes' own: an operator's resource may be anything. */
const OWNER_DEPTH_MAX = 4

export async function takeIn(parts: IntakeParts, signal: Signal): Promise<IntakeResult> {
  const { store, engine, ids } = parts
  const resolved = await withOwners(parts, signal)
  const result = await store.takeIn(resolved, () => ({ id: ids.next('inc'), missionId: ids.next('mis') }))
  if (result.incident === undefined) return result
  // A repeat may be the sender's answer to our death between the two writes.
  await recordIntake(parts, result.signal ?? resolved, result.incident)
  if (resolved.status === 'firing') await engine.launch(result.incident.missionId, { incidentId: result.incident.id })
  return result
}

/** Missions of open incidents that were stored but never launched. Safe to call at any time. */
export async function launchForgotten(parts: IntakeParts): Promise<void> {
  for (const incident of await parts.store.incidents({ limit: 1_000, states: OPEN_STATES })) {
    if ((await parts.engine.status(incident.missionId)) !== undefined) continue
    parts.log.info('launching the mission of an incident that had none', { incidentId: incident.id })
    for (const signal of await parts.store.signals(incident.id)) await recordIntake(parts, signal, incident)
    await parts.engine.launch(incident.missionId, { incidentId: incident.id })
  }
}

async function withOwners(parts: IntakeParts, signal: Signal): Promise<Signal> {
  const targets = await Promise.all(signal.targets.map((target) => rootSubject(parts, target)))
  const cluster = signal.labels['cluster']
  return { ...signal, targets, fingerprint: fingerprintOf({ name: signal.name, targets, ...(cluster === undefined ? {} : { cluster }) }) }
}

/** The owning workload of a pod, as far as it can be read; the pod itself when the cluster does not answer. */
async function rootSubject(parts: IntakeParts, target: Subject): Promise<Subject> {
  if (target.kind !== 'Pod' || target.namespace === undefined) return target
  try {
    const pod = await parts.cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace: target.namespace, name: target.name })
    return pod === undefined ? target : subjectOf(await rootOwner(parts.cluster, pod))
  } catch (error) {
    if (!isFault(error)) throw error
    parts.log.warn('the owner of a pod could not be read; the incident is about the pod', { pod: target.name, fault: error.message })
    return target
  }
}

async function rootOwner(cluster: Cluster, object: KubeObject): Promise<KubeObject> {
  let current = object
  for (let depth = 0; depth < OWNER_DEPTH_MAX; depth += 1) {
    const owner = controllerOf(current)
    const namespace = current.metadata.namespace
    if (owner === undefined) return current
    const next = await cluster.get({ apiVersion: owner.apiVersion, kind: owner.kind, name: owner.name, ...(namespace === undefined ? {} : { namespace }) })
    if (next === undefined) return current
    current = next
  }
  return current
}

/** Once a signal, however often it is called: the key is the stored signal's. */
async function recordIntake(parts: IntakeParts, signal: Signal, incident: Incident): Promise<void> {
  await parts.record({
    type: incident.signalIds[0] === signal.id ? 'incident-opened' : 'signal-joined',
    key: `${incident.id}/signal/${signal.id}`,
    incidentId: incident.id,
    missionId: incident.missionId,
    actor: signal.source,
    data: {
      title: incident.title,
      severity: signal.severity,
      status: signal.status,
      name: signal.name,
      subjects: signal.targets,
      trust: signal.trust,
      rawDigest: signal.rawDigest,
    },
  })
}
