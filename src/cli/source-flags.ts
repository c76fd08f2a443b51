/** Flags of the commands that look at a folder, a saved snapshot or a cluster, whichever is named. */

import type { Command } from 'commander'
import type { SnapshotSource } from '../app/use-cases/snapshots.ts'
import { fault } from '../kernel/fault.ts'
import { systemClock } from '../kernel/clock.ts'
import { createLog } from '../kernel/log.ts'

export interface SourceFlags {
  readonly from?: string
  readonly context?: string
  readonly kubeconfig?: string
}

export function withSourceFlags(command: Command): Command {
  return command
    .option('--from <path>', 'a folder or file of collected objects, or a file of boyd snapshot')
    .option('--context <name>', 'the cluster of this context')
    .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, ~/.kube/config)')
}

/** Fault `invalid` when none or two of them are named. */
export function sourceOf(flags: SourceFlags): SnapshotSource {
  const ofCluster = flags.context !== undefined || flags.kubeconfig !== undefined
  if (ofCluster === (flags.from !== undefined)) {
    throw fault({ code: 'invalid', operation: 'read flags', message: ofCluster ? '--from and a cluster are two different sources' : 'no source was named', hint: 'Give --from FOLDER, --from FILE.jsonl.gz, or --context NAME.' })
  }
  return {
    clock: systemClock(),
    log: createLog({ level: 'error' }),
    ...(flags.from === undefined ? {} : { from: flags.from }),
    ...(flags.kubeconfig === undefined ? {} : { kubeconfigFile: flags.kubeconfig }),
    ...(flags.context === undefined ? {} : { context: flags.context }),
  }
}
