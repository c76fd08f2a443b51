/**
 * `boyd policy check`: judges command lines by a profile, and changes nothing. Exit 0 allow, 1 ask or deny, 2 bad input.
 */

import type { Command } from 'commander'
import { fault } from '../../../kernel/fault.ts'
import type { ExitCode } from '../../terminal.ts'

export function addPolicyCheck(policy: Command, _setExit: (code: ExitCode) => void): void {
  policy
    .command('check')
    .description('judge a command line by a profile; exit 1 when it is not allowed')
    .action(() => {
      throw fault({ code: 'invalid', operation: 'policy check', message: 'nothing to check was named', hint: 'Say what to check with --command, --argv or --batch.' })
    })
}
