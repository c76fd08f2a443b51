/** A secret written into the configuration of an MCP client: the file is shared, synchronised, and shown in screenshots. */

import type { AuditFinding, AuditView, FieldPath, ToolServer } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { isPlaceholder, isSecretName, looksLikeToken } from '../shared/secrets.ts'

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.flatMap((server) => secretsIn(server).map(({ path, name }) => ({ of: server, path, summary: `MCP server ${server.name} carries the value of ${name}`, advice: 'Refer to it (${env:NAME}, an input, a keychain), or let the client sign in with OAuth. Then change it: it has been written down.' })))
}

function secretsIn({ env, headers, args, url }: ToolServer): { readonly path: FieldPath; readonly name: string }[] {
  const pairs = [...Object.entries(env).map(([name, value]) => ({ path: ['env', name], name, value })), ...Object.entries(headers).map(([name, value]) => ({ path: ['headers', name], name, value }))]
  const named = pairs.filter(({ name, value }) => isSecret(name, value))
  const words = args.flatMap((word, index) => (isSecretArgument(word, args[index - 1]) ? [{ path: ['args', index], name: 'an argument' }] : []))
  return [...named, ...words, ...(url !== undefined && secretInUrl(url) ? [{ path: ['url'], name: 'its address' }] : [])]
}

function isSecret(name: string, value: string): boolean {
  const bare = value.replace(/^(Bearer|Basic|token)\s+/i, '')
  const authorises = /^(authorization|x-api-key|api-key|x-auth-token|private-token|cookie)$/i.test(name)
  return looksLikeToken(value) || ((authorises || isSecretName(name)) && !isPlaceholder(bare) && bare.length >= 6)
}

/** `--token VALUE`, `--api-key=VALUE`, `postgres://user:password@host`. */
function isSecretArgument(word: string, before: string | undefined): boolean {
  const [flag = '', ...rest] = word.split('=')
  const ofFlag = word.startsWith('--') && rest.length > 0 && isSecret(flag.replace(/^-+/, ''), rest.join('='))
  const afterFlag = before?.startsWith('--') === true && !word.startsWith('-') && isSecret(before.replace(/^-+/, ''), word)
  return looksLikeToken(word) || ofFlag || afterFlag || secretInUrl(word)
}

function secretInUrl(text: string): boolean {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s@/]+)@/i.exec(text)?.[1]
  const query = /[?&](?:api_?key|token|access_token|secret)=([^&\s]+)/i.exec(text)?.[1]
  return [password, query].some((value) => value !== undefined && !isPlaceholder(value))
}

export const mcpSecretInConfig: AuditRule = {
  id: 'mcp-secret-in-config',
  title: 'A secret in the configuration of an MCP client',
  severity: 1,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['a reference that the client fills in (${env:TOKEN}, ${input:token})', 'a variable that names a file', 'a placeholder that a person replaces'],
  prevention: 'Inputs, environment references or OAuth in place of values.',
  sources: [{ title: 'MCP: authorization', url: 'https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization' }],
  reviewBy: '2027-03-31',
}
