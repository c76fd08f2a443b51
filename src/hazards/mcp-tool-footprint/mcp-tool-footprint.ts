/**
 * Definitions of tools fill the model's context before a word is said. Where a configuration carries them, their size is estimated
 * against a tenth of the smallest common window; where it only names servers, many servers are the sign.
 */

import type { AuditFinding, AuditView, ToolServer } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

/** Four characters a token, the rule of thumb of model makers for English and JSON. */
const CHARACTERS_PER_TOKEN = 4
/** The smallest window of current large models, in tokens. */
const WINDOW_TOKENS = 200_000
const SHARE_MAX = 0.1
/** Published counts of common servers lie between 5 and 60 tools of 200 to 600 tokens: past this many servers a tenth is likely gone. */
const SERVERS_MAX = 10

function audit({ toolServers }: AuditView): AuditFinding[] {
  return [...Map.groupBy(toolServers, ({ file }) => file).values()].flatMap((servers) => {
    const [largest] = servers.toSorted((left, right) => tokensOf(right) - tokensOf(left))
    const tokens = servers.reduce((sum, server) => sum + tokensOf(server), 0)
    if (largest === undefined) return []
    if (tokens > WINDOW_TOKENS * SHARE_MAX) return [{ of: largest, path: ['tools'], summary: `the tools of ${servers.length} MCP servers take about ${tokens} tokens, more than a tenth of a window of ${WINDOW_TOKENS}`, advice: 'Leave out tools and servers that are not used every day; a command line costs nothing until it is called.' }]
    if (servers.length <= SERVERS_MAX) return []
    return [{ of: servers[0] ?? largest, path: [], summary: `${servers.length} MCP servers are configured, and each puts all its tools before the model`, advice: 'Keep a set for each task, and leave the rest off.', severity: 5 as const }]
  })
}

function tokensOf({ tools }: ToolServer): number {
  return Math.ceil(JSON.stringify(tools).length / CHARACTERS_PER_TOKEN)
}

export const mcpToolFootprint: AuditRule = {
  id: 'mcp-tool-footprint',
  title: 'Tools that fill the context before the work begins',
  severity: 4,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['many servers in many files, which are different set-ups', 'few servers with short definitions'],
  prevention: 'Keep tool definitions below a tenth of the context.',
  sources: [{ title: 'MCP: tools', url: 'https://modelcontextprotocol.io/specification/2025-06-18/server/tools' }],
  reviewBy: '2027-03-31',
}
