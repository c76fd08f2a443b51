/** Flags shared by the commands that talk to a running Boyd. */

import type { Command } from 'commander'

export function withServerFlags(command: Command): Command {
  return command
    .option('--server <url>', 'address of a running Boyd (default: the one started on this machine)')
    .option('--token <token>', 'its token (default: from the home folder, or BOYD_TOKEN)')
    .option('--home <folder>', 'where Boyd keeps its state (BOYD_HOME)')
    .option('--json', 'machine-readable output')
}
