/**
 * The MCP servers that a client's configuration names. Clients share the entry and differ in the key above it, in whether the servers
 * are a map or a list, and in small words: `serverUrl`, `httpUrl`, `cmd`, `envs`, `environment`, a command as a list.
 */

import type { FieldPath, ToolServer } from '../../model/audit.ts'
import { isRecord } from '../../kernel/json.ts'

/** Where clients keep them: most of them, VS Code's `mcp.json`, its settings and dev containers, Zed, Codex, opencode, Goose. */
const PLACES: readonly FieldPath[] = [['mcpServers'], ['servers'], ['mcp', 'servers'], ['customizations', 'vscode', 'mcp', 'servers'], ['context_servers'], ['mcp_servers'], ['mcp'], ['extensions'], ['projects']]

export interface Located<T> {
  readonly value: T
  readonly path: FieldPath
}

export function readToolServers(file: string, root: Readonly<Record<string, unknown>>): Located<ToolServer>[] {
  return PLACES.flatMap((place) => {
    const map = place.reduce<unknown>((value, key) => (isRecord(value) ? value[key as string] : undefined), root)
    if (Array.isArray(map)) return map.flatMap((entry: unknown, index) => (isRecord(entry) && isServer(entry) ? [{ value: toServer(file, textOf(entry['name']) ?? String(index), entry), path: [...place, index] }] : []))
    if (!isRecord(map)) return []
    if (place[0] === 'projects') return Object.entries(map).flatMap(([name, project]) => (isRecord(project) ? readToolServers(file, project).map(({ value, path }) => ({ value, path: ['projects', name, ...path] })) : []))
    return Object.entries(map).flatMap(([name, entry]) => (isRecord(entry) && isServer(entry) ? [{ value: toServer(file, name, entry), path: [...place, name] }] : []))
  })
}

/** `servers` is a common word; an entry of ours starts a program or names an address. */
function isServer(entry: Readonly<Record<string, unknown>>): boolean {
  return typeof entry['command'] === 'string' || typeof entry['cmd'] === 'string' || isRecord(entry['command']) || isCommandList(entry['command']) || ADDRESSES.some((key) => typeof entry[key] === 'string' && /^(https?|wss?):/.test(entry[key]))
}

const ADDRESSES = ['url', 'serverUrl', 'httpUrl', 'uri']

function isCommandList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string')
}

function toServer(file: string, name: string, entry: Readonly<Record<string, unknown>>): ToolServer {
  const nested = isRecord(entry['command']) ? entry['command'] : entry
  const words = isCommandList(entry['command']) ? entry['command'] : lineWords(nested)
  const command = words[0] ?? textOf(nested['command']) ?? textOf(nested['cmd']) ?? textOf(nested['path'])
  const url = ADDRESSES.map((key) => textOf(entry[key])).find((address) => address !== undefined)
  const transport = textOf(entry['transport']) ?? textOf(entry['type'])
  return {
    type: 'tool-server',
    file,
    name,
    ...(command === undefined ? {} : { command }),
    args: words.length > 0 ? words.slice(1) : textsOf(nested['args']),
    env: textMap(nested['env'] ?? nested['envs'] ?? nested['environment']),
    ...(url === undefined ? {} : { url }),
    headers: textMap(entry['headers'] ?? entry['http_headers']),
    ...(transport === undefined ? {} : { transport }),
    autoApproved: [...new Set([...textsOf(entry['autoApprove']), ...textsOf(entry['alwaysAllow']), ...(entry['trust'] === true ? ['*'] : [])])],
    tools: Array.isArray(entry['tools']) ? entry['tools'] : [],
    raw: entry,
  }
}

/** `command: npx -y server`, where a client takes a whole line; a path with a blank in it is one word. */
function lineWords({ command, args }: Readonly<Record<string, unknown>>): readonly string[] {
  return typeof command === 'string' && args === undefined && /^[\w.-]+\s/.test(command) ? command.trim().split(/\s+/) : []
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
