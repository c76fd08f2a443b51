/** What orient makes of findings: hazards here are functions that find what the case says, on objects that are really so. */

import { describe, expect, test } from 'vitest'
import { absenceEvidence } from '../model/evidence.ts'
import type { Finding, Hazard } from '../model/hazard.ts'
import type { KubeObject, Subject } from '../model/kube-object.ts'
import type { Signal } from '../model/signal.ts'
import { createSnapshot, DEFAULT_CLUSTER_VERSION } from '../model/snapshot.ts'
import { createView } from '../model/view.ts'
import { orient } from './orient.ts'

const NOW_MS = Date.parse('2026-03-01T12:00:00Z')
const MINUTE_MS = 60_000

function ago(minutes: number): string {
  return `${new Date(NOW_MS - minutes * MINUTE_MS).toISOString().slice(0, 19)}Z`
}

/** A Deployment with one pod, its ReplicaSet, and the Service in front of it. */
function app(name: string, options: { readonly calls?: string; readonly ready?: boolean; readonly volume?: string; readonly rolledMinutesAgo?: number; readonly annotations?: Record<string, string> } = {}): KubeObject[] {
  const { calls, ready = false, volume, rolledMinutesAgo, annotations = {} } = options
  const spec = (image: string) => ({ containers: [{ name: 'main', image, env: calls === undefined ? [] : [{ name: 'UPSTREAM_URL', value: `http://${calls}.shop.svc:80` }] }], ...(volume === undefined ? {} : { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: volume } }] }) })
  const template = (image: string) => ({ metadata: { labels: { app: name } }, spec: spec(image) })
  const owner = (kind: string, ownerName: string) => [{ apiVersion: 'apps/v1', kind, name: ownerName, uid: `${kind}-${ownerName}`, controller: true }]
  const replicaSet = (revision: number, image: string, created: string): KubeObject => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: `${name}-${revision}`, namespace: 'shop', uid: `ReplicaSet-${name}-${revision}`, creationTimestamp: created, annotations: { 'deployment.kubernetes.io/revision': String(revision) }, ownerReferences: owner('Deployment', name) as never, labels: { app: name } }, spec: { template: template(image), selector: { matchLabels: { app: name } } } })
  const image = rolledMinutesAgo === undefined ? 'app:1' : 'app:2'
  return [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop', uid: `Deployment-${name}`, creationTimestamp: ago(5_000), annotations }, spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: template(image) } },
    replicaSet(1, 'app:1', ago(5_000)),
    ...(rolledMinutesAgo === undefined ? [] : [replicaSet(2, 'app:2', ago(rolledMinutesAgo))]),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: `${name}-pod`, namespace: 'shop', uid: `Pod-${name}`, labels: { app: name }, ownerReferences: owner('ReplicaSet', `${name}-${rolledMinutesAgo === undefined ? 1 : 2}`) as never }, spec: spec(image), status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ago(10) }] } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { selector: { app: name }, ports: [{ port: 80 }] } },
  ]
}

function found(hazard: string, on: Subject, more: Partial<Finding> = {}): Finding {
  const pod = on.kind === 'Deployment' ? [{ kind: 'Pod', namespace: 'shop', name: `${on.name}-pod` }] : [on]
  return { hazard, subject: on, symptoms: pod, summary: `${hazard} on ${on.name}`, evidence: [], confidence: 0.7, sinceMs: NOW_MS - 10 * MINUTE_MS, facts: {}, ...more }
}

function deployment(name: string): Subject {
  return { kind: 'Deployment', namespace: 'shop', name }
}

function alertOn(target: Subject): Signal {
  return { kind: 'signal', id: 's', source: 'test', sourceEventId: 'e', status: 'firing', severity: 2, severityText: '', name: 'Ill', title: '', startsAtMs: NOW_MS - 5 * MINUTE_MS, observedAtMs: NOW_MS, targets: [target], labels: {}, annotations: {}, links: [], completeness: 'complete', trust: 'unsigned', rawDigest: '', fingerprint: '' }
}

