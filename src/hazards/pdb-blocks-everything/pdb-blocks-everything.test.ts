import { expect, test } from 'vitest'
import { container, deployment, object, running, viewOf, crashed } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { pdbBlocksEverything } from './pdb-blocks-everything.ts'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'

const budget = (spec: object, status: object = { disruptionsAllowed: 0 }) => object('policy/v1', 'PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: { app: 'web' } }, ...spec }, status })
const web = deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [running, running] })

test.each([
  { name: 'asks for as many as there are', view: viewOf([web, budget({ minAvailable: 2 })]), want: [{ subject: 'PodDisruptionBudget shop/b', plans: [['scale Deployment shop/web 2 → 3'], ['patch PodDisruptionBudget shop/b']] }] },
  { name: 'lets nobody go', view: viewOf([web, budget({ maxUnavailable: 0 })]), want: [{ subject: 'PodDisruptionBudget shop/b', plans: [['patch PodDisruptionBudget shop/b']] }] },
  { name: 'look-alike: blocked because a pod is not ready', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [running, crashed({ exitCode: 1 })] }), budget({ minAvailable: 1 })]), want: [] },
  { name: 'look-alike: guards nothing', view: viewOf([budget({ minAvailable: 2 })]), want: [] },
  { name: 'look-alike: leaves room', view: viewOf([web, budget({ minAvailable: 1 }, { disruptionsAllowed: 1 })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(pdbBlocksEverything, view)).toEqual(want))

const asks = (spec: object) => object('policy/v1', 'PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: { app: 'web' } }, ...spec } })

test.each([
  { name: 'as many as there will be', objects: [workload(oneContainer(), { replicas: 2 }), asks({ minAvailable: 2 })], want: ['PodDisruptionBudget b spec.minAvailable'] },
  { name: 'one, of one', objects: [workload(oneContainer()), asks({ minAvailable: 1 })], want: ['PodDisruptionBudget b spec.minAvailable'] },
  { name: 'nobody may go', objects: [workload(oneContainer(), { replicas: 3 }), asks({ maxUnavailable: 0 })], want: ['PodDisruptionBudget b spec.maxUnavailable'] },
  { name: 'all of them, as a share', objects: [workload(oneContainer(), { replicas: 3 }), asks({ minAvailable: '100%' })], want: ['PodDisruptionBudget b spec.minAvailable'] },
  { name: 'good', objects: [workload(oneContainer(), { replicas: 3 }), asks({ minAvailable: 2 })], want: [] },
  { name: 'look-alike: an autoscaler keeps more', objects: [workload(oneContainer()), asks({ minAvailable: 2 }), object('autoscaling/v2', 'HorizontalPodAutoscaler', 'h', { spec: { minReplicas: 3, maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } } })], want: [] },
  { name: 'look-alike: it guards what was not scanned', objects: [asks({ minAvailable: 2 })], want: [] },
])('in files: $name', ({ objects, want }) => expect(fieldsFound(pdbBlocksEverything, { objects })).toEqual(want))
