/** A tool without a description, or with arguments of no type: the model has to guess, and guesses. */

import type { AuditFinding, AuditView, ToolServer } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'
import type { AuditRule } from '../../model/hazard.ts'

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.flatMap((server) => server.tools.flatMap((tool, index) => faultsOf(tool).map((fault) => ({ of: server, path: ['tools', index], summary: `tool ${nameOf(tool)} of MCP server ${server.name} ${fault}`, advice: 'Describe the tool and each argument, with types, and name what it may change in its annotations.' }))))
}

function faultsOf(tool: ToolServer['tools'][number]): string[] {
  if (!isRecord(tool) || typeof tool['name'] !== 'string') return []
  const schema = tool['inputSchema'] ?? tool['input_schema'] ?? tool['parameters']
  const properties = isRecord(schema) && isRecord(schema['properties']) ? Object.entries(schema['properties']) : []
  const untyped = properties.filter(([, property]) => isRecord(property) && ['type', 'enum', 'anyOf', 'oneOf', 'allOf', '$ref', 'const'].every((key) => property[key] === undefined)).map(([name]) => name)
  return [...(typeof tool['description'] === 'string' && tool['description'].trim().length >= 10 ? [] : ['has no description']), ...(untyped.length > 0 ? [`takes ${untyped.join(', ')} of no type`] : [])]
}

function nameOf(tool: unknown): string {
  return isRecord(tool) ? String(tool['name']) : ''
}

export const mcpToolSchema: AuditRule = {
  id: 'mcp-tool-schema',
  title: 'A tool whose use has to be guessed',
  severity: 4,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['a tool without arguments', 'an argument with an enumeration and no type'],
  prevention: 'Types and a sentence for each tool and argument.',
  sources: [{ title: 'MCP: tools, data types', url: 'https://modelcontextprotocol.io/specification/2025-06-18/server/tools#data-types' }],
  reviewBy: '2027-03-31',
}
