/** A control plane as kubeadm starts it says nothing; each setting that makes it act otherwise is named, and touches what it decides. */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot } from '../../model/snapshot.ts'
import { goDurationMs } from '../go-duration.ts'
import { TEST_START_MS, TEST_VERSION } from '../test-twin.ts'
import { NOTHING_AFFECTED } from './all-gaps.test-support.ts'
import { controlPlaneSettings } from './control-plane.ts'
import { splitGaps, type Affected, type Gap } from './gap.ts'
import { schedulerSettings } from './scheduler-settings.ts'
import type { Snapshot } from '../../model/snapshot.ts'

const component = (name: string, ...flags: string[]): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `${name}-cp-1`, namespace: 'kube-system', ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'cp-1', uid: 'n', controller: true }] }, spec: { containers: [{ name, image: `registry.k8s.io/${name}:v1.36.2`, command: [name, ...flags] }] } }) as KubeObject
const settings = (text: string): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'scheduler', namespace: 'kube-system' }, data: { 'config.yaml': `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n${text}` } })
const AUTOSCALER: KubeObject = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web', namespace: 'shop' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } } }
const snapshotOf = (objects: readonly KubeObject[]): Snapshot => createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects, logs: [], notes: [] })

const POD = { operation: 'CREATE', group: '', resource: 'pods', namespace: 'shop', labels: {} } as const
const AFFECTED: Readonly<Record<string, Affected>> = {
  nothing: NOTHING_AFFECTED,
  node: { ...NOTHING_AFFECTED, nodes: new Set(['a']) },
  pod: { ...NOTHING_AFFECTED, written: [POD], hasScheduled: true },
  web: { ...NOTHING_AFFECTED, objects: new Set(['Deployment shop/web']) },
  label: { ...NOTHING_AFFECTED, written: [{ ...POD, operation: 'UPDATE' }] },
}

const touching = (gaps: readonly Gap[]): string[] => Object.entries(AFFECTED).filter(([, affected]) => splitGaps(gaps, affected).touched.length > 0).map(([name]) => name)

test.each<{ readonly has: KubeObject; readonly says?: RegExp; readonly touches?: readonly string[] }>([
  { has: component('kube-apiserver', '--enable-admission-plugins=NodeRestriction', '--secure-port=6443') },
  { has: component('kube-apiserver', '--enable-admission-plugins=NodeRestriction,AlwaysPullImages,PodSecurity'), says: /^Pod kube-system\/kube-apiserver-cp-1 admit by AlwaysPullImages too/, touches: ['pod', 'label'] },
  { has: component('kube-apiserver', '--disable-admission-plugins=PodSecurity'), says: /do not admit by PodSecurity, and the twin does/, touches: ['pod', 'label'] },
  { has: component('kube-apiserver', '--admission-control-config-file=/etc/a.yaml'), says: /settings of admission in a file that is not to be seen/, touches: ['pod'] },
  { has: component('kube-apiserver', '--default-not-ready-toleration-seconds', '60'), says: /--default-not-ready-toleration-seconds=60, and the twin plays the usual value/, touches: ['pod'] },
  { has: component('kube-apiserver', '--default-not-ready-toleration-seconds=300') },
  { has: component('/usr/local/bin/kube-controller-manager', '--node-monitor-grace-period=20s'), says: /--node-monitor-grace-period=20s/, touches: ['node'] },
  { has: component('kube-controller-manager', '--node-monitor-grace-period=50s', '--controllers=*,bootstrapsigner,tokencleaner', '--leader-elect=true') },
  { has: component('kube-controller-manager', '--unhealthy-zone-threshold=0.8'), says: /--unhealthy-zone-threshold=0\.8/, touches: ['node'] },
  { has: component('kube-controller-manager', '--horizontal-pod-autoscaler-downscale-stabilization=1m0s'), says: /downscale-stabilization=1m0s/, touches: ['web'] },
  { has: component('kube-controller-manager', '--horizontal-pod-autoscaler-downscale-stabilization=5m0s') },
  { has: component('kube-controller-manager', '--controllers=*,-node-lifecycle-controller'), says: /run without the controllers node-lifecycle-controller/, touches: ['node', 'pod', 'label'] },
  { has: component('kube-controller-manager', '--controllers=deployment,replicaset'), says: /run the controllers deployment, replicaset only/, touches: ['node', 'pod', 'label'] },
  { has: component('kube-scheduler', '--feature-gates=B=true,A=false'), says: /have feature gates set \(A=false, B=true\)/, touches: ['node', 'pod', 'label'] },
  { has: component('kube-scheduler', '--config=/etc/kubernetes/scheduler.yaml'), says: /configure the scheduler by a file/, touches: ['pod'] },
  { has: component('kube-scheduler', '--leader-elect=true') },
  { has: settings('leaderElection: {leaderElect: true}\nprofiles: [{schedulerName: default-scheduler}]\n') },
  { has: settings('profiles: [{schedulerName: packed, plugins: {score: {disabled: [{name: "*"}]}}}]\n') },
  { has: settings('profiles: [{pluginConfig: [{name: NodeResourcesFit, args: {scoringStrategy: {type: MostAllocated}}}]}]\n'), says: /^ConfigMap kube-system\/scheduler configure the scheduler \(NodeResourcesFit\)/, touches: ['pod'] },
  { has: settings('profiles: [{plugins: {score: {disabled: [{name: "*"}]}}}]\nextenders: [{urlPrefix: "http://x"}]\n'), says: /\(extenders, plugins\)/, touches: ['pod'] },
  { has: settings('percentageOfNodesToScore: 50\npodInitialBackoffSeconds: 1\n'), says: /\(percentageOfNodesToScore\)/, touches: ['pod'] },
  { has: settings('profiles: [\n'), says: /\(it cannot be read\)/, touches: ['pod'] },
])('$has.metadata.name $says', ({ has, says, touches = [] }) => {
  const snapshot = snapshotOf([has, AUTOSCALER])
  const gaps = [...controlPlaneSettings(snapshot), ...schedulerSettings(snapshot)]
  const sentences = splitGaps(gaps, NOTHING_AFFECTED).elsewhere
  expect(sentences).toHaveLength(says === undefined ? 0 : 1)
  expect(sentences.join('')).toMatch(says ?? /^$/)
  expect(touching(gaps)).toEqual(touches)
})

test('three of a kind are one sentence, and one that differs is another', () => {
  const twins = ['a', 'b', 'c'].map((name) => ({ ...component('kube-controller-manager', '--node-monitor-grace-period=16s'), metadata: { name, namespace: 'kube-system' } }))
  const sentences = splitGaps(controlPlaneSettings(snapshotOf([...twins, component('kube-controller-manager', '--node-monitor-grace-period=20s')])), NOTHING_AFFECTED).elsewhere
  expect(sentences).toHaveLength(2)
  expect(sentences[0]).toMatch(/^Pod kube-system\/a, Pod kube-system\/b, Pod kube-system\/c run with/)
})

test.each([['50s', 50_000], ['1m30s', 90_000], ['1h', 3_600_000], ['1.5s', 1_500], ['100ms', 100], ['2m0.5s', 120_500], ['0', 0], ['5', undefined], ['', undefined], ['soon', undefined]])('%s is %s ms', (text, ms) => expect(goDurationMs(text)).toBe(ms))
