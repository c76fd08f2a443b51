/** Flags of the commands that look at a folder of collected objects. */

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { OfflineInput } from '../app/use-cases/offline.ts'
import { fault } from '../kernel/fault.ts'

export interface OfflineFlags {
  readonly from: string
  readonly alert?: string
  readonly now?: string
  readonly json?: true
}

export function withOfflineFlags(command: Command): Command {
  return command
    .requiredOption('--from <folder>', 'Kubernetes objects as .yaml or .json, with logs/<namespace>/<pod>/<container>.log where there are any')
    .option('--alert <file>', 'an Alertmanager v4 payload')
    .option('--now <time>', 'the moment to diagnose, RFC 3339 (default: the newest time found)')
    .option('--json', 'machine-readable output')
}

export function offlineInput(flags: OfflineFlags): OfflineInput {
  return {
    folder: flags.from,
    ...(flags.alert === undefined ? {} : { alert: readAlert(flags.alert) }),
    ...(flags.now === undefined ? {} : { now: flags.now }),
  }
}

function readAlert(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw fault({ code: 'invalid', operation: 'read alert', subject: file, message: 'the file cannot be read', cause })
  }
}
