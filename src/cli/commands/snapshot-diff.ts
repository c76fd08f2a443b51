/** `boyd snapshot diff A B`: what changed from one snapshot to another. Exit 0 nothing, 1 something, 2 bad input. */

import type { Command } from 'commander'
import { compareSnapshots } from '../../app/use-cases/snapshots.ts'
import { durationText } from '../../kernel/clock.ts'
import { subjectText } from '../../model/kube-object.ts'
import type { FieldChange, ObjectChange } from '../../model/snapshot-diff.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { colours, note, print, printJson, type ExitCode } from '../terminal.ts'
import { wrap } from '../wrap.ts'

interface DiffFlags {
  readonly namespace?: string
  readonly all?: true
  readonly json?: true
}

const OBJECTS_MAX = 200
const FIELDS_MAX = 20
const VALUE_MAX = 80

export function addSnapshotDiff(parent: Command, setExit: (code: ExitCode) => void): void {
  parent
    .command('diff')
    .description('what changed from one snapshot to another: objects that came, went or are not as they were; exit 1 when something is')
    .argument('<before>', 'a file of boyd snapshot, or a folder or file of collected objects')
    .argument('<after>', 'the same, later')
    .option('-n, --namespace <name>', 'of this namespace only')
    .option('--all', 'also versions, heartbeats, events and leases, which change all the time')
    .option('--json', 'machine-readable output')
    .action(async (first: string, second: string, _: unknown, command: Command) => {
      // `boyd snapshot` has --json too, and takes it wherever it stands.
      const { namespace, all, json } = command.optsWithGlobals<DiffFlags>()
      const { before, after, objects, leftOut } = await compareSnapshots([first, second], { all: all === true, ...(namespace === undefined ? {} : { namespace }) })
      setExit(objects.length === 0 ? 0 : 1)
      if (json === true) return printJson({ before: stateOf(first, before), after: stateOf(second, after), objects, leftOut })
      for (const text of warningsOf(before, after)) note(`boyd: ${text}`)
      printChanges(objects, { leftOut, spanMs: after.takenAtMs - before.takenAtMs })
    })
}

function stateOf(file: string, { takenAtMs, clusterId, resourceVersion, objects }: Snapshot): object {
  return { file, takenAt: new Date(takenAtMs).toISOString(), clusterId, resourceVersion, objects: objects.length }
}

function warningsOf(before: Snapshot, after: Snapshot): string[] {
  return [
    ...(before.clusterId === after.clusterId ? [] : ['the snapshots are of two clusters, or folders: marks of secrets may differ where the secrets do not']),
    ...(after.takenAtMs < before.takenAtMs ? ['the second snapshot is the older one'] : []),
    ...[before, after].flatMap(({ notes }) => notes.filter(({ code }) => code !== 'withheld').map(({ source, message }) => `${source}: ${message}`)),
  ]
}

function printChanges(objects: readonly ObjectChange[], { leftOut, spanMs }: { readonly leftOut: number; readonly spanMs: number }): void {
  const count = (wanted: ObjectChange['change']): number => objects.filter(({ change }) => change === wanted).length
  const over = spanMs > 0 ? ` in ${durationText(spanMs)}` : ''
  print(objects.length === 0 ? `Nothing changed${over}.` : `${count('added')} added, ${count('removed')} removed, ${count('changed')} changed${over}:`)
  for (const object of objects.slice(0, OBJECTS_MAX)) printObject(object)
  if (objects.length > OBJECTS_MAX) print(`and ${objects.length - OBJECTS_MAX} more objects; --json has all`)
  if (leftOut > 0) print(colours.dim(`${leftOut} ${leftOut === 1 ? 'object differs' : 'objects differ'} in versions, heartbeats, events and leases only; --all shows them`))
}

function printObject({ change, object, replaced, fields }: ObjectChange): void {
  if (change === 'added') return print(colours.green(`+ ${subjectText(object)}`))
  if (change === 'removed') return print(colours.red(`- ${subjectText(object)}`))
  print(`~ ${subjectText(object)}${replaced === true ? ' (deleted and made again)' : ''}`)
  for (const field of fields.slice(0, FIELDS_MAX)) print(wrap(`    ${fieldText(field)}`, { hang: 6 }))
  if (fields.length > FIELDS_MAX) print(`    and ${fields.length - FIELDS_MAX} more fields`)
}

function fieldText({ path, before, after }: FieldChange): string {
  if (before === undefined) return `${path}: is now ${valueText(after)}`
  return after === undefined ? `${path}: was ${valueText(before)}` : `${path}: ${valueText(before)} → ${valueText(after)}`
}

function valueText(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > VALUE_MAX ? `${text.slice(0, VALUE_MAX)}…` : text
}
