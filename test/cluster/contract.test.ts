/** The contract of the cluster port, over a real API server with its controllers and scheduler, and fake nodes. */

import { connectKubernetes } from '../../src/adapters/kubernetes/cluster.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { isReady } from '../../src/model/kube/workload.ts'
import { parseWorld } from '../../src/model/world.ts'
import { clusterContract } from '../contract/cluster-contract.ts'
import { eventually } from '../contract/cluster-arena.ts'
import { startOracle } from '../oracle/start-oracle.ts'

const WORLD = parseWorld({
  pools: [{ name: 'contract', matchLabels: { pool: 'contract' }, size: 3, provisionSeconds: 0, capacity: { cpu: '8', memory: '16Gi', pods: '110' } }],
})

clusterContract(
  'a real control plane',
  async () => {
    const clock = systemClock()
    const oracle = await startOracle({ world: WORLD })
    const cluster = await connectKubernetes({ kubeconfigFile: oracle.kubeconfigFile, clock, log: silentLog() })
    await eventually({ clock }, () => cluster.list({ apiVersion: 'v1', kind: 'Node' }), ({ items }) => items.filter(isReady).length >= 2)
    return { cluster, clock, stop: () => oracle.stop() }
  },
  { sideBySide: true },
)
