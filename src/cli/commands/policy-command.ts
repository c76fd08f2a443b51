/** `boyd policy …`: what the gate would say, without asking it to act. Each subcommand has its file in `policy/`. */

import type { Command } from 'commander'
import { OUTLINE } from '../outline.ts'
import type { ExitCode } from '../terminal.ts'
import { addPolicyCheck } from './policy/check.ts'
import { addPolicyDiff } from './policy/diff.ts'
import { addPolicyExplain } from './policy/explain.ts'
import { addPolicyShadow } from './policy/shadow.ts'
import { addPolicyTest } from './policy/test.ts'

export function addPolicyCommands(program: Command, setExit: (code: ExitCode) => void): void {
  const policy = program.command('policy').description(OUTLINE.policy.does)
  addPolicyCheck(policy, setExit)
  addPolicyTest(policy, setExit)
  addPolicyExplain(policy)
  addPolicyDiff(policy, setExit)
  addPolicyShadow(policy)
}
