import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { ago, container, object, pod, viewOf, waiting } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { badImage } from '../bad-image/bad-image.ts'

const template = (image: string) => ({ metadata: { labels: { app: 'w' } }, spec: container({ image }) })
const owner = (kind: string, name: string) => [{ apiVersion: kind === 'Rollout' ? 'argoproj.io/v1alpha1' : 'apps/v1', kind, name, uid: `uid-${kind}-${name}`, controller: true }]
const set = (number: number, image: string): KubeObject => object('apps/v1', 'ReplicaSet', `w-${number}`, { metadata: { creationTimestamp: ago(number === 1 ? 9000 : 20), labels: { 'rollouts-pod-template-hash': `h${number}` }, annotations: { 'rollout.argoproj.io/revision': String(number) }, ownerReferences: owner('Rollout', 'w') }, spec: { replicas: 1, template: { ...template(image), metadata: { labels: { app: 'w', 'rollouts-pod-template-hash': `h${number}` } } } }, status: { replicas: 1, readyReplicas: number === 1 ? 1 : 0 } })
const rollout = (image: string, stableRS: string) => object('argoproj.io/v1alpha1', 'Rollout', 'w', { spec: { replicas: 2, selector: { matchLabels: { app: 'w' } }, template: template(image), strategy: { canary: {} } }, status: { stableRS, phase: 'Progressing' } })
const ill = (number: number, image: string) => pod('w-new', { spec: container({ image }), draft: waiting('ImagePullBackOff', 'not found'), metadata: { labels: { app: 'w' }, ownerReferences: owner('ReplicaSet', `w-${number}`) } })

test.each([
  { name: 'the stable ReplicaSet is the way back, and a person takes it', view: viewOf([rollout('a:2', 'h1'), set(1, 'a:1'), set(2, 'a:2'), ill(2, 'a:2')]), want: [['ask: undo', 'patch Rollout shop/w']] },
  { name: 'no revision is stable: there is no way back, and the image is asked for', view: viewOf([rollout('a:1', ''), set(1, 'a:1'), ill(1, 'a:1')]), want: [['ask: image']] },
])('$name', ({ view, want }) => expect(seenBy(badImage, view)).toEqual([{ subject: 'Rollout shop/w', plans: want }]))
