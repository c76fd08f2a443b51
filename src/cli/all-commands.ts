/** Every command, in the order of the help. Loaded as one, unless the first word says which is wanted (`commands-by-word.ts`). */

import type { Command } from 'commander'
import { addChangesCommands } from './commands/changes.ts'
import { addDiagnoseCommand } from './commands/diagnose.ts'
import { addDoctorCommand } from './commands/doctor.ts'
import { addIncidentCommands } from './commands/incidents.ts'
import { addLedgerCommands } from './commands/ledger-command.ts'
import { addLoginCommands } from './commands/login.ts'
import { addPolicyCommands } from './commands/policy-command.ts'
import { addRbacCommand } from './commands/rbac.ts'
import { addRehearseCommand } from './commands/rehearse.ts'
import { addScanCommand } from './commands/scan.ts'
import { addServeCommand } from './commands/serve.ts'
import { addSnapshotCommand } from './commands/snapshot.ts'
import { addStartCommand } from './commands/start.ts'
import { addPeopleCommands, addTokenCommands } from './commands/tokens.ts'
import { addVoteCommands } from './commands/votes.ts'
import { addWhatIfCommand } from './commands/whatif.ts'
import { addCompletionCommand } from './completion.ts'
import type { ExitCode } from './terminal.ts'

export function addAllCommands(program: Command, setExit: (code: ExitCode) => void): void {
  addStartCommand(program, setExit)
  addServeCommand(program)
  addIncidentCommands(program)
  addVoteCommands(program, setExit)
  addTokenCommands(program)
  addPeopleCommands(program)
  addLoginCommands(program)
  addChangesCommands(program)
  addDiagnoseCommand(program, setExit)
  addRehearseCommand(program, setExit)
  addWhatIfCommand(program, setExit)
  addSnapshotCommand(program, setExit)
  addScanCommand(program, setExit)
  addLedgerCommands(program, setExit)
  addPolicyCommands(program, setExit)
  addRbacCommand(program)
  addDoctorCommand(program, setExit)
  addCompletionCommand(program)
}