function diagnose(objects: readonly KubeObject[], findings: readonly Finding[], signals: readonly Signal[] = []) {
  const view = createView(createSnapshot({ takenAtMs: NOW_MS, clusterVersion: DEFAULT_CLUSTER_VERSION, clusterId: 'test', resourceVersion: '1', objects, logs: [], notes: [] }))
  const hazard: Hazard = { id: 'given', title: '', severity: 3, family: 'control', appliesTo: ['apps/Deployment'], faces: ['live'], detect: () => findings, fixes: () => [], lookAlikes: [], prevention: '', sources: [], reviewBy: '2027-01-01' }
  return orient({ view, signals, hazards: [hazard] })
}

function told(diagnosis: ReturnType<typeof diagnose>): string[] {
  return diagnosis.hypotheses.map(({ hazard, subject }) => `${hazard} ${subject.name}`)
}

describe('one root with many symptoms', () => {
  test('a crash two calls away is the consequence of what is down there, whoever rang', () => {
    const objects = [...app('store'), ...app('middle', { calls: 'store' }), ...app('front', { calls: 'middle' })]
    const findings = [found('container-exits', deployment('front'), { confidence: 0.75 }), found('container-exits', deployment('middle')), found('memory-limit-too-low', deployment('store'))]
    for (const rang of ['front', 'middle', 'store']) expect(told(diagnose(objects, findings, [alertOn(deployment(rang))]))).toEqual(['memory-limit-too-low store'])
    const [best] = diagnose(objects, findings).hypotheses
    expect(best?.blastRadius.map(({ name }) => name)).toEqual(expect.arrayContaining(['front', 'middle', 'store']))
  })

  test('twelve callers of a store that waits for its claim are one fault: the claim', () => {
    const claim: KubeObject = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data', namespace: 'shop' }, spec: {}, status: { phase: 'Pending' } }
    const callers = Array.from({ length: 12 }, (_, index) => `caller-${index}`)
    const objects = [claim, ...app('store', { volume: 'data' }), ...callers.flatMap((name) => app(name, { calls: 'store' }))]
    const findings = [found('pvc-unbound', { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' }, { confidence: 0.9, symptoms: [{ kind: 'Pod', namespace: 'shop', name: 'store-pod' }], explains: ['unschedulable'] }), found('unschedulable', deployment('store')), ...callers.map((name) => found('container-exits', deployment(name)))]
    expect(told(diagnose(objects, findings))).toEqual(['pvc-unbound data'])
  })

  test.each<{ readonly name: string; readonly store: Parameters<typeof app>[1]; readonly front?: Parameters<typeof app>[1]; readonly effect?: Partial<Finding>; readonly cause?: Partial<Finding>; readonly roots: readonly string[] }>([
    { name: 'a store that still serves explains nobody', store: { ready: true }, roots: ['bad-image store', 'container-exits front'] },
    { name: 'what fell over its own rollout, long after the store, is a cause of its own', store: {}, front: { rolledMinutesAgo: 12 }, cause: { sinceMs: NOW_MS - 300 * MINUTE_MS }, roots: ['bad-image store', 'container-exits front'] },
    { name: 'what ends as no missing dependency makes it end is a cause of its own', store: {}, effect: { facts: { exitCode: 127 } }, roots: ['bad-image store', 'container-exits front'] },
    { name: 'what fell long before the store is a cause of its own', store: {}, effect: { sinceMs: NOW_MS - 90 * MINUTE_MS }, roots: ['bad-image store', 'container-exits front'] },
    { name: 'else it is the store', store: {}, roots: ['bad-image store'] },
  ])('$name', ({ store, front = {}, effect = {}, cause = {}, roots }) => {
    const objects = [...app('store', store), ...app('front', { calls: 'store', ...front })]
    const findings = [found('bad-image', deployment('store'), { confidence: 0.9, ...cause }), found('container-exits', deployment('front'), effect)]
    expect(told(diagnose(objects, findings, [alertOn(deployment('front'))])).toSorted()).toEqual(roots)
  })

  test('workloads that miss one ConfigMap are one fault, told at the one that rang', () => {
    const names = ['one', 'two', 'three']
    const evidence = [absenceEvidence({ kind: 'ConfigMap', namespace: 'shop', name: 'settings' })]
    const diagnosis = diagnose(names.flatMap((name) => app(name)), names.map((name) => found('missing-config', deployment(name), { evidence })), [alertOn(deployment('two'))])
    expect(told(diagnosis)).toEqual(['missing-config two'])
    expect(diagnosis.dropped.map(({ reason }) => reason)).toEqual(Array.from({ length: 2 }, () => 'one fault with missing-config on Deployment shop/two: both hang on ConfigMap shop/settings'))
  })

  test('nodes for which the same pods wait are one wait; two faults that share nothing stay two', () => {
    const waiting = [{ kind: 'Pod', namespace: 'shop', name: 'a-pod' }]
    const node = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } })
    const cordoned = ['n1', 'n2'].map((name) => found('node-cordoned-forgotten', { kind: 'Node', name }, { symptoms: [{ kind: 'Node', name }, ...waiting] }))
    expect(told(diagnose([node('n1'), node('n2'), ...app('a')], cordoned))).toEqual(['node-cordoned-forgotten n1'])
    expect(told(diagnose([...app('a'), ...app('b')], [found('bad-image', deployment('a')), found('bad-image', deployment('b'))]))).toHaveLength(2)
  })
})

