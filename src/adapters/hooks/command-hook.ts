/**
 * A hook that is a program: JSON on standard input, the answer on standard output. Exit code 0 is an answer, 2 is a no
 * with the reason on standard error, anything else is a crash. Started by its path, without a shell, with an environment
 * that holds none of our secrets; at the deadline it ends with everything it started.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { digestOf } from '../../kernel/canonical-json.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { HookAnswer, HookCall } from '../../ports/hooks.ts'

export interface CommandHookOptions {
  /** Absolute path of an executable. */
  readonly command: string
  readonly args: readonly string[]
  readonly timeoutMs: number
  readonly cwd: string
  readonly clock: Pick<Clock, 'after'>
  /** What the file was when the policies were loaded; another file is another hook. */
  digest(): string | undefined
}

const OUTPUT_BYTES_MAX = 65_536

/** The exit code by which hooks of coding agents say no. */
const EXIT_BLOCKED = 2

export function commandHook(options: CommandHookOptions): HookCall {
  return async (input) => {
    const changed = whyChanged(options)
    return changed === undefined ? run(options, JSON.stringify(input)) : { type: 'broken', reason: changed }
  }
}

function whyChanged({ command, digest }: CommandHookOptions): string | undefined {
  try {
    return digestOf(readFileSync(command)) === digest() ? undefined : 'it is not the file that the policies were loaded with'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function run(options: CommandHookOptions, input: string): Promise<HookAnswer> {
  const { command, args, timeoutMs, cwd, clock } = options
  return new Promise((resolve) => {
    const child = spawn(command, [...args], { cwd, shell: false, detached: true, stdio: ['pipe', 'pipe', 'pipe'], env: cleanEnvironment() })
    const output = collect(child, () => settle({ type: 'broken', reason: `it says more than ${OUTPUT_BYTES_MAX} bytes` }))
    const settle = (answer: HookAnswer): void => {
      cancel()
      endGroup(child)
      resolve(answer)
    }
    const cancel = clock.after(timeoutMs, () => settle({ type: 'broken', reason: `no answer in ${timeoutMs / 1000} s` }))
    child.once('error', (error) => settle({ type: 'broken', reason: error.message }))
    child.once('close', (code, signal) => settle(answerOf({ code, signal, ...output() })))
    // A hook that has decided without reading is within its rights.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

function answerOf(ended: { readonly code: number | null; readonly signal: string | null; readonly out: string; readonly err: string }): HookAnswer {
  if (ended.code === 0) return { type: 'answered', text: ended.out }
  if (ended.code === EXIT_BLOCKED) return { type: 'blocked', reason: ended.err }
  const how = ended.code === null ? `ended by ${ended.signal ?? 'a signal'}` : `exit code ${ended.code}`
  return { type: 'broken', reason: ended.err.trim() === '' ? how : `${how}: ${ended.err}` }
}

function collect(child: ChildProcess, onTooMuch: () => void): () => { readonly out: string; readonly err: string } {
  const chunks: Record<'out' | 'err', Buffer[]> = { out: [], err: [] }
  let bytes = 0
  const take = (into: Buffer[]) => (chunk: Buffer) => {
    bytes += chunk.byteLength
    if (bytes > OUTPUT_BYTES_MAX) onTooMuch()
    else into.push(chunk)
  }
  child.stdout?.on('data', take(chunks.out))
  child.stderr?.on('data', take(chunks.err))
  return () => ({ out: Buffer.concat(chunks.out).toString('utf8'), err: Buffer.concat(chunks.err).toString('utf8') })
}

/** The hook leads a process group of its own, so its children end with it. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}

/** Tokens and database addresses are in ours. */
function cleanEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'TZ']
  return Object.fromEntries(kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}
