/** A coding agent that may run any command: a wildcard that covers the shell, or a mode that asks nothing, with no sandbox around it. */

import type { AgentSettings, AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

const EVERYTHING = /^(\*|Bash|Bash\(\*?\)|Bash\(\*:\*\)|[Ss]hell|[Ss]hell\(\*?\)|run_shell_command|ShellTool|\/\.\*\/|\/\^\.\*\$\/)$/
/** Programs that run whatever they are told, so that allowing them allows everything. */
const INTERPRETER = /^(?:Bash\()?(?:sudo|bash|sh|zsh|python3?|node|perl|ruby|env|xargs|eval|ssh|docker|kubectl|npx|make)(?::\*|\s+\*|\*)?\)?$/

function audit({ agents }: AuditView): AuditFinding[] {
  return agents.flatMap((agent) => [...unattended(agent), ...wide(agent)])
}

function unattended(agent: AgentSettings): AuditFinding[] {
  if (agent.unattended === undefined || agent.sandboxed === true) return []
  const { mode, path } = agent.unattended
  return [{ of: agent, path, summary: `${agent.product} acts without asking (${mode})${agent.sandboxed === false ? ' and without a sandbox' : ''}`, advice: 'Ask for what changes something, or run the agent in a container that is thrown away, without credentials of people.', severity: 1, cause: 'it asks nothing' }]
}

function wide(agent: AgentSettings): AuditFinding[] {
  return agent.rules.filter(({ effect }) => effect === 'allow').flatMap(({ pattern, path }): AuditFinding[] => {
    if (EVERYTHING.test(pattern)) return [{ of: agent, path, summary: `${agent.product} may run ${pattern}, which is everything`, advice: 'Name the commands: Bash(npm run test:*), git status.', severity: 1, cause: 'a wildcard for everything' }]
    if (INTERPRETER.test(pattern)) return [{ of: agent, path, summary: `${agent.product} may run ${pattern}, through which it can run anything`, advice: 'Allow the scripts that are meant, with their full command.', cause: 'a program that runs anything' }]
    return []
  })
}

export const agentAllowsEverything: AuditRule = {
  id: 'agent-allows-everything',
  title: 'A coding agent that may run anything',
  severity: 2,
  appliesTo: ['agent/Settings'],
  audit,
  lookAlikes: ['a wildcard behind a whole command (npm run test:*)', 'a mode that asks nothing inside a sandbox', 'the same pattern on the list of what is denied'],
  prevention: 'A short list of what is allowed, a sandbox, and a program that can refuse.',
  sources: [
    { title: 'Claude Code: settings', url: 'https://code.claude.com/docs/en/settings' },
    { title: 'VS Code: tool approval', url: 'https://code.visualstudio.com/docs/copilot/chat/chat-agent-mode' },
  ],
  reviewBy: '2027-03-31',
}
