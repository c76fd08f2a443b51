import { describe, expect, test } from 'vitest'
import { seededIds } from '../../kernel/ids.ts'
import { createRng } from '../../kernel/rng.ts'
import { subjectText, type KubeObject } from '../../model/kube-object.ts'
import type { Signal } from '../../model/signal.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../../model/snapshot.ts'
import { createView } from '../../model/view.ts'
import { watchSignals } from './kubernetes-watch.ts'

const NOW_MS = Date.parse('2026-05-04T12:00:00Z')
const ago = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString()

interface Owner {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
}

interface Fields {
  readonly metadata?: object
  readonly status?: object
  readonly owner?: Owner | undefined
}

const objectOf = (apiVersion: string, kind: string, name: string, { metadata, status = {}, owner }: Fields): KubeObject => ({
  apiVersion, kind,
  metadata: { name, ...(kind === 'Node' ? {} : { namespace: 'shop' }), creationTimestamp: ago(900), ...(owner === undefined ? {} : { ownerReferences: [{ ...owner, uid: '', controller: true }] }), ...metadata },
  status,
})
const node = (status: string, seconds: number): KubeObject => objectOf('v1', 'Node', 'w1', { status: { conditions: [{ type: 'Ready', status, lastTransitionTime: ago(seconds), message: 'kubelet stopped posting' }] } })
const pod = (name: string, status: object, owner?: Owner, metadata: object = {}): KubeObject => objectOf('v1', 'Pod', name, { metadata, status: { phase: 'Pending', startTime: ago(800), ...status }, owner })
const row = (reason: string, restartCount = 0) => ({ name: 'main', image: 'a:1', imageID: '', ready: false, restartCount, state: { waiting: { reason, message: 'says why' } } })
const waits = (reason: string, restartCount = 0) => ({ containerStatuses: [row(reason, restartCount)] })
const scheduled = (seconds: number, reason = 'Unschedulable') => ({ conditions: [{ type: 'PodScheduled', status: 'False', reason, message: '0/3 nodes', lastTransitionTime: ago(seconds) }] })
const progressing = (status: string, reason: string) => objectOf('apps/v1', 'Deployment', 'cart', { status: { conditions: [{ type: 'Progressing', status, reason, message: 'has timed out', lastTransitionTime: ago(60) }] } })
const job = (name: string, type: string, seconds: number, owner?: Owner): KubeObject => objectOf('batch/v1', 'Job', name, { metadata: { creationTimestamp: ago(seconds) }, status: { conditions: [{ type, status: 'True', message: 'limit', lastTransitionTime: ago(seconds - 10) }] }, owner })
const nightly = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'nightly' }
const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-1' }
const cart = [objectOf('apps/v1', 'Deployment', 'cart', {}), objectOf('apps/v1', 'ReplicaSet', 'cart-1', { owner: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } })]

function watched(objects: readonly KubeObject[], seed = 1): Signal[] {
  const snapshot = createSnapshot({ takenAtMs: NOW_MS, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] })
  return watchSignals({ view: createView(snapshot), ids: seededIds(createRng(seed)) })
}
const told = (objects: readonly KubeObject[]): string[] => watched(objects).map((signal) => `${signal.severity} ${signal.name} ${subjectText(signal.targets[0] ?? { kind: '', name: '' })}`)

