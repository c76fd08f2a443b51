/** A Corefile read as far as it matters here: server blocks, their plugins, and which of them answer for cluster names. */

export interface Fault {
  readonly what: 'catches' | 'no-kubernetes' | 'loops'
  readonly text: string
  readonly words: string
  /** From 1; the last line of the block. */
  readonly line: number
  readonly endLine: number
}

interface Plugin {
  readonly words: readonly string[]
  readonly body: readonly string[]
  readonly line: number
  readonly endLine: number
}

interface Server {
  readonly zones: readonly string[]
  readonly plugins: readonly Plugin[]
  readonly line: number
}

const CLUSTER_DOMAIN = 'cluster.local'

/** What is wrong with it, the surest first; empty for a file that resolves cluster names. */
export function faultsIn(text: string): Fault[] {
  const servers = readServers(text.split('\n'))
  const plugins = servers.flatMap((server) => server.plugins)
  const caught = plugins.filter(catchesCluster).map((plugin): Fault => ({ what: 'catches', text: `${plugin.words[0] ?? ''} answers for names of the cluster`, words: plugin.words.join(' '), line: plugin.line, endLine: plugin.endLine }))
  const looping = plugins.filter(forwardsToItself).map((plugin): Fault => ({ what: 'loops', text: 'it forwards to itself', words: plugin.words.join(' '), line: plugin.line, endLine: plugin.endLine }))
  return [...caught, ...looping, ...withoutKubernetes(servers)]
}

/** The text without these lines, counted from 1. */
export function without(text: string, from: number, to: number): string {
  return text.split('\n').filter((_, index) => index + 1 < from || index + 1 > to).join('\n')
}

/** The kubernetes plugin must be there for the cluster's domain, whatever it is called: the default says which. */
function withoutKubernetes(servers: readonly Server[]): Fault[] {
  const root = servers.find((server) => server.zones.some((zone) => /^\.(:\d+)?$/.test(zone)))
  const served = servers.flatMap((server) => server.plugins).some((plugin) => plugin.words[0] === 'kubernetes')
  return root === undefined || served ? [] : [{ what: 'no-kubernetes', text: 'no kubernetes block serves the cluster\'s names', words: root.zones.join(' '), line: root.line, endLine: root.line }]
}

function catchesCluster({ words, body }: Plugin): boolean {
  const [name, ...rest] = words
  const all = [...rest, ...body.flatMap((line) => line.split(/\s+/))].join(' ').replaceAll('\\', '')
  if (name === 'template') return (all.includes(CLUSTER_DOMAIN) || /\bsvc\b/.test(all)) && /NXDOMAIN|SERVFAIL|REFUSED|answer/i.test(all)
  if (name === 'rewrite') return new RegExp(`${CLUSTER_DOMAIN}\\s+\\S+`).test(all) && !all.trimEnd().endsWith(CLUSTER_DOMAIN) && !new RegExp(`answer .*${CLUSTER_DOMAIN}`).test(all)
  return name === 'hosts' && body.some((line) => /^\d/.test(line.trim()) && line.includes(`.${CLUSTER_DOMAIN}`))
}

function forwardsToItself({ words }: Plugin): boolean {
  return words[0] === 'forward' && words[1] === '.' && words.slice(2).some((target) => /^(127\.|::1|localhost)/.test(target))
}

function readServers(lines: readonly string[]): Server[] {
  const servers: Server[] = []
  let at = 0
  while (at < lines.length) {
    const line = plain(lines[at])
    const end = line.endsWith('{') ? blockEnd(lines, at) : at
    if (line.endsWith('{')) servers.push({ zones: line.slice(0, -1).trim().split(/[\s,]+/), plugins: readPlugins(lines, at + 1, end), line: at + 1 })
    at = end + 1
  }
  return servers
}

function readPlugins(lines: readonly string[], from: number, to: number): Plugin[] {
  const plugins: Plugin[] = []
  let at = from
  while (at < to) {
    const line = plain(lines[at])
    const end = line.endsWith('{') ? blockEnd(lines, at) : at
    if (line !== '') plugins.push({ words: line.replace(/\{$/, '').trim().split(/\s+/), body: lines.slice(at + 1, end).map(plain), line: at + 1, endLine: end + 1 })
    at = end + 1
  }
  return plugins
}

function plain(line: string | undefined): string {
  return (line ?? '').replace(/#.*$/, '').trim()
}

/** Index of the line that closes the block opened at `from`. */
function blockEnd(lines: readonly string[], from: number): number {
  let depth = 0
  for (let at = from; at < lines.length; at += 1) {
    const line = plain(lines[at])
    depth += line.endsWith('{') ? 1 : line === '}' ? -1 : 0
    if (depth === 0) return at
  }
  return lines.length - 1
}
