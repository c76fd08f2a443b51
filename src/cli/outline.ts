/**
 * Every command in the order of the help: how it is called and what it does. `boyd --help` and `boyd --version` are answered
 * from this alone, without loading what the commands load.
 */

import { Help, type Command } from 'commander'

export const OUTLINE = {
  start: { usage: 'start [options]', does: 'see the whole loop on an embedded cluster: no cluster, key or database needed' },
  serve: { usage: 'serve [options]', does: 'work the incidents of a cluster: take alerts, diagnose, rehearse, ask, act, verify' },
  incidents: { usage: 'incidents [options]', does: 'list incidents, newest first' },
  show: { usage: 'show [options] <incident>', does: 'show one incident: its story, its ticket, what it asks' },
  approve: { usage: 'approve [options] <approval>', does: 'approve a plan that waits for a person; shows it first' },
  deny: { usage: 'deny [options] <approval>', does: 'deny a plan, with a reason that the next turn takes into account' },
  approvals: { usage: 'approvals [options] [what] [id]', does: 'what waits for a person; one request with its plan, rehearsal, undo and expiry; or a policy made from a denial' },
  token: { usage: 'token', does: 'tokens of the API: for services, for people, for yourself' },
  whoami: { usage: 'whoami [options]', does: 'whom your token belongs to, and what it may do' },
  people: { usage: 'people [options] [what] [subject]', does: 'people as they were last seen; shut one out, or let them in again' },
  login: { usage: 'login [options]', does: 'sign in with the identity provider of a Boyd, and keep a token for a day' },
  logout: { usage: 'logout [options]', does: 'forget the token of this server' },
  stop: { usage: 'stop [options]', does: 'stop every change now: none begins, and plans that run end with the step they are at' },
  resume: { usage: 'resume [options]', does: 'let changes go on after "boyd stop"; takes an admin' },
  diagnose: { usage: 'diagnose [options]', does: 'name the cause of what is wrong in a folder of collected objects; exit 1 when something is' },
  rehearse: { usage: 'rehearse [options]', does: 'play a plan on a twin of a folder of collected objects; exit 1 when the rehearsal fails' },
  whatif: { usage: 'whatif [options] <question...>', does: 'play a change or a loss on a twin of the cluster and say what happens; exit 0 when nothing is hurt, 1 when something is or might be, 2 for a question that cannot be read' },
  snapshot: { usage: 'snapshot [options]', does: 'write the objects and logs of a cluster to a file, without the values of Secrets; loadable wherever --from is taken' },
  scan: { usage: 'scan [options] [paths...]', does: 'find what would page somebody one day: manifests, charts, overlays, Dockerfiles, Terraform, MCP and agent settings, or a cluster' },
  ledger: { usage: 'ledger', does: 'the record of everything that was seen, decided and done' },
  policy: { usage: 'policy', does: 'what the gate would say: checks that change nothing' },
  rbac: { usage: 'rbac [options]', does: 'print the service accounts, roles, bindings and the admission policy that the enabled verbs need; nothing in them has a wildcard' },
  doctor: { usage: 'doctor [options]', does: 'check configuration, policies, database, cluster and rights, and say how to mend them' },
  completion: { usage: 'completion <shell>', does: 'print a completion script: source <(boyd completion bash)' },
} as const

/** Commands that do nothing, for a program that only says what there is. */
export function addOutline(program: Command): void {
  const usages: Readonly<Record<string, { readonly usage: string }>> = OUTLINE
  const plain = new Help()
  for (const [name, { does }] of Object.entries(OUTLINE)) program.command(name).description(does)
  program.configureHelp({ subcommandTerm: (command) => (Object.hasOwn(usages, command.name()) ? usages[command.name()]?.usage : undefined) ?? plain.subcommandTerm(command) })
}
