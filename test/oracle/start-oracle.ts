/**
 * Starts a real control plane with fake nodes for a test (oracle/README.md), and talks to its control door. The
 * process ends with `stop`, and with the test process: it watches its stdin.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { World } from '../../src/model/world.ts'
import { oracleBinary } from '../../scripts/oracle-binary.ts'
import { toldWorld } from './told-world.ts'
import { connectDoor, type ControlDoor } from './control-door.ts'

const START_TIMEOUT_MS = 120_000
/** Longer than the oracle gives itself; after that it is killed, and its parts end with it. */
const STOP_TIMEOUT_MS = 25_000

export interface OracleOptions {
  readonly world?: World
  /** Node objects to begin with; the world's pools are filled where this is absent. */
  readonly nodes?: readonly object[]
  /** Divides all durations of nodes and pods; 1 is real time. */
  readonly speed?: number
}

export interface Oracle extends ControlDoor {
  readonly kubeconfigFile: string
  readonly version: string
  readonly processId: number
  stop(): Promise<void>
}

interface Ready {
  readonly kubeconfig: string
  readonly controlUrl: string
  readonly token: string
  readonly version: string
}

export async function startOracle(options: OracleOptions): Promise<Oracle> {
  const inputs = mkdtempSync(join(tmpdir(), 'boyd-oracle-inputs-'))
  const child = spawn(builtBinary(), argumentsFor(options, inputs), { stdio: ['pipe', 'pipe', 'pipe'] })
  const complaints: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => complaints.push(line))
  try {
    const ready = await readyLine(child)
    const door = connectDoor({ url: ready.controlUrl, token: ready.token })
    return { kubeconfigFile: ready.kubeconfig, version: ready.version, processId: child.pid ?? -1, ...door, stop: () => stop(child) }
  } catch (error) {
    await stop(child)
    throw new Error(`the oracle did not start: ${complaints.slice(-20).join('\n')}`, { cause: error })
  } finally {
    rmSync(inputs, { recursive: true, force: true })
  }
}

function builtBinary(): string {
  const binary = oracleBinary()
  if (binary === undefined || !existsSync(binary)) throw new Error('the oracle is not built; run scripts/oracle-build.ts')
  return binary
}

function argumentsFor({ world, nodes, speed = 1 }: OracleOptions, folder: string): string[] {
  const given = { world: world === undefined ? undefined : toldWorld(world), nodes }
  const files = Object.entries(given).flatMap(([name, value]) => {
    if (value === undefined) return []
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify(value))
    return [`--${name}`, file]
  })
  return ['--speed', String(speed), ...files]
}

async function readyLine(child: ChildProcess): Promise<Ready> {
  if (child.stdout === null) throw new Error('the oracle has no stdout')
  const lines = createInterface({ input: child.stdout })
  return await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('it was not ready in time')), START_TIMEOUT_MS)
    timer.unref()
    lines.once('line', (line) => resolve(JSON.parse(line) as Ready))
    child.once('exit', (code) => reject(new Error(`it ended with ${code}`)))
    child.once('error', reject)
  })
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  child.stdin?.end()
  await ended
  clearTimeout(timer)
}
