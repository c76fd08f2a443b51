/** A path in one person's home in a configuration that others share: it works for its author only. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

const HOME = /(^|[=\s])(\/home\/[^/\s]+\/|\/Users\/[^/\s]+\/|[A-Za-z]:\\Users\\[^\\\s]+\\)/
/** Files of one user, where such a path is at home. */
const PERSONAL = /claude_desktop_config\.json$|\.local\.json$|(^|\/)\.claude\.json$|mcp_config\.json$/

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.filter(({ file }) => !PERSONAL.test(file)).flatMap((server) => {
    const index = server.args.findIndex((word) => HOME.test(word))
    const path = HOME.test(server.command ?? '') ? ['command'] : index >= 0 ? ['args', index] : undefined
    return path === undefined ? [] : [{ of: server, path, summary: `MCP server ${server.name} is started from somebody's home folder`, advice: 'Use ${workspaceFolder} or ${userHome}, or a program on the path.' }]
  })
}

export const mcpLocalPath: AuditRule = {
  id: 'mcp-local-path',
  title: "A shared configuration that names somebody's home folder",
  severity: 4,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['a file that belongs to one user', 'a variable that the client fills in'],
  prevention: 'Paths relative to the workspace.',
  sources: [{ title: 'VS Code: MCP configuration', url: 'https://code.visualstudio.com/docs/copilot/reference/mcp-configuration' }],
  reviewBy: '2027-03-31',
}
