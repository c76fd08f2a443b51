/**
 * A long `kind: List` as kubectl writes it, item by item, so that a dump of a cluster takes the room of its largest object and not
 * eighty times its own. The shape is told by the text: `items:` at the start of a line, and items at one indentation.
 */

import { isRecord } from '../../kernel/json.ts'
import { parseYaml, type ParsedYaml } from './parse-yaml.ts'

/** Undefined where it is no such list, or an item speaks of an anchor elsewhere: then all of it is read at once, or refused. */
export function parseLongList(text: string): ParsedYaml | undefined {
  if (!/^items:[ \t\r]*$/m.test(text) || !/^kind: *\w*List\b/m.test(text)) return undefined
  const lines = text.split('\n')
  const at = lines.findIndex((line) => /^items:\s*$/.test(line))
  const indent = /^( *)- /.exec(lines[at + 1] ?? '')?.[1]
  if (at < 0 || indent === undefined) return undefined
  const end = endOfItems(lines, at + 1, indent)
  const around = parseYaml([...lines.slice(0, at), ...lines.slice(end)].join('\n'))
  if (around.type !== 'value' || !isRecord(around.value) || !String(around.value['kind']).endsWith('List')) return undefined
  const items: unknown[] = []
  for (let start = at + 1; start < end; ) {
    const next = nextItem(lines, start + 1, end, indent)
    const parsed = parseYaml(lines.slice(start, next).join('\n'))
    if (parsed.type === 'malformed') return /alias|anchor/i.test(parsed.reason) ? undefined : { ...parsed, line: parsed.line + start }
    if (parsed.type === 'refused') return parsed
    items.push(...(Array.isArray(parsed.value) ? parsed.value : []))
    start = next
  }
  return { type: 'value', value: { ...around.value, items } }
}

/** The next line that begins an item. */
// oxlint-disable-next-line max-params -- a range of lines
function nextItem(lines: readonly string[], from: number, end: number, indent: string): number {
  for (let at = from; at < end; at += 1) if (lines[at]?.startsWith(`${indent}- `) === true) return at
  return end
}

/** The list ends with the next key at the left margin. */
function endOfItems(lines: readonly string[], from: number, indent: string): number {
  const end = lines.findIndex((line, at) => at > from && /^[^\s#]/.test(line) && !line.startsWith(`${indent}- `))
  return end < 0 ? lines.length : end
}
