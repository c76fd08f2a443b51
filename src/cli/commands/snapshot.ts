/** `boyd snapshot`: a cluster in a file, to look at later or elsewhere. Values of Secrets are not in it, only marks under a key that stays at home. */

import type { Command } from 'commander'
import { readConfig } from '../../app/config.ts'
import { saveSnapshot } from '../../app/use-cases/snapshots.ts'
import { fault } from '../../kernel/fault.ts'
import { leaveCleanly } from '../leave-cleanly.ts'
import { OUTLINE } from '../outline.ts'
import { sourceOf, withSourceFlags, type SourceFlags } from '../source-flags.ts'
import { print, printJson, progress, type ExitCode } from '../terminal.ts'
import { wrap } from '../wrap.ts'
import { addSnapshotDiff } from './snapshot-diff.ts'

interface SnapshotFlags extends SourceFlags {
  readonly output?: string
  readonly json?: true
}

export function addSnapshotCommand(program: Command, setExit: (code: ExitCode) => void): void {
  const command = withSourceFlags(program.command('snapshot'))
    .description(OUTLINE.snapshot.does)
    .option('-o, --output <file>', 'where to write, as .jsonl or .jsonl.gz')
    .option('--json', 'machine-readable output')
    .action(async ({ output, ...flags }: SnapshotFlags) => {
      if (output === undefined) throw fault({ code: 'invalid', operation: 'read flags', subject: '--output', message: 'it is not said where to write', hint: 'Give -o FILE.jsonl.gz. Two files are compared with boyd snapshot diff A B.' })
      const source = { ...sourceOf(flags), home: readConfig({}, process.env).home }
      leaveCleanly()
      progress('reading …')
      const { objects, logs, notes, clusterVersion } = await saveSnapshot(source, output, {
        read: (kinds, ofKinds) => progress(`read ${kinds} of ${ofKinds} kinds …`),
        written: (count) => progress(`wrote ${count} objects …`),
      })
      progress('')
      if (flags.json === true) return printJson({ file: output, objects: objects.length, logs: logs.length, version: clusterVersion.gitVersion, notes })
      print(`${objects.length} objects and ${logs.length} logs of Kubernetes ${clusterVersion.gitVersion} are in ${output}`)
      for (const { source, message } of notes) print(wrap(`  ${source}: ${message}`, { hang: 4 }))
    })
  addSnapshotDiff(command, setExit)
}
