/** Tools of an MCP server that run without a question: all of them, or ones whose names say that they change something. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

/** Verbs of tools that change the world, as the words of a name. */
const CHANGES = /(^|[_-])(create|update|delete|remove|drop|apply|patch|put|write|exec|execute|run|send|deploy|merge|push|scale|restart|terminate|manage|edit|set|add|transition|drain|cordon|evict|rollback|install|uninstall|kill|stop|revoke|grant)([_-]|$)/

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.flatMap((server) => {
    const key = ['autoApprove', 'alwaysAllow', 'trust'].find((name) => server.raw[name] !== undefined) ?? 'autoApprove'
    if (server.autoApproved.includes('*')) return [{ of: server, path: [key], summary: `every tool of MCP server ${server.name} runs without a question`, advice: 'Name the tools that only read.', cause: 'all tools', severity: 1 as const }]
    return server.autoApproved.flatMap((tool, index) => (CHANGES.test(snake(tool)) ? [{ of: server, path: [key, index], summary: `tool ${tool} of MCP server ${server.name} changes something and runs without a question`, advice: 'Take it off the list, so that a person sees each call.', cause: 'a tool that changes something' }] : []))
  })
}

function snake(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

export const mcpToolsAutoApproved: AuditRule = {
  id: 'mcp-tools-auto-approved',
  title: 'Tools that change something and run without a question',
  severity: 2,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['tools that read (get, list, search)', 'a name that contains a verb as a part of a word'],
  prevention: 'Approve reading once and for all, changing one call at a time. A hint of the server that a tool only reads may tighten a rule, never loosen it.',
  sources: [
    { title: 'MCP: tools, user interaction', url: 'https://modelcontextprotocol.io/specification/2025-06-18/server/tools#user-interaction-model' },
    { title: 'Amazon EKS MCP server', url: 'https://github.com/awslabs/mcp/tree/main/src/eks-mcp-server' },
  ],
  reviewBy: '2027-03-31',
}
