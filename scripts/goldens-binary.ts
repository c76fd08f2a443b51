/**
 * The programs that answer with upstream's code (`oracle/goldens`), one a Kubernetes minor: where they lie, how they are
 * built, and how they are asked.
 */

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '../src/kernel/clock.ts'
import type { Minor } from '../test/goldens/golden-file.ts'

const SOURCES = join(import.meta.dirname, '..', 'oracle', 'goldens')
/** The newest minor has the module file of the usual name. */
const FLAGS: Readonly<Record<Minor, readonly string[]>> = { 34: ['-modfile=go-1.34.mod', '-tags=kubernetes1.34'], 35: ['-modfile=go-1.35.mod', '-tags=kubernetes1.35'], 36: [] }
const MODULE: Readonly<Record<Minor, string>> = { 34: 'go-1.34', 35: 'go-1.35', 36: 'go' }

/** `v1.36.3`: the release whose code answers. */
export function releaseOf(minor: Minor): string {
  const release = /k8s\.io\/kubernetes (v\d+\.\d+\.\d+)/.exec(readFileSync(join(SOURCES, `${MODULE[minor]}.mod`), 'utf8'))?.[1]
  if (release === undefined) throw new Error(`${MODULE[minor]}.mod names no version of k8s.io/kubernetes`)
  return release
}

/** Builds the program of a minor unless it lies in the cache; returns its path. Undefined without Go. */
export function goldensBinary(minor: Minor, say: (line: string) => void): string | undefined {
  const go = spawnSync('go', ['version'], { encoding: 'utf8' })
  if (go.status !== 0) return undefined
  const binary = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'boyd', 'goldens', digestOfSources(go.stdout, minor), 'goldens')
  if (existsSync(binary)) return binary
  say(`goldens: compiling upstream's code of ${releaseOf(minor)}; the first time takes minutes`)
  mkdirSync(dirname(binary), { recursive: true })
  const unfinished = `${binary}.${process.pid}`
  const built = spawnSync('go', ['build', '-p', '2', '-trimpath', '-buildvcs=false', '-ldflags=-checklinkname=0', '-mod=readonly', ...FLAGS[minor], '-o', unfinished, '.'], { cwd: SOURCES, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`go build ended with ${built.status ?? 'a signal'}:\n${built.stderr}`)
  renameSync(unfinished, binary)
  return binary
}

function digestOfSources(goVersion: string, minor: Minor): string {
  const hash = createHash('sha256').update(goVersion)
  const files = readdirSync(SOURCES).filter((file) => file.endsWith('.go') || file.startsWith(`${MODULE[minor]}.`))
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(SOURCES, file))).update('\0')
  return hash.digest('hex').slice(0, 24)
}

export interface Upstream {
  /** Rejects, with the question, where the program ends or says nothing for `QUESTION_MS_MAX`. */
  ask(area: string, input: unknown): Promise<unknown>
  stop(): void
}

/** No answer takes seconds; a controller that waits for what never comes would take for ever. */
const QUESTION_MS_MAX = 60_000

/** Starts the program; one question is under way at a time. */
export function askUpstream(binary: string, limitMs = QUESTION_MS_MAX): Upstream {
  const child = spawn(binary, [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async ask(area, input) {
      let isLate = false
      const cancel = systemClock().after(limitMs, () => void (isLate = child.kill('SIGKILL')))
      child.stdin.write(`${JSON.stringify({ area, input })}\n`)
      const line = await lines.next().finally(cancel)
      if (line.done !== true) return JSON.parse(line.value)
      throw new Error(`${isLate ? `no answer within ${limitMs / 1000} s` : 'the program ended'} at a question of ${area}: ${JSON.stringify(input)}`)
    },
    stop: () => void child.stdin.end(),
  }
}
