/** A server for which the client has a command line that does the same: the tools take room in every conversation, the command only when called. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

/** Packages of servers, and the program that offers the same. */
const SAME: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)(@modelcontextprotocol\/server-github|github-mcp-server)(@|:|$)/, 'gh'],
  [/(^|\/)(@modelcontextprotocol\/server-gitlab)(@|:|$)/, 'glab'],
  [/(^|\/)(mcp-server-git|@modelcontextprotocol\/server-git)(@|=|:|$)/, 'git'],
  [/(^|\/)(mcp-server-kubernetes|kubernetes-mcp-server)(@|:|$)/, 'kubectl'],
  [/(^|\/)(@modelcontextprotocol\/server-filesystem)(@|:|$)/, 'the shell'],
]

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.flatMap((server) =>
    server.args.flatMap((word, index) => {
      const program = SAME.find(([pattern]) => pattern.test(word))?.[1]
      return program === undefined ? [] : [{ of: server, path: ['args', index], summary: `MCP server ${server.name} offers what ${program} does`, advice: `Where the agent has a shell, let it use ${program}, and leave the server off.` }]
    }),
  )
}

export const mcpDuplicatesCli: AuditRule = {
  id: 'mcp-duplicates-cli',
  title: 'A server for what a command line does',
  severity: 5,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['a server with a similar name', 'an agent without a shell, for which the server is the only way'],
  prevention: 'Command lines first; servers for what has none.',
  sources: [{ title: 'MCP: reference servers', url: 'https://github.com/modelcontextprotocol/servers' }],
  reviewBy: '2027-03-31',
}
