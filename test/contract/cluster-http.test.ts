/**
 * The contract of the cluster port, over the Kubernetes adapter speaking HTTP to the twin: what the adapter sends and
 * what the twin's server answers are held to the same cases as each alone.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { systemClock, type Clock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { writeKubeconfig } from '../../src/twin/http/kubeconfig.ts'
import { serveTwin } from '../../src/twin/http/serve-twin.ts'
import { createTwin } from '../../src/twin/twin.ts'
import { contractNodes } from './cluster-arena.ts'
import { clusterContract } from './cluster-contract.ts'

clusterContract(
  'HTTP',
  async () => {
    const twin = createTwin({ seed: 1, startMs: Date.parse('2026-01-01T00:00:00Z'), version: { major: 1, minor: 36, gitVersion: 'v1.36.0' }, objects: contractNodes() })
    twin.advance(30_000)
    const served = await serveTwin({ twin, log: silentLog() })
    const folder = mkdtempSync(join(tmpdir(), 'boyd-contract-'))
    const kubeconfigFile = join(folder, 'kubeconfig')
    writeKubeconfig(kubeconfigFile, served)
    const clock = systemClock()
    return {
      cluster: await connectKubernetes({ kubeconfigFile, clock, log: silentLog() }),
      clock: alsoOnTheWall(twin.clock, clock),
      stop: async () => {
        await served.stop()
        rmSync(folder, { recursive: true })
      },
    }
  },
  { sideBySide: false },
)

/** Virtual time costs nothing, but what travels over a socket needs a moment of the wall. */
function alsoOnTheWall(virtual: Clock, wall: Clock): Clock {
  return {
    ...virtual,
    sleep: async (durationMs, options) => {
      await virtual.sleep(durationMs, options)
      await wall.sleep(2)
    },
  }
}
