import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { replicasNotSpread } from './replicas-not-spread.ts'

const own = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'kubernetes.io/hostname' }
const other = { ...own, labelSelector: { matchLabels: { app: 'api' } } }
const field = ['Deployment web spec.template.spec']

test.each([
  { name: 'nothing', spec: {}, want: field },
  { name: 'a constraint over other pods', spec: { topologySpreadConstraints: [{ ...other, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }] }, want: field },
  { name: 'good: a constraint', spec: { topologySpreadConstraints: [{ ...own, maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway' }] }, want: [] },
  { name: 'good: required anti-affinity', spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [own] } } }, want: [] },
  { name: 'look-alike: preferred anti-affinity', spec: { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: own }] } } }, want: [] },
])('$name', ({ spec, want }) => expect(fieldsFound(replicasNotSpread, { objects: [workload(oneContainer({}, spec), { replicas: 2 })] })).toEqual(want))

test('look-alike: a single replica', () => expect(fieldsFound(replicasNotSpread, { objects: [workload(oneContainer())] })).toEqual([]))
