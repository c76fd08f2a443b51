/** The contract of the HTTP API, over a real API server. */

import { startOracle } from '../oracle/start-oracle.ts'
import { openDoor } from '../contract/api-arena.ts'
import { apiContract } from '../contract/api-contract.ts'

apiContract('a real control plane', async () => {
  const oracle = await startOracle({ nodes: [] })
  return { ...openDoor(oracle.kubeconfigFile), stop: () => oracle.stop() }
})
