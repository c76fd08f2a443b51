/**
 * Takes a snapshot of any cluster behind the port: a real one, the embedded one, a twin.
 *
 * All kinds are read side by side, a few at a time; then the logs of what is in trouble. What could not be read is
 * noted in the snapshot, never passed over: "no budget found" and "not allowed to look for budgets" lead to
 * different plans.
 *
 * The lists are of slightly different moments. The oldest of their versions (measurements have none) is the snapshot's: everything up to it is
 * certainly in, so a watch that starts there misses nothing.
 */

import type { Clock } from '../kernel/clock.ts'
import { faultLine, isFault, type Fault } from '../kernel/fault.ts'
import { LOG_TAIL_LINES_MAX, SNAPSHOT_CONCURRENCY, SNAPSHOT_LOGS_MAX } from '../kernel/limits.ts'
import { mapLimited } from '../kernel/map-limited.ts'
import { processRedactor } from '../kernel/redact/process-redactor.ts'
import type { Redactor } from '../kernel/redact/redactor.ts'
import { isOlderVersion, type KubeObject } from '../model/kube-object.ts'
import { conditionOf } from '../model/kube/workload.ts'
import { redactObjects } from '../model/redact-object.ts'
import { createSnapshot, withheldNote, type ContainerLog, type Snapshot, type SnapshotNote } from '../model/snapshot.ts'
import type { ClusterBase, KindReading } from '../ports/cluster-base.ts'
import type { Cluster, LogQuery } from '../ports/cluster.ts'
import { kindsToRead, type KindToRead } from './snapshot-kinds.ts'
import { logsWorthReading } from './troubled-containers.ts'

export interface TakeSnapshotOptions {
  readonly cluster: Cluster
  readonly clock: Clock
  /** Whose marks stand for what is withheld; that of the process where no incident has one. */
  readonly redactor?: Redactor
  /** What watches keep in step; absent: every kind is listed now. Its redactor must be the one above. */
  readonly base?: Pick<ClusterBase, 'read'>
  /** Told after each kind that was listed: how many, and of how many. */
  readonly progress?: (kinds: number, ofKinds: number) => void
}

/**
 * Reads the cluster. Throws the `Fault` of a failure that concerns the whole cluster (no answer, bad credentials);
 * a kind or a log that alone cannot be read becomes a note. Nothing leaves here that was not redacted.
 */
export async function takeSnapshot(options: TakeSnapshotOptions): Promise<Snapshot> {
  const { cluster, clock, redactor = processRedactor } = options
  const takenAtMs = clock.now()
  const { clusterId, clusterVersion, reads, reflected } = await (options.base === undefined ? readNow({ cluster, redactor, progress: options.progress ?? (() => undefined) }) : readBase(options.base))
  const objects = reads.flatMap((read) => read.objects)
  const logs = await readLogs(cluster, logsWorthReading(objects), redactor)
  return createSnapshot({
    takenAtMs,
    clusterId,
    clusterVersion,
    resourceVersion: oldest(reads.flatMap(({ resourceVersion = '' }) => (resourceVersion === '' ? [] : [resourceVersion]))),
    objects,
    ...(reflected === undefined ? {} : { reflected }),
    logs: logs.logs,
    notes: [...reads.flatMap((read) => read.notes), ...silentApis(objects), ...logs.notes],
  })
}

interface Reads extends Pick<Snapshot, 'clusterId' | 'clusterVersion' | 'reflected'> {
  readonly reads: readonly KindRead[]
}

async function readNow({ cluster, redactor, progress }: { readonly cluster: Cluster; readonly redactor: Redactor; readonly progress: (kinds: number, ofKinds: number) => void }): Promise<Reads> {
  const [clusterId, clusterVersion, served] = await Promise.all([cluster.id(), cluster.version(), cluster.kinds()])
  const kinds = kindsToRead(served)
  let done = 0
  const reads = await mapLimited(kinds, SNAPSHOT_CONCURRENCY, async (kind) => {
    const read = await readKind(cluster, kind, redactor.fresh())
    progress((done += 1), kinds.length)
    return read
  })
  return { clusterId, clusterVersion, reads }
}

async function readBase(base: Pick<ClusterBase, 'read'>): Promise<Reads> {
  const { clusterId, clusterVersion, kinds } = await base.read()
  const known = kinds.flatMap((reading) => ('fault' in reading ? [] : [reading]))
  const resourceVersions = Object.fromEntries(known.map(({ query, resourceVersion }) => [nameOf(query), resourceVersion]))
  return { clusterId, clusterVersion, reads: kinds.map(kindRead), reflected: { ageMs: known.reduce((oldest, { ageMs }) => Math.max(oldest, ageMs), 0), resourceVersions } }
}

