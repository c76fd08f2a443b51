/**
 * Programs that many clusters run and the twin does not play, as their makers install them: each lowers the confidence of a
 * question that touches what it looks after, and of no other; and such a question is never called safe.
 */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { createSnapshot, type Snapshot } from '../../model/snapshot.ts'
import type { WhatIf } from '../../model/what-if.ts'
import { parseQuestion } from './parse-question.ts'
import { whatIf } from './what-if.ts'

const object = (apiVersion: string, kind: string, fields: { readonly namespace?: string; readonly name?: string; readonly metadata?: object } & Readonly<Record<string, unknown>> = {}): KubeObject => {
  const { namespace, name = 'it', metadata = {}, ...rest } = fields
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...metadata }, ...rest } as KubeObject
}
const node = (name: string, { labels = {}, providerID }: { readonly labels?: object; readonly providerID?: string } = {}): KubeObject =>
  object('v1', 'Node', { name, metadata: { labels: { 'kubernetes.io/hostname': name, ...labels } }, spec: providerID === undefined ? {} : { providerID }, status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.36.2' } } })
const templateOf = (app: string, spec: object = {}, labels: object = {}): object => ({ metadata: { labels: { app, ...labels } }, spec: { containers: [{ name: 'c', image: `registry.local/${app}:1` }], ...spec } })
const workload = (name: string, { namespace = 'shop', spec = {}, labels = {}, replicas = 2, container = {} }: { readonly namespace?: string; readonly spec?: object; readonly labels?: object; readonly replicas?: number; readonly container?: object } = {}): KubeObject =>
  object('apps/v1', 'Deployment', { name, namespace, metadata: { labels }, spec: { replicas, selector: { matchLabels: { app: name } }, template: templateOf(name, { containers: [{ name: 'c', image: `registry.local/${name}:1`, ...container }], ...spec }, labels) } })
const space = (name: string, labels: object = {}): KubeObject => object('v1', 'Namespace', { name, metadata: { labels } })
/** A pod of an operator's, running. */
const ownedPod = (apiVersion: string, kind: string): KubeObject =>
  object('v1', 'Pod', { name: 'web-0', namespace: 'shop', metadata: { uid: 'p0', labels: { app: 'web' }, ownerReferences: [{ apiVersion, kind, name: 'web', uid: 'o', controller: true }] }, spec: { nodeName: 'a', containers: [{ name: 'c', image: 'registry.local/web:1' }] }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } })
/** What a program that runs in the cluster consists of: its workload, its account and what that may do. */
const program = (image: string, rules?: readonly object[]): readonly KubeObject[] => [
  workload('agent', { namespace: 'ops', replicas: 0, spec: { serviceAccountName: 'agent', containers: [{ name: 'c', image }] } }),
  ...(rules === undefined ? [] : [object('rbac.authorization.k8s.io/v1', 'ClusterRole', { name: 'agent', rules }), object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', { name: 'agent', roleRef: { kind: 'ClusterRole', name: 'agent' }, subjects: [{ kind: 'ServiceAccount', name: 'agent', namespace: 'ops' }] })]),
]
const hook = (kind: 'Mutating' | 'Validating', ...webhooks: readonly object[]): KubeObject => object('admissionregistration.k8s.io/v1', `${kind}WebhookConfiguration`, { webhooks })
const EVICTS = [{ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }]

function cluster(extra: readonly KubeObject[]): Snapshot {
  const base = [node('a'), node('b'), space('shop'), space('depot'), space('ops'), workload('web'), workload('other', { namespace: 'depot' })]
  const replaced = new Set(extra.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`))
  const objects = [...base.filter(({ kind, metadata }) => !replaced.has(`${kind} ${metadata.namespace ?? ''} ${metadata.name}`)), ...extra]
  return createSnapshot({ takenAtMs: Date.parse('2026-03-01T10:00:00Z'), clusterId: 'test', clusterVersion: { major: 1, minor: 36, gitVersion: 'v1.36.2' }, resourceVersion: '1', objects, logs: [], notes: [] })
}

function ask(snapshot: Snapshot, text: string): Promise<WhatIf> {
  return whatIf({ doings: [{ text, doing: parseQuestion(text, { readManifest: () => [] }) }], snapshot, seeds: [1], horizonMs: 5 * 60_000 })
}

interface Row {
  readonly has: readonly KubeObject[]
  readonly said: RegExp
  readonly touching?: string
  readonly apart?: string
}

const AS_WISHED = { near: { touched: 1, elsewhere: 0, safe: false, isSure: false }, far: { touched: 0, elsewhere: 1, safe: true, isSure: true } }
const IN_SHOP = { touching: 'restart deploy/web -n shop', apart: 'restart deploy/other -n depot' }
const OF_NODES = { touching: 'cordon a', apart: 'scale deploy/other -n depot --replicas=1' }
const OF_LOSSES = { touching: 'lose node/a', apart: 'cordon a' }
const OF_MOVES = { touching: 'restart deploy/web -n shop', apart: 'nothing' }

describe.each<[string, Row]>([
  ['KEDA', { has: [object('keda.sh/v1alpha1', 'ScaledObject', { namespace: 'shop', spec: { scaleTargetRef: { name: 'web' }, triggers: [] } })], said: /^ScaledObject shop\/it may change requests, replicas/ }],
  ['a vertical autoscaler', { has: [object('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', { namespace: 'shop', spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, updatePolicy: { updateMode: 'Recreate' } } })], said: /^VerticalPodAutoscaler shop\/it may change requests/ }],
  ['Argo Rollouts that refers to a Deployment', { has: [object('argoproj.io/v1alpha1', 'Rollout', { namespace: 'shop', name: 'web', spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } } })], said: /^Rollout shop\/web may change/ }],
  ['Volcano', { has: [workload('web', { spec: { schedulerName: 'volcano' } })], said: /^Deployment shop\/web ask for a scheduler of their own/ }],
  ['Kueue', { has: [workload('web', { labels: { 'kueue.x-k8s.io/queue-name': 'team' } })], said: /^Deployment shop\/web wait in a queue \(kueue\.x-k8s\.io\/queue-name\)/ }],
  ['device claims', { has: [workload('web', { spec: { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 'gpu' }] } })], said: /^Deployment shop\/web claim devices/ }],
  ['Istio', { has: [space('shop', { 'istio-injection': 'enabled' }), hook('Mutating', { name: 'namespace.sidecar-injector.istio.io', rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }], namespaceSelector: { matchExpressions: [{ key: 'istio-injection', operator: 'In', values: ['enabled'] }] } })], said: /may change or refuse what a plan creates/ }],
  ['Linkerd', { has: [workload('web', { labels: { 'linkerd.io/inject': 'enabled' } }), hook('Mutating', { name: 'linkerd-proxy-injector.linkerd.io', rules: [{ operations: ['CREATE'], apiGroups: [''], resources: ['pods', 'services'] }], objectSelector: { matchExpressions: [{ key: 'linkerd.io/inject', operator: 'Exists' }] } })], said: /may change or refuse/ }],
  ['Kyverno, where its policies are about Deployments of a namespace', { has: [space('shop', { team: 'a' }), hook('Validating', { name: 'validate.kyverno.svc-fail', rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['apps'], resources: ['deployments/*'] }], namespaceSelector: { matchLabels: { team: 'a' } } })], said: /may change or refuse/ }],
  ['a command that is asked for health', { has: [workload('web', { container: { readinessProbe: { exec: { command: ['true'] } } } })], said: /^Deployment shop\/web are probed by a command/ }],
])('%s', (_, { has, said }) => {
  test('touches what it looks after', () => expect(told(has, said, IN_SHOP)).resolves.toEqual(AS_WISHED))
})

describe.each<[string, Row]>([
  ['GKE', { has: [node('a', { labels: { 'cloud.google.com/gke-nodepool': 'w' } })], said: /^1 node is of managed pools \(cloud\.google\.com\/gke-nodepool\)/ }],
  ['EKS', { has: [node('a', { labels: { 'eks.amazonaws.com/nodegroup': 'w' } })], said: /of managed pools \(eks\.amazonaws\.com\/nodegroup\)/ }],
  ['AKS', { has: [node('a', { labels: { 'kubernetes.azure.com/agentpool': 'w' } })], said: /of managed pools \(kubernetes\.azure\.com\/agentpool\)/ }],
  ['a cloud', { has: [node('a', { providerID: 'aws:///eu-1a/i-0' })], said: /^Nodes belong to a cloud \(aws\)/ }],
  ['Cluster API', { has: [object('cluster.x-k8s.io/v1beta1', 'MachineHealthCheck', { namespace: 'ops' })], said: /^MachineHealthCheck ops\/it may replace or restart nodes/ }],
])('%s', (_, { has, said }) => {
  test('touches nodes that are lost, and none that are only cordoned', () => expect(told(has, said, OF_LOSSES)).resolves.toEqual(AS_WISHED))
})

describe.each<[string, Row]>([
  ['Karpenter', { has: [object('karpenter.sh/v1', 'NodePool', { name: 'default', spec: {} })], said: /^NodePool default add and remove nodes/ }],
  ['cluster-autoscaler', { has: program('registry.k8s.io/autoscaling/cluster-autoscaler:v1.36.0', EVICTS), said: /^Deployment ops\/agent add and remove nodes/ }],
])('%s', (_, { has, said }) => {
  test('touches changes of nodes', () => expect(told(has, said, OF_NODES)).resolves.toEqual(AS_WISHED))
})

describe.each<[string, Row]>([
  ['descheduler', { has: program('registry.k8s.io/descheduler/descheduler:v0.35.0', EVICTS), said: /^Deployment ops\/agent mark, drain or reboot nodes/ }],
  ['Kured', { has: program('ghcr.io/kubereboot/kured:1.20.0'), said: /mark, drain or reboot nodes/ }],
  ['draino, as somebody built it', { has: program('registry.corp/tools/node-janitor:3', EVICTS), said: /^Deployment ops\/agent may evict pods or delete nodes, by the rights of their accounts/ }],
  ['node-problem-detector', { has: program('registry.k8s.io/node-problem-detector/node-problem-detector:v1.34.0'), said: /mark, drain or reboot nodes/ }],
  ['Gatekeeper, which sees everything', { has: [hook('Validating', { name: 'validation.gatekeeper.sh', rules: [{ operations: ['CREATE', 'UPDATE'], apiGroups: ['*'], resources: ['*'] }] })], said: /may change or refuse/ }],
  ['a scheduler that is configured', { has: [object('v1', 'ConfigMap', { namespace: 'ops', data: { 'c.yaml': 'kind: KubeSchedulerConfiguration\npercentageOfNodesToScore: 30\n' } })], said: /configure the scheduler/ }],
])('%s', (_, { has, said }) => {
  test('touches whatever moves', () => expect(told(has, said, OF_MOVES)).resolves.toEqual(AS_WISHED))
})

describe.each([
  ['Argo Rollouts', 'argoproj.io/v1alpha1', 'Rollout'],
  ['OpenKruise', 'apps.kruise.io/v1alpha1', 'CloneSet'],
  ['an operator of databases', 'postgresql.cnpg.io/v1', 'Cluster'],
])('pods of %s', (_, apiVersion, kind) => {
  test('are touched when they go, and not otherwise', () =>
    expect(told([ownedPod(apiVersion, kind)], new RegExp(`1 object is managed by ${apiVersion.split('/')[0]}/${kind}`), { touching: 'evict pod/web-0 -n shop', apart: 'restart deploy/other -n depot' })).resolves.toEqual(AS_WISHED))
})

test('what only watches is not named: a vertical autoscaler that is off, rights to everything, an account that nobody uses', async () => {
  const off = object('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', { namespace: 'shop', spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, updatePolicy: { updateMode: 'Off' } } })
  const mighty = program('argoproj/argocd:v3', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }])
  const unused = program('registry.local/x:1', EVICTS).filter(({ kind }) => kind !== 'Deployment')
  for (const has of [[off], mighty, unused]) {
    const answer = await ask(cluster(has), 'restart deploy/web -n shop')
    expect(answer).toMatchObject({ notModelled: [], notModelledElsewhere: [], confidence: 1, safe: true })
  }
})

/** Where the sentence is told: of a question that touches it, and of one that does not. */
async function told(has: readonly KubeObject[], said: RegExp, { touching, apart }: { readonly touching: string; readonly apart: string }): Promise<object> {
  const of = async (question: string): Promise<object> => {
    const { notModelled, notModelledElsewhere, safe, confidence } = await ask(cluster(has), question)
    const count = (texts: readonly string[]): number => texts.filter((text) => said.test(text)).length
    return { touched: count(notModelled), elsewhere: count(notModelledElsewhere), safe, isSure: confidence === 1 }
  }
  return { near: await of(touching), far: await of(apart) }
}
