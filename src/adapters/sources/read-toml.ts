/** TOML: the settings of Codex, and the MCP servers in them. */

import { parse, TomlError } from 'smol-toml'
import type { FindOffsets } from '../manifests/parse-yaml.ts'
import { readAgentSettings } from './read-agent-settings.ts'
import { readToolServers } from './read-tool-servers.ts'
import type { FoundFile, SourceFile } from './source-file.ts'

export function readToml(file: FoundFile, text: string): SourceFile {
  const base = { path: file.path, source: file.source, syntax: 'toml', objects: [], problems: [] } as const
  try {
    const root = parse(text)
    const others = [...readToolServers(file.source, root), ...readAgentSettings(file.source, root)].map(({ value, path }) => ({ value, path, document: 1, line: 1 }))
    return { ...base, others, unrelated: others.length === 0 }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    return { ...base, others: [], problems: [{ document: 1, line: error.line, message: `is not TOML: ${(error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '')}` }], unrelated: false }
  }
}

/** TOML has no tree with positions here; the line of the table or key that the path names is found by its header. */
export function tomlOffsets(text: string): FindOffsets {
  return (path) => offsetsIn(text, path)
}

function offsetsIn(text: string, path: readonly (string | number)[]): number[] {
  const offsets = [0]
  const names = path.filter((step) => typeof step === 'string')
  for (let length = 1; length <= names.length; length += 1) {
    const header = new RegExp(`^[ \\t]*\\[\\[?${names.slice(0, length).map(quoted).join('\\s*\\.\\s*')}\\]\\]?`, 'm').exec(text)
    const from = header?.index ?? offsets.at(-1) ?? 0
    const key = header === null ? new RegExp(`^[ \\t]*${quoted(names[length - 1] ?? '')}\\s*=`, 'm').exec(text.slice(from)) : null
    if (header !== null) offsets.push(header.index)
    else if (key !== null) offsets.push(from + key.index)
    else break
  }
  return offsets
}

function quoted(name: string): string {
  return `["']?${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']?`
}
