/** The contract of the HTTP API, over the twin's door, on the wall's clock. */

import { join } from 'node:path'
import { startServedTwin } from '../../src/twin/http/served-twin-bed.ts'
import { openDoor } from './api-arena.ts'
import { apiContract } from './api-contract.ts'

apiContract('the twin', async () => {
  const bed = await startServedTwin()
  return { ...openDoor(join(bed.folder, 'kubeconfig')), stop: bed.stop }
})
