/** Boyd as its users run it: a child process, its output, its end. */

import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/app/config.ts'

export interface Finished {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
}

/** Halves the second that loading takes. Written by processes that end by themselves, read by those that are killed. */
const COMPILE_CACHE = join(tmpdir(), 'boyd-test-compile-cache')

/** Starts `boyd …` on this very Node. */
export function spawnBoyd(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  return runningOf(spawn(process.execPath, [join(PACKAGE_ROOT, 'src/cli/main.ts'), ...args], { env: environmentOf(environment), stdio: ['ignore', 'pipe', 'pipe'] }))
}

/** `boyd …` with its code loaded; it starts at `go`. */
export function standByBoyd(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Running & { go(): void } {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'standby.ts'), ...args], { env: environmentOf(environment), stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  return { ...runningOf(child), go: () => void child.send('go') }
}

function environmentOf(environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, BOYD_LOG_LEVEL: 'warn', NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment }
}

function runningOf(child: ChildProcess): Running {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')))
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')))
  const finished = new Promise<Finished>((resolve) => {
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }))
  })
  return { child, finished }
}

export function runBoyd(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
  return spawnBoyd(args, environment).finished
}
