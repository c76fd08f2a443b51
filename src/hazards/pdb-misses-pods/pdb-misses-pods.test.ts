import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { pdbMissesPods } from './pdb-misses-pods.ts'

const budget = (name: string, matchLabels: object) => object('policy/v1', 'PodDisruptionBudget', name, { spec: { maxUnavailable: 1, selector: { matchLabels } } })
const web = workload(oneContainer())

test.each([
  { name: 'selects nothing', objects: [web, budget('a', { app: 'wbe' })], want: ['it selects nothing'] },
  { name: 'two over one pod', objects: [web, budget('a', { app: 'web' }), budget('b', {})], want: ['two budgets over one pod'] },
  { name: 'good', objects: [web, budget('a', { app: 'web' })], want: [] },
  { name: 'look-alike: the workload lies elsewhere', objects: [budget('a', { app: 'web' })], want: [] },
  { name: 'look-alike: two over two', objects: [web, workload(oneContainer(), { name: 'api' }), budget('a', { app: 'web' }), budget('b', { app: 'api' })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(pdbMissesPods, { objects }).map(({ cause }) => cause)).toEqual(want))
