/** The MCP servers that a client's configuration names. All clients share the entry and differ in the key above it. */

import type { FieldPath, ToolServer } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'

/** Where clients keep them: most of them, VS Code's `mcp.json`, VS Code's settings, Zed. */
const PLACES: readonly FieldPath[] = [['mcpServers'], ['servers'], ['mcp', 'servers'], ['context_servers'], ['mcp_servers'], ['projects']]

export interface Located<T> {
  readonly value: T
  readonly path: FieldPath
}

export function readToolServers(file: string, root: Readonly<Record<string, unknown>>): Located<ToolServer>[] {
  return PLACES.flatMap((place) => {
    const map = place.reduce<unknown>((value, key) => (isRecord(value) ? value[key as string] : undefined), root)
    if (!isRecord(map)) return []
    if (place[0] === 'projects') return Object.entries(map).flatMap(([name, project]) => (isRecord(project) ? readToolServers(file, project).map(({ value, path }) => ({ value, path: ['projects', name, ...path] })) : []))
    return Object.entries(map).flatMap(([name, entry]) => (isRecord(entry) && isServer(entry) ? [{ value: toServer(file, name, entry), path: [...place, name] }] : []))
  })
}

/** `servers` is a common word; an entry of ours starts a program or names an address. */
function isServer(entry: Readonly<Record<string, unknown>>): boolean {
  return typeof entry['command'] === 'string' || isRecord(entry['command']) || ['url', 'serverUrl', 'httpUrl'].some((key) => typeof entry[key] === 'string' && /^(https?|wss?):/.test(entry[key]))
}

function toServer(file: string, name: string, entry: Readonly<Record<string, unknown>>): ToolServer {
  const nested = isRecord(entry['command']) ? entry['command'] : entry
  const command = textOf(nested['command']) ?? textOf(nested['path'])
  const url = textOf(entry['url']) ?? textOf(entry['serverUrl']) ?? textOf(entry['httpUrl'])
  const transport = textOf(entry['transport']) ?? textOf(entry['type'])
  return {
    type: 'tool-server',
    file,
    name,
    ...(command === undefined ? {} : { command }),
    args: textsOf(nested['args']),
    env: textMap(nested['env']),
    ...(url === undefined ? {} : { url }),
    headers: textMap(entry['headers'] ?? entry['http_headers']),
    ...(transport === undefined ? {} : { transport }),
    autoApproved: [...new Set([...textsOf(entry['autoApprove']), ...textsOf(entry['alwaysAllow']), ...(entry['trust'] === true ? ['*'] : [])])],
    tools: Array.isArray(entry['tools']) ? entry['tools'] : [],
    raw: entry,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function textMap(value: unknown): Record<string, string> {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (typeof item === 'string' ? [[key, item]] : []))) : {}
}
