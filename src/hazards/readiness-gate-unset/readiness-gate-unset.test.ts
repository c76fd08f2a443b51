import { expect, test } from 'vitest'
import { ago, container, deployment, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { readinessGateUnset } from './readiness-gate-unset.ts'

const gated = { ...container(), readinessGates: [{ conditionType: 'lb.test/healthy' }] }
const waits = (more: readonly object[] = [], ready = true, minutes = 15): PodDraft => ({ state: { ready, state: { running: { startedAt: ago(minutes) } } }, status: { conditions: [{ type: 'ContainersReady', status: 'True', lastTransitionTime: ago(minutes) }, { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady' }, ...more] } })
const one = (pod: PodDraft) => deployment('w', { revisions: [{ spec: gated, minutes: 90 }], pods: [pod] })

test.each([
  { name: 'nobody sets it', view: viewOf(one(waits())), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'its controller says no', view: viewOf(one(waits([{ type: 'lb.test/healthy', status: 'False', message: 'target is draining' }]))), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'it came with the rollout: back', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }, { spec: gated, minutes: 20 }], pods: [waits()] })), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'good', view: viewOf(one(running)), want: [] },
  { name: 'look-alike: a container that is not ready itself', view: viewOf(one(waits([], false))), want: [] },
  { name: 'look-alike: a gate that has waited for a few minutes', view: viewOf(one(waits([], true, 2))), want: [] },
  { name: 'look-alike: a gate that is set', view: viewOf(one(waits([{ type: 'lb.test/healthy', status: 'True' }]))), want: [] },
])('$name', ({ view, want }) => expect(seenBy(readinessGateUnset, view)).toEqual(want))