describe("tonight's trouble, not any trouble", () => {
  const edited = (minutes: number): KubeObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'front', namespace: 'shop', creationTimestamp: ago(9_000), managedFields: [{ manager: 'kubectl-edit', operation: 'Update', time: ago(minutes), fieldsV1: { 'f:spec': { 'f:selector': {} } } as never }] }, spec: {} })
  const old = found('bad-image', deployment('old'), { confidence: 0.95, sinceMs: NOW_MS - 4_000 * MINUTE_MS })

  test('what was broken for days does not win over what somebody edited ten minutes ago', () => {
    const { sinceMs: _unknown, ...service } = found('service-selects-nothing', { kind: 'Service', namespace: 'shop', name: 'front' })
    const diagnosis = diagnose([...app('old'), edited(10)], [old, service])
    expect(told(diagnosis)).toEqual(['service-selects-nothing front'])
    expect(diagnosis.hypotheses[0]?.changes).toEqual(['Service shop/front was edited by kubectl-edit (spec.selector) 0 min before'])
    expect(diagnosis.dropped[0]?.reason).toMatch(/^older than the incident/)
  })

  test('alone it is told, however old', () => {
    expect(told(diagnose(app('old'), [old]))).toEqual(['bad-image old'])
  })

  test('a risk is told where nothing else is wrong at the place that rang, and nowhere else', () => {
    const risk = found('runs-without-requests', deployment('a'), { symptoms: [] })
    expect(told(diagnose(app('a'), [risk], [alertOn(deployment('a'))]))).toEqual(['runs-without-requests a'])
    expect(told(diagnose(app('a'), [risk, found('bad-image', deployment('a'))], [alertOn(deployment('a'))]))).toEqual(['bad-image a'])
    expect(told(diagnose(app('a'), [risk]))).toEqual([])
  })

  test('where the next change will come from is said with the change', () => {
    const [diagnosis] = diagnose(app('a', { rolledMinutesAgo: 14, annotations: { 'argocd.argoproj.io/tracking-id': 'shop-prod:apps/Deployment:shop/a' } }), [found('bad-image', deployment('a'))]).hypotheses
    expect(diagnosis?.changes).toEqual(['Deployment shop/a moved to revision 2, from Argo CD shop-prod 4 min before'])
  })
})
