/**
 * The demo: an embedded cluster, and the whole product over it, in a home folder of its own that the next demo
 * clears away. What a newcomer sees here is what `serve` does; only the clock is faster.
 */

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { evaluateCondition } from '../audit/conditions.ts'
import { detectHazard } from '../loop/detect-hazard.ts'
import { takeSnapshot } from '../loop/take-snapshot.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Principal } from '../model/principal.ts'
import { readSettings } from './settings/settings.ts'
import { operatorPrincipal } from './auth/operator.ts'
import type { Config } from './config.ts'
import { startEmbeddedCluster, type EmbeddedCluster } from './embedded-cluster.ts'
import type { Stage } from './story/set-stage.ts'
import { startApp, type App } from './start-app.ts'
import { operatorToken } from './token.ts'

export interface Demo {
  readonly embedded: EmbeddedCluster
  readonly app: App
  readonly home: string
  readonly token: string
  /** Who plays it: the owner of this machine's Boyd. */
  readonly operator: Principal
  readonly stage: Omit<Stage, 'onStep'>
  stop(): Promise<void>
}

export async function startDemo(options: { readonly config: Config; readonly factor: number; readonly seed: number; readonly log: Log }): Promise<Demo> {
  const { config, factor, seed, log } = options
  const home = freshHome(config.home)
  const embedded = await startEmbeddedCluster({ home, factor, seed, log })
  const token = operatorToken(home)
  const app = await startApp({
    config: { ...config, home, kubeconfigFile: embedded.kubeconfigFile },
    token,
    clock: embedded.clock,
    clockScale: embedded.clockScale,
    log,
  })
  return {
    embedded,
    app,
    home,
    token,
    operator: operatorPrincipal(readSettings(undefined).auth, systemClock().now()),
    stage: {
      cluster: embedded.cluster,
      control: embedded.control,
      clock: embedded.clock,
      takeSnapshot: () => takeSnapshot({ cluster: embedded.cluster, clock: embedded.clock }),
      holds: (condition, view) => evaluateCondition(condition, { view, detect: detectHazard }).held,
    },
    async stop() {
      await app.stop()
      await embedded.stop()
    },
  }
}

/** A folder for this process; folders of demos whose process is gone are removed. */
function freshHome(home: string): string {
  const demos = join(home, 'demos')
  mkdirSync(demos, { recursive: true })
  for (const name of readdirSync(demos)) {
    if (!isAlive(join(demos, name, 'pid'))) rmSync(join(demos, name), { recursive: true, force: true })
  }
  const own = join(demos, String(process.pid))
  mkdirSync(own, { recursive: true })
  writeFileSync(join(own, 'pid'), String(process.pid))
  return own
}

function isAlive(pidFile: string): boolean {
  if (!existsSync(pidFile)) return false
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 0)
    return true
  } catch {
    return false
  }
}
