/** `boyd snapshot`: a cluster in a file, to look at later or elsewhere. Values of Secrets are not in it, only marks under a key that stays at home. */

import type { Command } from 'commander'
import { readConfig } from '../../app/config.ts'
import { saveSnapshot } from '../../app/use-cases/snapshots.ts'
import { sourceOf, withSourceFlags, type SourceFlags } from '../source-flags.ts'
import { note, print, printJson } from '../terminal.ts'
import { wrap } from '../wrap.ts'

interface SnapshotFlags extends SourceFlags {
  readonly output: string
  readonly json?: true
}

export function addSnapshotCommand(program: Command): void {
  withSourceFlags(program.command('snapshot'))
    .description('write the objects and logs of a cluster to a file, without the values of Secrets; loadable wherever --from is taken')
    .requiredOption('-o, --output <file>', 'where to write, as .jsonl or .jsonl.gz')
    .option('--json', 'machine-readable output')
    .action(async (flags: SnapshotFlags) => {
      if (flags.json !== true) note('boyd: reading …')
      const { objects, logs, notes, clusterVersion } = await saveSnapshot({ ...sourceOf(flags), home: readConfig({}, process.env).home }, flags.output)
      if (flags.json === true) return printJson({ file: flags.output, objects: objects.length, logs: logs.length, version: clusterVersion.gitVersion, notes })
      print(`${objects.length} objects and ${logs.length} logs of Kubernetes ${clusterVersion.gitVersion} are in ${flags.output}`)
      for (const { source, message } of notes) print(wrap(`  ${source}: ${message}`, { hang: 4 }))
    })
}
