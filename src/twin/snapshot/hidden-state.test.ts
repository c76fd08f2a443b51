/** What no object holds is inferred, and each inference is among the assumptions of a twin. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot } from '../../model/snapshot.ts'
import { twinFromSnapshot } from '../from-snapshot.ts'
import { podTemplate, testNode, TEST_START_MS, TEST_VERSION } from '../test-twin.ts'
import { hiddenState } from './hidden-state.ts'

const MINUTE_AGO = new Date(TEST_START_MS - 60_000).toISOString()
const object = (apiVersion: string, kind: string, fields: object): KubeObject => ({ apiVersion, kind, metadata: { name: 'it', namespace: 'shop', uid: 'it' }, ...fields }) as KubeObject
const pod = (fields: object, spec: object = { nodeName: 'n1' }): KubeObject => object('v1', 'Pod', { spec: { containers: [{ name: 'main', image: 'app:1' }], ...spec }, status: { phase: 'Running', ...fields } })
const waiting = (reason: string, message: string): KubeObject => pod({ containerStatuses: [{ name: 'main', image: 'app:1', imageID: '', ready: false, restartCount: 4, state: { waiting: { reason, message } }, lastState: { terminated: { exitCode: 1, startedAt: MINUTE_AGO, finishedAt: MINUTE_AGO } } }] })
const tainted = (taint: object): KubeObject => ({ ...testNode('n2'), spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', ...taint }] } }) as KubeObject
const scheduler = (...command: string[]): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'scheduler', namespace: 'kube-system', uid: 's' }, spec: { nodeName: 'n1', containers: [{ name: 'main', image: 's:1', command }] }, status: { phase: 'Running' } }) as KubeObject
const silent: KubeObject = { ...testNode('n3'), status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } } as KubeObject

test.each<[string, KubeObject, RegExp]>([
  ['the level of a crash back-off', waiting('CrashLoopBackOff', 'back-off 2m40s restarting failed container=main'), /^How long Pod shop\/it still waits to start is taken from the back-off that its status names/],
  ['the wait for a pull', waiting('ImagePullBackOff', 'Back-off pulling image'), /^Half of the wait before the next pull of Pod shop\/it/],
  ['the time that is left under a taint', tainted({ timeAdded: MINUTE_AGO }), /^How long pods may still stay on Node n2 is counted from the time that its taint names/],
  ['a taint without a time', tainted({}), /^A taint of Node n2 names no time: pods are assumed to have just met it/],
  ['the limiter of a zone', silent, /^No node near Node n3 is assumed to have been tainted just before/],
  ['what an autoscaler recommended', object('autoscaling/v2', 'HorizontalPodAutoscaler', { spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5 }, status: { currentReplicas: 3, desiredReplicas: 3 } }), /^What HorizontalPodAutoscaler shop\/it recommended before is assumed to be its present size/],
  ['the queue of the scheduler', pod({ phase: 'Pending' }, {}), /^How often the scheduler has tried Pod shop\/it is not known/],
  ['the settings of a scheduler that nobody sees', pod({ phase: 'Running' }), /^The scheduler is assumed to have its default profile: its settings are not to be seen/],
  ['a scheduler that is started without any', scheduler('kube-scheduler', '--leader-elect=true'), /^The scheduler has its default profile: Pod kube-system\/scheduler starts it without a configuration/],
  ['the failures of a Job', object('batch/v1', 'Job', { spec: { selector: { matchLabels: { app: 'it' } }, template: podTemplate('it', {}, { restartPolicy: 'Never' }) }, status: { failed: 2, active: 1 } }), /^The back-off of Job shop\/it is counted from the ends of the failed pods/],
])('%s', (_, one, said) => {
  const objects = [object('v1', 'Namespace', { metadata: { name: 'shop', uid: 'ns' } }), testNode('n1'), one]
  const { assumptions } = twinFromSnapshot({ snapshot: createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] }), seed: 1 })
  expect(assumptions.filter((sentence) => said.test(sentence))).toHaveLength(1)
})

test('nothing is said where nothing is guessed', () => {
  expect(hiddenState([scheduler('kube-scheduler', '--config=/etc/s.yaml'), testNode('n1'), pod({ containerStatuses: [{ name: 'main', image: 'app:1', imageID: 'i', ready: true, restartCount: 0, state: { running: {} } }] })])).toEqual([])
})
