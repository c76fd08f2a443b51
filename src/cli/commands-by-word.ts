/**
 * The module behind each first word, so that a command loads itself and not the engine, the database and the twin of the
 * others. What is not here (help of a command, completion, a word that is none) loads them all.
 */

import type { Command } from 'commander'
import { addOutline } from './outline.ts'
import type { ExitCode } from './terminal.ts'

export type AddCommand = (program: Command, setExit: (code: ExitCode) => void) => void

const people = async (): Promise<AddCommand> => {
  const { addPeopleCommands, addTokenCommands } = await import('./commands/tokens.ts')
  return (program) => {
    addTokenCommands(program)
    addPeopleCommands(program)
  }
}
const incidents = async (): Promise<AddCommand> => (await import('./commands/incidents.ts')).addIncidentCommands
const votes = async (): Promise<AddCommand> => (await import('./commands/votes.ts')).addVoteCommands
const login = async (): Promise<AddCommand> => (await import('./commands/login.ts')).addLoginCommands
const changes = async (): Promise<AddCommand> => (await import('./commands/changes.ts')).addChangesCommands

const BY_WORD: Readonly<Record<string, () => Promise<AddCommand>>> = {
  incidents,
  show: incidents,
  approvals: votes,
  approve: votes,
  deny: votes,
  token: people,
  people,
  stop: changes,
  resume: changes,
  login,
  diagnose: async () => (await import('./commands/diagnose.ts')).addDiagnoseCommand,
  rehearse: async () => (await import('./commands/rehearse.ts')).addRehearseCommand,
  whatif: async () => (await import('./commands/whatif.ts')).addWhatIfCommand,
  snapshot: async () => (await import('./commands/snapshot.ts')).addSnapshotCommand,
  scan: async () => (await import('./commands/scan.ts')).addScanCommand,
  ledger: async () => (await import('./commands/ledger-command.ts')).addLedgerCommands,
  policy: async () => (await import('./commands/policy-command.ts')).addPolicyCommands,
}

/** Questions about the program itself, for which nobody need be there. */
const ABOUT_ALL = new Set(['--help', '-h', 'help', '--version', '-V'])

/** By all words of the command line. Undefined where every command must be there. */
export function loaderOf([word, ...others]: readonly string[]): (() => Promise<AddCommand>) | undefined {
  if (others.length === 0 && (word === undefined || ABOUT_ALL.has(word))) return () => Promise.resolve(addOutline)
  return word !== undefined && Object.hasOwn(BY_WORD, word) ? BY_WORD[word] : undefined
}
