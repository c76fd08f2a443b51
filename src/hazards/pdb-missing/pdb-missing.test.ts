import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { pdbMissing } from './pdb-missing.ts'

const budget = (selector: object | undefined) => object('policy/v1', 'PodDisruptionBudget', 'b', { spec: { maxUnavailable: 1, ...(selector === undefined ? {} : { selector }) } })
const web = workload(oneContainer(), { replicas: 3 })
const field = ['Deployment web spec.replicas']

test.each([
  { name: 'none', objects: [web], want: field },
  { name: 'one for other pods', objects: [web, budget({ matchLabels: { app: 'api' } })], want: field },
  { name: 'one without a selector guards nothing', objects: [web, budget(undefined)], want: field },
  { name: 'good', objects: [web, budget({ matchLabels: { app: 'web' } })], want: [] },
  { name: 'look-alike: a single replica', objects: [workload(oneContainer(), { replicas: 1 })], want: [] },
  { name: 'look-alike: a DaemonSet', objects: [workload(oneContainer(), { kind: 'DaemonSet' })], want: [] },
  { name: 'look-alike: guards the whole namespace', objects: [web, budget({})], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(pdbMissing, { objects })).toEqual(want))
