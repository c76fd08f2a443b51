import { expect, test } from 'vitest'
import { ago, container, crashed, deployment, object, running, type PodDraft, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { rolloutStuck } from './rollout-stuck.ts'

const late = { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'ReplicaSet has timed out progressing.', lastTransitionTime: ago(5) }] }
const moving = { conditions: [{ type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastTransitionTime: ago(5) }], replicas: 3, updatedReplicas: 1 }
const [before, now] = [{ spec: container(), minutes: 6000 }, { spec: container({ args: ['--new'] }), minutes: 20 }]
const web = (status: object, pods: PodDraft[] = [running], revisions = [before, now], name = 'web') => deployment(name, { revisions, pods }).map((item) => (item.kind === 'Deployment' ? { ...item, status } : item))
const paused = (status: object | undefined, name = 'web') => web({}, [running], [before, now], name).map((item) => (item.kind === 'Deployment' ? { ...item, spec: { ...(item['spec'] as object), paused: true, replicas: 3 }, status } : item))
const resumes = (name: string) => [{ subject: `Deployment shop/${name}`, plans: [[`patch Deployment shop/${name}`]] }]

test.each([
  { name: 'its deadline has passed: back', view: viewOf(web(late, [crashed({ exitCode: 1 })])), want: [{ subject: 'Deployment shop/web', plans: [['roll back Deployment shop/web from revision 2 to 1']] }] },
  { name: 'its deadline has passed, and nothing came before', view: viewOf(web(late, [running], [before])), want: [{ subject: 'Deployment shop/web', plans: [] }] },
  { name: 'the revision before it never stood', view: viewOf(web(late, [running], [{ spec: container({ args: ['--bad'] }), minutes: 22 }, now])), want: [{ subject: 'Deployment shop/web', plans: [] }] },
  { name: 'only labels differ from the one before', view: viewOf(web(late, [running], [before, { ...before, minutes: 20, labels: { build: '2' } } as typeof before])), want: [{ subject: 'Deployment shop/web', plans: [] }] },
  { name: 'paused half-way', view: viewOf(paused({ replicas: 3, updatedReplicas: 1 })), want: resumes('web') },
  { name: 'paused before the first new pod', view: viewOf(paused({ replicas: 3 }, 'cart')), want: resumes('cart') },
  { name: 'good', view: viewOf(web({ replicas: 3, updatedReplicas: 3, conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }] })), want: [] },
  { name: 'a StatefulSet that is updated by hand', view: viewOf([object('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 3, updateStrategy: { type: 'OnDelete' } }, status: { updateRevision: 'b', currentRevision: 'a', updatedReplicas: 0 } })]), want: [{ subject: 'StatefulSet shop/db', plans: [] }] },
  { name: 'look-alike: a StatefulSet that is updated by hand, and is up to date', view: viewOf([object('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 3, updateStrategy: { type: 'OnDelete' } }, status: { updateRevision: 'a', currentRevision: 'a' } })]), want: [] },
  { name: 'look-alike: within its deadline', view: viewOf(web(moving)), want: [] },
  { name: 'look-alike: paused, with all its pods', view: viewOf(paused({ replicas: 3, updatedReplicas: 3 })), want: [] },
  { name: 'look-alike: paused, and no status was collected', view: viewOf([paused(undefined), paused({}, 'cart')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(rolloutStuck, view)).toEqual(want))
