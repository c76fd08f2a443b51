/** An MCP server that is fetched anew at each start, in whatever version there is then: code with the user's rights that nobody chose. */

import type { AuditFinding, AuditView, ToolServer } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { parseImage } from '../shared/image-name.ts'

function audit({ toolServers }: AuditView): AuditFinding[] {
  return toolServers.flatMap((server) => {
    const found = unpinned(server)
    return found === undefined ? [] : [{ of: server, path: ['args', found.index], summary: `MCP server ${server.name} starts ${found.what} in whatever version is newest`, advice: found.advice }]
  })
}

interface Unpinned {
  readonly index: number
  readonly what: string
  readonly advice: string
}

function unpinned({ command = '', args }: ToolServer): Unpinned | undefined {
  const program = (command.split(/[\\/]/).at(-1) ?? '').replace(/\.(cmd|exe)$/i, '')
  const skip = program === 'cmd' && args[0]?.toLowerCase() === '/c' ? 2 : 0
  const runner = skip === 0 ? program : (args[1] ?? '')
  if (['npx', 'bunx'].includes(runner) || (['pnpm', 'yarn'].includes(runner) && args[skip] === 'dlx')) return nodePackage(args, skip)
  if (runner === 'uvx' || runner === 'pipx') return pythonPackage(args, skip)
  return ['docker', 'podman', 'nerdctl'].includes(runner) && args.includes('run') ? containerImage(args) : undefined
}

function nodePackage(args: readonly string[], skip: number): Unpinned | undefined {
  const index = args.findIndex((word, at) => at >= skip && !word.startsWith('-') && word !== 'dlx')
  const word = args[index]
  if (word === undefined || /^(\.|\/|~|file:|https?:)/.test(word)) return undefined
  const version = /^@?[^@]+@(.+)$/.exec(word)?.[1]
  const exact = version !== undefined && /^\d+\.\d+\.\d+/.test(version)
  return exact ? undefined : { index, what: word, advice: `Name a version: ${word.replace(/(.)@[^@]*$/, '$1')}@1.2.3.` }
}

function pythonPackage(args: readonly string[], skip: number): Unpinned | undefined {
  const from = args.indexOf('--from')
  const index = from >= 0 ? from + 1 : args.findIndex((word, at) => at >= skip && !word.startsWith('-') && word !== 'run')
  const word = args[index]
  if (word === undefined || /^(\.|\/|~)/.test(word)) return undefined
  const exact = /(==|@)\d+\.\d+/.test(word) || /^git\+.*@[0-9a-f]{40}/.test(word)
  return exact ? undefined : { index, what: word, advice: 'Name a version: package==1.2.3 (or package@1.2.3 for uvx).' }
}

/** The first word after `run` that is no flag and no value of one; an image has a slash, a colon or a digest, or is the first bare word. */
function containerImage(args: readonly string[]): Unpinned | undefined {
  const valued = /^(-e|--env|-v|--volume|--mount|--name|--network|--net|-p|--publish|--env-file|-u|--user|-w|--workdir|--entrypoint|--add-host|--platform|--pull|-l|--label)$/
  let index = args.indexOf('run') + 1
  while (index < args.length && args[index]?.startsWith('-') === true) index += valued.test(args[index] ?? '') ? 2 : 1
  const image = parseImage(args[index] ?? '')
  if (image === undefined || image.digest !== undefined) return undefined
  return image.tag === undefined || /^(latest|stable|main|edge)$/.test(image.tag) ? { index, what: args[index] ?? '', advice: 'Name a tag, best with its digest.' } : undefined
}

export const mcpServerUnpinned: AuditRule = {
  id: 'mcp-server-unpinned',
  title: 'An MCP server in whatever version is newest',
  severity: 2,
  appliesTo: ['mcp/Server'],
  audit,
  lookAlikes: ['a program that is installed already', 'a local path', 'an exact version, a commit or a digest'],
  prevention: 'Exact versions, moved by a bot with review.',
  sources: [{ title: 'MCP: security best practices', url: 'https://modelcontextprotocol.io/specification/2025-06-18/basic/security_best_practices' }],
  reviewBy: '2027-03-31',
}
