/**
 * The twin at the official limits of Kubernetes: 5,000 nodes and 150,000 pods, by the product's own paths.
 * Usage: npm run bench:twin [-- --nodes N --pods N --part load|cluster|schedule|real]; 30 pods a node unless said.
 * The part `cluster` begins with all of `load`, which is there for who wants no more; `real` needs Go.
 */

import { parseArgs } from 'node:util'
import { report, type Figure } from './report.ts'
import { realFigures } from './twin/against-the-real.ts'
import { schedulingFigures } from './twin/scheduling.ts'
import { loadingFigures, wholeClusterFigures } from './twin/whole-cluster.ts'

const { values } = parseArgs({ options: { nodes: { type: 'string', default: '5000' }, pods: { type: 'string' }, part: { type: 'string', multiple: true } } })
const PODS_PER_NODE = 30
const nodes = Number(values.nodes)
const size = { nodes, pods: Number(values.pods ?? nodes * PODS_PER_NODE) }

const PARTS: Readonly<Record<string, () => readonly Figure[] | Promise<readonly Figure[]>>> = {
  load: () => loadingFigures(size),
  cluster: () => wholeClusterFigures(size),
  schedule: () => schedulingFigures(size),
  real: realFigures,
}

const figures: Figure[] = []
for (const part of values.part ?? ['cluster', 'schedule', 'real']) {
  const measure = PARTS[part]
  if (measure === undefined) throw new Error(`--part is one of ${Object.keys(PARTS).join(', ')}`)
  figures.push(...(await measure()))
}
// The goals are those of the official limits.
const isWhole = size.nodes >= 5_000 && size.pods >= 150_000
report('twin', isWhole ? figures : figures.map(({ goal: _goal, ...figure }) => figure))
