/**
 * The HTTP+SSE transport of MCP, with its two endpoints: replaced by Streamable HTTP in revision 2025-03-26. Servers drop it, and
 * what stands between must still be told not to buffer. Found in clients, and in Ingresses and routes that lead to `/sse`.
 */

import type { AuditFinding, AuditView, ToolServer } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { subjectOf, subjectText } from '../../model/kube-object.ts'
import { routesOf } from '../shared/routes.ts'

const ADVICE = 'Use Streamable HTTP: one endpoint, usually /mcp, and transport http.'

function audit({ toolServers, cluster }: AuditView): AuditFinding[] {
  const clients = toolServers.filter(isLegacy).map((server): AuditFinding => ({ of: server, path: [server.raw['transport'] !== undefined ? 'transport' : server.raw['type'] === 'sse' ? 'type' : 'url'], summary: `MCP server ${server.name} is reached over the SSE transport, which was replaced in 2025`, advice: ADVICE }))
  const routes = routesOf(cluster).filter(({ match }) => /(^|\/)sse\/?(\(.*\))?$/.test(match)).map(({ object, path, match }): AuditFinding => ({ of: object, path, summary: `${subjectText(subjectOf(object))} serves ${match}, the stream of the SSE transport of MCP`, advice: 'Serve Streamable HTTP at /mcp beside it, and take this one away when clients have moved.', severity: 4 }))
  return [...clients, ...routes]
}

function isLegacy({ transport, url, args }: ToolServer): boolean {
  return transport === 'sse' || (transport === undefined && url !== undefined && /\/sse\/?(\?|$)/.test(url)) || args.some((word) => /^https?:\/\/\S+\/sse\/?$/.test(word))
}

export const mcpLegacyTransport: AuditRule = {
  id: 'mcp-legacy-transport',
  title: 'The transport of MCP that was replaced',
  severity: 3,
  appliesTo: ['mcp/Server', 'networking.k8s.io/Ingress', 'gateway.networking.k8s.io/HTTPRoute'],
  audit,
  lookAlikes: ['Streamable HTTP, which also answers with a stream of events', 'a path that merely contains the letters', 'a stdio server'],
  prevention: 'Streamable HTTP for new servers; both for a while where clients are old.',
  sources: [
    { title: 'MCP: transports, backwards compatibility', url: 'https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#backwards-compatibility' },
    { title: 'MCP: changes in 2025-03-26', url: 'https://modelcontextprotocol.io/specification/2025-03-26/changelog' },
  ],
  reviewBy: '2027-03-31',
}
