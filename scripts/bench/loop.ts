/**
 * The loop on the embedded cluster at the speed of the wall clock: from the webhook to the first action, and what a turn
 * costs besides the rehearsals and the waiting. Usage: npm run bench:loop
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/app/config.ts'
import type { LedgerEntry } from '../../src/model/ledger-entry.ts'
import { median, report } from './report.ts'

const ROUNDS = 3

interface Round {
  readonly toFirstActionMs: number
  readonly turnOverheadMs: number
  readonly rehearsalMs: number
  readonly rssMiB: number
  readonly startMs: number
}

const rounds: Round[] = []
for (let round = 0; round < ROUNDS; round += 1) rounds.push(await play())

report('loop', [
  { name: 'from the webhook to the first action', value: median(rounds.map((round) => round.toFirstActionMs)), unit: 'ms', goal: 5_000 },
  { name: 'rehearsals of the turn', value: median(rounds.map((round) => round.rehearsalMs)), unit: 'ms' },
  { name: 'overhead of the turn, without rehearsals', value: median(rounds.map((round) => round.turnOverheadMs)), unit: 'ms', goal: 1_000 },
  { name: 'from start to ready', value: median(rounds.map((round) => round.startMs)), unit: 'ms', goal: 10_000 },
  { name: 'memory: cluster, engine and server in one process', value: median(rounds.map((round) => round.rssMiB)), unit: 'MiB', goal: 600 },
])

/** The story whose fix needs nobody, in real time; times are those of the ledger. */
async function play(): Promise<Round> {
  const home = mkdtempSync(join(tmpdir(), 'boyd-bench-'))
  const started = performance.now()
  const child = spawn(process.execPath, [join(PACKAGE_ROOT, 'src/cli/main.ts'), 'start', '--story', 'bad-image', '--once', '--yes', '--json', '--speed', '1', '--home', home], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  let startMs = 0
  let rssMiB = 0
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8')
    if (startMs === 0 && output.includes('"event":"started"')) startMs = performance.now() - started
    rssMiB = Math.max(rssMiB, residentMiB(child.pid ?? 0))
  })
  await new Promise((resolve) => child.once('close', resolve))
  rmSync(home, { recursive: true, force: true })
  const entries = output.trim().split('\n').map((line) => JSON.parse(line) as Partial<LedgerEntry>).filter((entry): entry is LedgerEntry => entry.seq !== undefined)
  return { ...timesOf(entries), rssMiB, startMs }
}

function timesOf(entries: readonly LedgerEntry[]): Pick<Round, 'toFirstActionMs' | 'turnOverheadMs' | 'rehearsalMs'> {
  const at = (type: LedgerEntry['type'], which: 'first' | 'last' = 'first'): number => {
    const found = entries.filter((entry) => entry.type === type)
    return Date.parse((which === 'first' ? found[0] : found.at(-1))?.at ?? '')
  }
  const toFirstActionMs = at('step-started') - at('incident-opened')
  const rehearsalMs = at('plan-rehearsed', 'last') - at('plan-proposed', 'last')
  return { toFirstActionMs, rehearsalMs, turnOverheadMs: toFirstActionMs - rehearsalMs }
}

/** From the kernel, where there is /proc; 0 elsewhere. */
function residentMiB(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
