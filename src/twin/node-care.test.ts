import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../model/kube-object.ts'
import { createSnapshot } from '../model/snapshot.ts'
import { allGaps } from './gaps/all-gaps.test-support.ts'
import { nodeCareIn } from './node-care.ts'
import { notModelledIn } from './not-modelled.ts'
import { TEST_START_MS, TEST_VERSION } from './test-twin.ts'

const snapshotOf = (objects: readonly KubeObject[]) => createSnapshot({ takenAtMs: TEST_START_MS, clusterVersion: TEST_VERSION, clusterId: 'c', resourceVersion: '1', objects: [...objects, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'ops' } }], logs: [], notes: [] })
const node = (labels: Record<string, string>, providerID?: string): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1', labels }, spec: providerID === undefined ? {} : { providerID } })
const object = (apiVersion: string, kind: string, more: object = {}): KubeObject => ({ apiVersion, kind, metadata: { namespace: 'ops', name: 'it' }, ...more }) as KubeObject
const running = (kind: string, container: object, spec: object = {}): KubeObject => object('apps/v1', kind, { spec: { template: { spec: { containers: [{ name: 'c', ...container }], ...spec } } } })

describe('who else looks after nodes', () => {
  test.each<[string, KubeObject, RegExp | undefined]>([
    ['a managed pool', node({ 'eks.amazonaws.com/nodegroup': 'w' }), /1 node is of managed pools \(eks\.amazonaws\.com\/nodegroup\): their provider may repair/],
    ['a cloud', node({}, 'gce://project/zone/n1'), /belong to a cloud \(gce\): where a machine is gone/],
    ['a cluster on one’s own machine', node({ 'example.com/pool': 'w' }, 'kind://docker/kind/n1'), undefined],
    ['Cluster API', object('cluster.x-k8s.io/v1beta1', 'MachineHealthCheck'), /MachineHealthCheck ops\/it may replace or restart nodes/],
    ['OpenShift', object('machine.openshift.io/v1beta1', 'MachineHealthCheck'), /may replace or restart nodes/],
    ['another kind of that name', object('example.com/v1', 'MachineHealthCheck'), undefined],
    ['a detector of problems', running('DaemonSet', { image: 'registry.k8s.io/node-problem-detector/node-problem-detector:v0.8' }), /DaemonSet ops\/it mark, drain or reboot nodes/],
    ['a program that reboots', running('DaemonSet', { image: 'ghcr.io/kubereboot/kured:1.17' }), /mark, drain or reboot/],
    ['a load balancer', object('v1', 'Service', { spec: { type: 'LoadBalancer' } }), /Load balancers of Service ops\/it send to nodes by health checks/],
    ['a Service inside', object('v1', 'Service', { spec: { type: 'ClusterIP' } }), undefined],
  ])('%s', (_, one, said) => {
    const sentences = allGaps(nodeCareIn(snapshotOf([one])))
    expect(sentences).toHaveLength(said === undefined ? 0 : 1)
    expect(sentences.join('')).toMatch(said ?? /^$/)
  })
})

describe('what is not played', () => {
  const scheduler = { ...object('v1', 'Pod'), spec: { containers: [{ name: 'c', image: 's:1', command: ['kube-scheduler', '--config=/etc/s.yaml'] }] } } as KubeObject
  test.each<[string, readonly KubeObject[], RegExp | undefined]>([
    ['a scheduler’s configuration', [object('v1', 'ConfigMap', { data: { 'c.yaml': 'apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\nextenders: [{}]\n' } })], /ConfigMap ops\/it configure the scheduler \(extenders\); the twin plays the default profile/],
    ['a scheduler’s flag', [scheduler], /Pod ops\/it configure the scheduler/],
    ['a runtime class nobody collected', [running('Deployment', { image: 'a:1' }, { runtimeClassName: 'gvisor' })], /Deployment ops\/it name a RuntimeClass that was not collected/],
    ['a runtime class with overhead', [running('Deployment', { image: 'a:1' }, { runtimeClassName: 'it' }), object('node.k8s.io/v1', 'RuntimeClass', { handler: 'x', overhead: { podFixed: { memory: '100Mi' } } })], undefined],
    ['a plain runtime class', [running('Deployment', { image: 'a:1' }, { runtimeClassName: 'it' }), object('node.k8s.io/v1', 'RuntimeClass', { handler: 'runc' })], undefined],
    ['containers that restart all', [running('Deployment', { image: 'a:1', restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } }] })], undefined],
    ['an operator that owns pods', [{ ...scheduler, metadata: { namespace: 'ops', name: 'db-1', ownerReferences: [{ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', name: 'db', uid: 'u', controller: true }] }, spec: { containers: [] } } as KubeObject], /1 object is managed by postgresql\.cnpg\.io\/Cluster: how its controller reacts is not played/],
  ])('%s', (_, objects, said) => {
    const sentences = allGaps(notModelledIn(snapshotOf(objects)))
    expect(sentences).toHaveLength(said === undefined ? 0 : 1)
    expect(sentences.join('')).toMatch(said ?? /^$/)
  })
})
