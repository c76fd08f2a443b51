/**
 * Reading and diagnosing a folder of 5,000 nodes and 150,000 pods with a handful of incidents in it, as
 * `boyd diagnose --from DIR` does. Usage: npm run bench:diagnose [-- --nodes N --pods N]
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadFolder } from '../../src/adapters/manifests/load-folder.ts'
import { diagnoseSnapshot } from '../../src/app/use-cases/offline.ts'
import { subjectText } from '../../src/model/kube-object.ts'
import { INCIDENTS, writeCluster } from './large-cluster.ts'
import { report } from './report.ts'

const { values } = parseArgs({ options: { nodes: { type: 'string', default: '5000' }, pods: { type: 'string', default: '150000' } } })
const size = { nodes: Number(values.nodes), pods: Number(values.pods) }
const folder = mkdtempSync(join(tmpdir(), 'boyd-large-'))
try {
  await measure()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function measure(): Promise<void> {
  const written = writeCluster(folder, size)
  const cpuBefore = process.cpuUsage()
  const started = performance.now()
  const snapshot = await loadFolder(folder)
  const readMs = performance.now() - started
  const { diagnosis, plans } = diagnoseSnapshot(snapshot, [])
  const totalMs = performance.now() - started
  const cpu = process.cpuUsage(cpuBefore)
  const found = diagnosis.hypotheses.map((hypothesis) => `${hypothesis.hazard} on ${subjectText(hypothesis.subject)}`)
  console.log(`${written.objects} objects, ${Math.round(written.bytes / 1_048_576)} MiB of JSON; found: ${found.join('; ')}; ${plans.length} plans`)
  const missed = missing(found)
  if (missed.length > 0) throw new Error(`not found: ${missed.join(', ')}`)
  report('diagnose', [
    { name: 'read the folder', value: readMs / 1_000, unit: 's' },
    { name: 'diagnose', value: (totalMs - readMs) / 1_000, unit: 's' },
    { name: 'read and diagnose', value: totalMs / 1_000, unit: 's', goal: 15 },
    // On a machine that others use, this says what the work itself takes.
    { name: 'processor time of it', value: (cpu.user + cpu.system) / 1_000_000, unit: 's' },
    { name: 'pods a second', value: size.pods / (totalMs / 1_000), unit: 'pods/s' },
    { name: 'memory of the process', value: process.memoryUsage().rss / 1_048_576, unit: 'MiB' },
    { name: 'memory, as a multiple of the JSON', value: process.memoryUsage().rss / written.bytes, unit: 'x' },
  ])
}

/** Speed costs no sight: each incident that this size holds must be told. */
function missing(found: readonly string[]): string[] {
  const apps = size.pods / 25
  const expected = [
    ...(INCIDENTS.badImage < apps ? [`app-${INCIDENTS.badImage}`] : []),
    ...(INCIDENTS.outOfMemory < apps ? [`app-${INCIDENTS.outOfMemory}`] : []),
    ...(INCIDENTS.storeDown < apps ? [`app-${INCIDENTS.storeDown}`] : []),
    ...(size.nodes > 77 ? [INCIDENTS.nodeLost] : []),
  ]
  return expected.filter((name) => !found.some((text) => text.endsWith(`/${name}`) || text.endsWith(` ${name}`)))
}
