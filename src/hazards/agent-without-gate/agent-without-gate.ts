/**
 * A coding agent with nothing that can refuse a command for certain. A list of denied words is a tripwire and no wall: `bash -c`,
 * a variable or another path go around it. What holds is a short list of allowed commands, a program that is asked first, or a sandbox.
 */

import type { AgentSettings, AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

const EGRESS = /\b(curl|wget|nc|ncat|ssh|scp)\b/
const DESTRUCTIVE = /rm\s+-\w*r|rm\b|git push|terraform (apply|destroy)|kubectl (delete|drain)|drop (table|database)/i

function audit({ agents }: AuditView): AuditFinding[] {
  return agents.flatMap((agent) => [...noGate(agent), ...onlyWords(agent), ...deletesUnasked(agent)])
}

function hasWall({ gates, sandboxed }: AgentSettings): boolean {
  return sandboxed === true || gates.some(({ event }) => /^(PreToolUse|beforeShellExecution|PermissionRequest)$/.test(event))
}

/** It may run something, and nothing would stop a command that should not run. */
function noGate(agent: AgentSettings): AuditFinding[] {
  const mayRun = agent.rules.some(({ effect }) => effect === 'allow') || agent.unattended !== undefined
  if (!mayRun || hasWall(agent) || agent.rules.some(({ effect }) => effect !== 'allow')) return []
  return [{ of: agent, path: [], summary: `${agent.product} may run commands, and nothing is denied, asked about or checked first`, advice: 'Add a hook that is run before a tool (PreToolUse) and refuses destructive commands, a deny list, and a sandbox.', cause: 'no gate' }]
}

function onlyWords(agent: AgentSettings): AuditFinding[] {
  const denied = agent.rules.filter(({ effect }) => effect === 'deny')
  const [first] = denied
  if (first === undefined || hasWall(agent)) return []
  const open = !denied.some(({ pattern }) => EGRESS.test(pattern)) ? ', and programs that reach the network are not on it' : ''
  return [{ of: agent, path: first.path.slice(0, -1), summary: `${agent.product} is held by a list of denied words, which a shell goes around${open}`, advice: 'Keep the list as a tripwire, and add what holds: an allow list, a PreToolUse hook, a sandbox with an egress policy.', cause: 'a deny list alone', severity: 4 }]
}

function deletesUnasked(agent: AgentSettings): AuditFinding[] {
  return agent.rules.filter(({ effect, pattern }) => effect === 'allow' && DESTRUCTIVE.test(pattern)).map(({ pattern, path }) => ({ of: agent, path, summary: `${agent.product} may run ${pattern} without a question`, advice: 'Ask for what deletes, publishes or applies.', cause: 'it may destroy unasked', severity: 2 }))
}

export const agentWithoutGate: AuditRule = {
  id: 'agent-without-gate',
  title: 'A coding agent without anything that can refuse',
  severity: 3,
  appliesTo: ['agent/Settings'],
  audit,
  lookAlikes: ['a hook that is run before tools', 'a sandbox', 'settings that allow nothing by themselves', 'a hook that only formats afterwards, which is no gate'],
  prevention: 'A hook before each command, in the repository, under review.',
  sources: [{ title: 'Claude Code: hooks', url: 'https://code.claude.com/docs/en/hooks' }],
  reviewBy: '2027-03-31',
}
