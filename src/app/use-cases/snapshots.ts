/** Where the commands that only look get their snapshot from: a folder, a file, or a cluster. */

import { connectKubernetes } from '../../adapters/kubernetes/cluster.ts'
import { loadFolder } from '../../adapters/manifests/load-folder.ts'
import { checkSnapshotPlace, writeSnapshotFile } from '../../adapters/manifests/snapshot-file.ts'
import { fault } from '../../kernel/fault.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { takeSnapshot } from '../../loop/take-snapshot.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { diffSnapshots, type DiffOptions, type SnapshotDiff } from '../../model/snapshot-diff.ts'
import { snapshotRedactor } from '../redaction.ts'

export interface SnapshotSource {
  /** A folder of collected objects, or the file of a snapshot. */
  readonly from?: string
  readonly kubeconfigFile?: string
  readonly context?: string
  readonly clock: Clock
  readonly log: Log
  /** The folder with the key of this installation; absent: marks mean something within this process only. */
  readonly home?: string
}

/** How far a long reading or writing is, for who looks. */
export interface SnapshotProgress {
  read?(kinds: number, ofKinds: number): void
  written?(objects: number): void
}

/** Fault `invalid` when nothing is found at `from`; the cluster's own faults otherwise. */
export async function obtainSnapshot(source: SnapshotSource, progress: SnapshotProgress = {}): Promise<Snapshot> {
  if (source.from === undefined) return snapshotOfCluster(source, progress)
  return loadSnapshot(source.from)
}

async function loadSnapshot(path: string): Promise<Snapshot> {
  const snapshot = await loadFolder(path)
  if (snapshot.objects.length > 0) return snapshot
  throw fault({ code: 'invalid', operation: 'read objects', subject: path, message: 'no Kubernetes object was found there', hint: snapshot.notes[0]?.message ?? 'Give a folder with .yaml or .json files, or a file of boyd snapshot.' })
}

async function snapshotOfCluster({ clock, log, kubeconfigFile, context, home }: SnapshotSource, { read }: SnapshotProgress): Promise<Snapshot> {
  const cluster = await connectKubernetes({ clock, log, ...(kubeconfigFile === undefined ? {} : { kubeconfigFile }), ...(context === undefined ? {} : { context }) })
  return takeSnapshot({ cluster, clock, ...(read === undefined ? {} : { progress: read }), ...(home === undefined ? {} : { redactor: snapshotRedactor(home, await cluster.id()) }) })
}

/** Two files, or folders, against each other; what cannot be read in either is told with both. */
export async function compareSnapshots(paths: readonly [before: string, after: string], options: DiffOptions): Promise<SnapshotDiff & { readonly before: Snapshot; readonly after: Snapshot }> {
  const [before, after] = await Promise.all(paths.map((path) => loadSnapshot(path))) as [Snapshot, Snapshot]
  return { ...diffSnapshots(before, after, options), before, after }
}

/** Values of Secrets are not in it, only keyed marks of them (decision 0015): they never entered the snapshot. */
export async function saveSnapshot(source: SnapshotSource, file: string, progress: SnapshotProgress = {}): Promise<Snapshot> {
  await checkSnapshotPlace(file)
  const snapshot = await obtainSnapshot(source, progress)
  await writeSnapshotFile(file, snapshot, progress.written)
  return snapshot
}
