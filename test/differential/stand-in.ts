/**
 * A served twin in a process of its own, in the place of the real control plane: shows that the runner compares, and what
 * it notices, where there is no Go. Faster than the wall; ends with its stdin.
 * Usage: node test/differential/stand-in.ts FOLDER FACTOR. Writes FOLDER/kubeconfig, then prints one line.
 */

import { join } from 'node:path'
import { scaledClock } from '../../src/kernel/clock.ts'
import { silentLog } from '../../src/kernel/log.ts'
import { parseWorld } from '../../src/model/world.ts'
import { writeKubeconfig } from '../../src/twin/http/kubeconfig.ts'
import { serveTwin } from '../../src/twin/http/serve-twin.ts'
import { runRealtime } from '../../src/twin/realtime.ts'
import { createTwin } from '../../src/twin/twin.ts'
import { DIFFERENTIAL_WORLD } from './families/workload-objects.ts'
import { TWIN_VERSION } from './sides.ts'

const [folder = '', factor = '1'] = process.argv.slice(2)
const clock = scaledClock({ factor: Number(factor) })
const twin = createTwin({ seed: 2, startMs: clock.now(), version: TWIN_VERSION, world: parseWorld(DIFFERENTIAL_WORLD) })
const live = runRealtime({ twin, clock, factor: Number(factor) })
const served = await serveTwin({ twin, log: silentLog(), beforeRequest: live.catchUp })
writeKubeconfig(join(folder, 'kubeconfig'), served)
process.stdin.resume().once('end', () => process.exit(0))
console.log('ready')
