/**
 * Checkpoints in a branch of a git remote, a commit each, so that the remote's history is theirs. Nothing is checked out: the
 * commits are made from objects in a small repository of Boyd's own, and pushed without force, so a branch that somebody
 * else moved is refused and not overwritten.
 */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { fault } from '../../kernel/fault.ts'
import type { Anchor } from '../../ports/anchor.ts'
import { plainAddress } from './plain-address.ts'

const GIT_TIMEOUT_MS = 12_000
const FILE = 'checkpoint'

/** Nobody is there to answer a question, and only transports that fetch over a network or a path are allowed. */
const ENVIRONMENT = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
  GIT_AUTHOR_NAME: 'boyd',
  GIT_AUTHOR_EMAIL: 'boyd@localhost',
  GIT_COMMITTER_NAME: 'boyd',
  GIT_COMMITTER_EMAIL: 'boyd@localhost',
}

export interface GitAnchorOptions {
  /** A path or an address, as `git push` takes it. */
  readonly remote: string
  readonly branch: string
  /** Boyd's own repository for it; made when it is not there. */
  readonly folder: string
}

export function createGitAnchor({ remote, branch, folder }: GitAnchorOptions): Anchor {
  const git = (args: readonly string[], input = ''): Promise<string> => runGit({ args: ['--git-dir', folder, ...args], input, remote })
  const tip = async (): Promise<string | undefined> => {
    if (!existsSync(folder)) {
      await mkdir(folder, { recursive: true })
      await git(['init', '--quiet', '--bare'])
    }
    const [commit = ''] = (await git(['ls-remote', '--', remote, `refs/heads/${branch}`])).split('\t')
    if (commit === '') return undefined
    await git(['fetch', '--quiet', '--depth=1', '--', remote, `refs/heads/${branch}`])
    return commit
  }
  return {
    name: `git ${plainAddress(remote)} ${branch}`,
    async publish(checkpoint) {
      const parent = await tip()
      const blob = await git(['hash-object', '-w', '--stdin'], checkpoint)
      const tree = await git(['mktree'], `100644 blob ${blob}\t${FILE}\n`)
      const commit = await git(['commit-tree', tree, ...(parent === undefined ? [] : ['-p', parent])], `checkpoint of ${checkpoint.split('\n')[1] ?? ''} lines\n`)
      await git(['push', '--quiet', '--', remote, `${commit}:refs/heads/${branch}`])
    },
    async read() {
      const commit = await tip()
      return commit === undefined ? undefined : `${await git(['cat-file', 'blob', `${commit}:${FILE}`])}\n`
    },
  }
}

/** What it prints, without the last line feed. No shell is in between, so an address is an address and nothing more. */
function runGit({ args, input, remote }: { readonly args: readonly string[]; readonly input: string; readonly remote: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { env: { ...process.env, ...ENVIRONMENT }, stdio: ['pipe', 'pipe', 'pipe'], timeout: GIT_TIMEOUT_MS, killSignal: 'SIGKILL' })
    const [printed, complaint]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk))
    child.stdin.on('error', () => undefined)
    child.once('error', (cause) => reject(faultOf(remote, `git does not run: ${cause.message}`)))
    child.once('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(printed).toString('utf8').replace(/\n$/, ''))
      const [said = ''] = Buffer.concat(complaint).toString('utf8').split('\n')
      reject(faultOf(remote, code === null ? 'git did not answer in time' : said))
    })
    child.stdin.end(input)
  })
}

function faultOf(remote: string, message: string): Error {
  return fault({ code: 'unavailable', operation: 'anchor', subject: plainAddress(remote), message, hint: 'Can Boyd push to that remote, without being asked for a password?' })
}
