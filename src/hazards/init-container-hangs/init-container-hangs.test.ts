import { expect, test } from 'vitest'
import { ago, container, deployment, running, viewOf, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { initContainerHangs } from './init-container-hangs.ts'

const prepared = (fields: object = {}) => ({ ...container(), initContainers: [{ name: 'prepare', image: 'i', ...fields }] })
const hangs = (minutes: number): PodDraft => ({ state: { state: { waiting: { reason: 'PodInitializing' } } }, status: { phase: 'Pending', initContainerStatuses: [{ name: 'prepare', image: 'i', imageID: '', ready: false, restartCount: 0, state: { running: { startedAt: ago(minutes) } } }] } })
const one = (pod: PodDraft, spec = prepared()) => deployment('w', { revisions: [{ spec, minutes: 900 }], pods: [pod] })

test.each([
  { name: 'it runs on and on; the rollout brought it', view: viewOf(deployment('w', { revisions: [{ spec: container(), minutes: 900 }, { spec: prepared(), minutes: 20 }], pods: [hangs(19)] })), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'it always was there', view: viewOf(one(hangs(19))), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'good', view: viewOf(one(running)), want: [] },
  { name: 'look-alike: it has just begun', view: viewOf(one(hangs(1))), want: [] },
  { name: 'look-alike: a sidecar', view: viewOf(one(hangs(19), prepared({ restartPolicy: 'Always' }))), want: [] },
])('$name', ({ view, want }) => expect(seenBy(initContainerHangs, view)).toEqual(want))