describe('what is told', () => {
  test.each([
    { name: 'a node that no longer reports', objects: [node('Unknown', 60)], want: ['1 NodeNotReady Node w1'] },
    { name: 'a node that is not Ready', objects: [node('False', 60)], want: ['1 NodeNotReady Node w1'] },
    { name: 'a crash loop, of the Deployment and not of its pod', objects: [...cart, pod('cart-1-a', waits('CrashLoopBackOff', 3), replicaSet)], want: ['2 CrashLoopBackOff Deployment shop/cart'] },
    { name: 'the same in three pods is one', objects: [...cart, ...['a', 'b', 'c'].map((letter) => pod(`cart-1-${letter}`, waits('CrashLoopBackOff', 5), replicaSet))], want: ['2 CrashLoopBackOff Deployment shop/cart'] },
    { name: 'an image that cannot be pulled', objects: [pod('lonely', waits('ImagePullBackOff'))], want: ['2 ImagePullFailure Pod shop/lonely'] },
    { name: 'an init container that misses its configuration', objects: [pod('lonely', { initContainerStatuses: [row('CreateContainerConfigError')], ...waits('PodInitializing') })], want: ['2 CreateContainerConfigError Pod shop/lonely'] },
    { name: 'a pod that no node takes', objects: [pod('lonely', scheduled(301))], want: ['2 Unschedulable Pod shop/lonely'] },
    { name: 'a rollout past its deadline', objects: [progressing('False', 'ProgressDeadlineExceeded')], want: ['2 RolloutStuck Deployment shop/cart'] },
    { name: 'a Job that gave up', objects: [job('import', 'Failed', 300)], want: ['3 JobFailed Job shop/import'] },
    { name: 'a run of a CronJob that failed after one that worked', objects: [objectOf('batch/v1', 'CronJob', 'nightly', {}), job('n-1', 'Complete', 7200, nightly), job('n-2', 'Failed', 300, nightly)], want: ['3 JobFailed CronJob shop/nightly'] },
    { name: 'two objects are two signals', objects: [node('Unknown', 60), pod('lonely', waits('ErrImagePull'))], want: ['1 NodeNotReady Node w1', '2 ImagePullFailure Pod shop/lonely'] },
  ])('$name', ({ objects, want }) => expect(told(objects)).toEqual(want))
})

describe('what is not', () => {
  test.each([
    { name: 'a node that is Ready', objects: [node('True', 5)] },
    { name: 'a node that missed a heartbeat', objects: [node('Unknown', 10)] },
    { name: 'a node of which nothing is known', objects: [objectOf('v1', 'Node', 'w1', {})] },
    { name: 'a second restart', objects: [pod('lonely', waits('CrashLoopBackOff', 2))] },
    { name: 'a container that is being made', objects: [pod('lonely', waits('ContainerCreating'))] },
    { name: 'a pod that is on its way out', objects: [pod('lonely', waits('CrashLoopBackOff', 9), undefined, { deletionTimestamp: ago(5) })] },
    { name: 'a pod that waits for a node since a minute', objects: [pod('lonely', scheduled(60))] },
    { name: 'a pod that is held by a scheduling gate', objects: [pod('lonely', scheduled(3600, 'SchedulingGated'))] },
    { name: 'a pod that ended without ever having had a node', objects: [pod('lonely', { ...scheduled(3600), phase: 'Failed' })] },
    { name: 'a rollout within its deadline', objects: [progressing('True', 'ReplicaSetUpdated')] },
    { name: 'a paused rollout', objects: [progressing('Unknown', 'DeploymentPaused')] },
    { name: 'a Job that is done', objects: [job('import', 'Complete', 300)] },
    { name: 'a failed run that a later one made good', objects: [objectOf('batch/v1', 'CronJob', 'nightly', {}), job('n-1', 'Failed', 7200, nightly), job('n-2', 'Complete', 300, nightly)] },
    { name: 'an empty cluster', objects: [] },
  ])('$name', ({ objects }) => expect(told(objects)).toEqual([]))
})

test('a state has the same fingerprint at every look, and every signal its own id', () => {
  const objects = [node('Unknown', 60)]
  const [first, second] = [watched(objects, 1), watched(objects, 2)]
  expect(second[0]?.fingerprint).toBe(first[0]?.fingerprint)
  expect(second[0]?.id).not.toBe(first[0]?.id)
})

test('it says since when, in what words, and that we saw it ourselves', () => {
  const [signal] = watched([node('Unknown', 60)])
  expect(signal).toMatchObject({ source: 'kubernetes-watch', status: 'firing', trust: 'watched', startsAtMs: NOW_MS - 60_000, observedAtMs: NOW_MS, title: 'Node w1 is not Ready: kubelet stopped posting' })
})
