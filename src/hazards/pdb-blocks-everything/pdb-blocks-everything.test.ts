import { expect, test } from 'vitest'
import { container, deployment, object, running, viewOf, crashed } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { pdbBlocksEverything } from './pdb-blocks-everything.ts'

const budget = (spec: object, status: object = { disruptionsAllowed: 0 }) => object('policy/v1', 'PodDisruptionBudget', 'b', { spec: { selector: { matchLabels: { app: 'web' } }, ...spec }, status })
const web = deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [running, running] })

test.each([
  { name: 'asks for as many as there are', view: viewOf([web, budget({ minAvailable: 2 })]), want: [{ subject: 'PodDisruptionBudget shop/b', plans: [['scale Deployment shop/web 2 → 3'], ['patch PodDisruptionBudget shop/b']] }] },
  { name: 'lets nobody go', view: viewOf([web, budget({ maxUnavailable: 0 })]), want: [{ subject: 'PodDisruptionBudget shop/b', plans: [['patch PodDisruptionBudget shop/b']] }] },
  { name: 'look-alike: blocked because a pod is not ready', view: viewOf([deployment('web', { revisions: [{ spec: container(), minutes: 900 }], pods: [running, crashed({ exitCode: 1 })] }), budget({ minAvailable: 1 })]), want: [] },
  { name: 'look-alike: guards nothing', view: viewOf([budget({ minAvailable: 2 })]), want: [] },
  { name: 'look-alike: leaves room', view: viewOf([web, budget({ minAvailable: 1 }, { disruptionsAllowed: 1 })]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(pdbBlocksEverything, view)).toEqual(want))
