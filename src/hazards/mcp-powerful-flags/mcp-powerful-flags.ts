/**
 * Flags with which an MCP server may change a cluster or an account. Its own access level is no security boundary, as the makers
 * of such servers say themselves: what bounds it is the credential that it is given.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'

const FLAGS = /^--?(allow-write|allow-sensitive-data-access|allow-dangerous[\w-]*|dangerously[\w-]*|enable-write|read-?write|no-read-?only|unsafe|disable-auth|no-auth|yolo|allow-all|insecure|skip-auth)(=(true|1))?$/i
const LEVEL = /^--?access-level(=(readwrite|admin))?$/i

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.flatMap((server) =>
    server.args.flatMap((word, index) => {
      const level = LEVEL.exec(word)
      const powerful = FLAGS.test(word) || (level !== null && /^(readwrite|admin)$/i.test(level[2] ?? server.args[index + 1] ?? ''))
      return powerful ? [{ of: server, path: ['args', index], summary: `MCP server ${server.name} is started with ${word}`, advice: 'Leave it out, or give the server a credential that can do no more than it should.' }] : []
    }),
  )
}

export const mcpPowerfulFlags: AuditRule = {
  id: 'mcp-powerful-flags',
  title: 'An MCP server that is allowed to write',
  severity: 3,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['the same flag set to false', 'an access level that only reads'],
  prevention: 'Read-only servers for people; changes through something with a gate, a record and an undo.',
  sources: [
    { title: 'Amazon EKS MCP server: arguments', url: 'https://github.com/awslabs/mcp/tree/main/src/eks-mcp-server' },
    { title: 'AKS-MCP: security', url: 'https://github.com/Azure/aks-mcp' },
  ],
  reviewBy: '2027-03-31',
}