function kindRead(reading: KindReading): KindRead {
  if ('fault' in reading) return unread(reading.fault, reading.query)
  return { objects: reading.objects, resourceVersion: reading.resourceVersion, notes: withheldNote(reading.withheld, nameOf(reading.query)) }
}

function nameOf({ apiVersion, kind }: KindToRead): string {
  return `${apiVersion} ${kind}`
}

interface KindRead {
  readonly objects: readonly KubeObject[]
  readonly resourceVersion?: string
  readonly notes: readonly SnapshotNote[]
}

async function readKind(cluster: Cluster, kind: KindToRead, redactor: Redactor): Promise<KindRead> {
  try {
    const { items, resourceVersion } = await cluster.list(kind)
    const objects = redactObjects(items, redactor)
    return { objects, resourceVersion, notes: withheldNote(redactor.withheld(), nameOf(kind)) }
  } catch (error) {
    if (!isFault(error)) throw error
    return unread(error, kind)
  }
}

function unread(error: Fault, kind: KindToRead): KindRead {
  if (concernsTheCluster(error)) throw error
  return { objects: [], notes: [noteOf(error, nameOf(kind))] }
}

async function readLogs(cluster: Cluster, wanted: readonly LogQuery[], redactor: Redactor): Promise<{ readonly logs: readonly ContainerLog[]; readonly notes: readonly SnapshotNote[] }> {
  const chosen = wanted.slice(0, SNAPSHOT_LOGS_MAX)
  const reads = await mapLimited(chosen, SNAPSHOT_CONCURRENCY, (query) => readLog(cluster, query, redactor.fresh()))
  const left = wanted.length - chosen.length
  const cut: SnapshotNote = { code: 'truncated', source: 'logs', message: `${left} more logs of containers in trouble were not read` }
  return {
    logs: reads.flatMap((read) => read.log ?? []),
    notes: [...reads.flatMap((read) => read.notes), ...(left > 0 ? [cut] : [])],
  }
}

interface Registered {
  readonly spec?: { readonly service?: object }
}

/** Aggregated APIs that are registered and do not answer: discovery passes their kinds over, so nothing else tells of them. */
function silentApis(objects: readonly KubeObject[]): SnapshotNote[] {
  return objects.flatMap((object) => {
    if (object.kind !== 'APIService' || (object as KubeObject & Registered).spec?.service === undefined) return []
    const available = conditionOf(object, 'Available')
    if (available?.status !== 'False') return []
    const why = available.message ?? available.reason ?? ''
    return [{ code: 'unreadable', source: `API ${object.metadata.name ?? ''}`, message: `it is registered and does not answer, so none of its objects was read${why === '' ? '' : ` (${why})`}` }]
  })
}

interface LogRead {
  readonly log?: ContainerLog
  readonly notes: readonly SnapshotNote[]
}

async function readLog(cluster: Cluster, query: LogQuery, redactor: Redactor): Promise<LogRead> {
  const { namespace, pod, container, previous = false } = query
  const source = `log ${namespace}/${pod}/${container}${previous ? ' (previous)' : ''}`
  try {
    const text = redactor.text(await cluster.logs({ ...query, tailLines: LOG_TAIL_LINES_MAX }))
    return { log: { namespace, pod, container, previous, text }, notes: withheldNote(redactor.withheld(), source) }
  } catch (error) {
    if (!isFault(error) || error.code === 'unauthenticated') throw error
    // A kubelet that does not answer is what a lost node looks like: a note, not the end of the snapshot.
    return { notes: [noteOf(error, source)] }
  }
}

/** One aggregated API may be down by itself, and answers 503; where nothing answers, there is no status code. */
function concernsTheCluster({ code, statusCode }: Fault): boolean {
  return code === 'unauthenticated' || (statusCode === undefined && (code === 'unavailable' || code === 'timeout'))
}

function noteOf(error: Fault, source: string): SnapshotNote {
  return { code: error.code === 'forbidden' ? 'forbidden' : 'unreadable', source, message: faultLine(error) }
}

function oldest(versions: readonly string[]): string {
  return versions.reduce((low, version) => (low === '' || isOlderVersion(version, low) ? version : low), '')
}
