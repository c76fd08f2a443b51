import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { node, object } from '../testing/cluster.ts'
import { affinityUnsatisfiable } from './affinity-unsatisfiable.ts'

const term = (app: string, topologyKey = 'kubernetes.io/hostname') => ({ labelSelector: { matchLabels: { app } }, topologyKey })
const required = (kind: string, ...terms: object[]) => oneContainer({}, { affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: terms } } })
const nodes = [node('a'), node('b')]
const other = workload(oneContainer(), { name: 'other' })
const apart = (replicas: number) => workload(required('podAntiAffinity', term('web')), { replicas })

test.each([
  { name: 'beside nobody', objects: [workload(required('podAffinity', term('database'))), other], want: ['beside a pod that does not exist'] },
  { name: 'three apart on two', objects: [apart(3), ...nodes], want: ['apart on too few places'] },
  { name: 'as many as the autoscaler may want', objects: [apart(2), ...nodes, object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'web' } } })], want: ['apart on too few places'] },
  { name: 'good', objects: [apart(2), ...nodes], want: [] },
  { name: 'good: beside one that is there', objects: [workload(required('podAffinity', term('other'))), other], want: [] },
  { name: 'look-alike: beside its own kind', objects: [workload(required('podAffinity', term('web'))), other], want: [] },
  { name: 'look-alike: nothing to count', objects: [apart(9)], want: [] },
  { name: 'look-alike: apart from others', objects: [workload(required('podAntiAffinity', term('noisy')), { replicas: 9 }), ...nodes], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(affinityUnsatisfiable, { objects }).map(({ cause }) => cause)).toEqual(want))
