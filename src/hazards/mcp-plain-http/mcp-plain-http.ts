/** An MCP server over plain HTTP: whoever stands between can read the tools' answers and write others. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

const HERE = /^(localhost|127(\.\d+){3}|\[::1\]|::1|0\.0\.0\.0|host\.docker\.internal)$/

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.flatMap((server) => {
    const host = /^(?:http|ws):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/?#]+)/i.exec(server.url ?? '')?.[1]
    if (host === undefined || HERE.test(host)) return []
    return [{ of: server, path: [['url', 'serverUrl', 'httpUrl', 'uri'].find((key) => server.raw[key] !== undefined) ?? 'url'], summary: `MCP server ${server.name} is reached over plain HTTP at ${host}`, advice: 'Use https, with a certificate that the client checks.' }]
  })
}

export const mcpPlainHttp: AuditRule = {
  id: 'mcp-plain-http',
  title: 'An MCP server over plain HTTP',
  severity: 2,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['a server on this machine', 'https'],
  prevention: 'TLS for everything that leaves the machine.',
  sources: [{ title: 'MCP: authorization, communication security', url: 'https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization#communication-security' }],
  reviewBy: '2027-03-31',
}
