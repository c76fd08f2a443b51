/** What is stored of what was sent, where upstream's types or strategies say so. Each row was seen on a real control plane first. */

import { expect, test } from 'vitest'
import type { JsonValue } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { podTemplate, testDeployment, testTwin } from '../test-twin.ts'
import { GENERATION_ANNOTATION } from './daemon-generation.ts'

const workload = (kind: string, spec: object = {}): KubeObject => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'web', namespace: 'shop' }, spec: { selector: { matchLabels: { app: 'web' } }, template: podTemplate('web'), ...spec } }) as KubeObject
const patchOf = (body: JsonValue) => ({ type: 'merge', body }) as never
const merged = (object: KubeObject, body: JsonValue): KubeObject => {
  const { api } = testTwin({})
  api.create(object)
  const { apiVersion, kind, metadata } = object
  return api.patch({ apiVersion, kind, name: metadata.name ?? '', namespace: 'shop' }, patchOf(body))
}

test.each([
  { name: 'a zero that is not stored is no change', object: testDeployment('web'), body: { spec: { paused: false, minReadySeconds: 0 } }, generation: 1 },
  { name: 'a value that is stored is one', object: testDeployment('web'), body: { spec: { paused: true } }, generation: 2 },
])('$name', ({ object, body, generation }) => {
  const after = merged(object, body)
  expect(after.metadata.generation).toBe(generation)
  expect(Object.values((after['spec'] ?? {}) as object)).not.toContain(false)
})

const APP = { name: 'main', image: 'app:1' }
test.each<[string, object, object?]>([
  ['a switch that is off', { hostNetwork: false }],
  ['an empty list', { tolerations: [] }],
  ['an empty map', { nodeSelector: {} }],
  ['an empty text', { nodeName: '' }],
  ['no init containers', { initContainers: [] }],
  ['no variables', { containers: [{ ...APP, env: [] }] }],
  ['a variable without a value', { containers: [{ ...APP, env: [{ name: 'A', value: '' }] }] }, { containers: [{ ...APP, env: [{ name: 'A' }] }] }],
  ['a probe that begins at once', { containers: [{ ...APP, readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 0, timeoutSeconds: 0 } }] }, { containers: [{ ...APP, readinessProbe: { httpGet: { port: 80 } } }] }],
  ['empty limits', { containers: [{ ...APP, resources: { limits: {}, requests: {} } }] }],
  ['affinity to nothing', { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } } }, { affinity: { podAntiAffinity: {} } }],
  ['a mount that may be written', { volumes: [{ name: 'v', emptyDir: { medium: '' } }], containers: [{ ...APP, volumeMounts: [{ name: 'v', mountPath: '/x', readOnly: false, subPath: '' }] }] }, { volumes: [{ name: 'v', emptyDir: {} }], containers: [{ ...APP, volumeMounts: [{ name: 'v', mountPath: '/x' }] }] }],
])('%s is what was never said, and rolls nothing out', (_, sent, same = {}) => {
  const { api } = testTwin({})
  const of = (spec: object): KubeObject => testDeployment('web', {}, { template: podTemplate('web', {}, spec) })
  const before = api.create(of(same))
  const after = api.apply(of(sent), { fieldManager: 'other', force: true })
  expect([after['spec'], after.metadata.generation]).toEqual([before['spec'], 1])
})

test('what is not zero, and what a pointer says, is kept', () => {
  const { api } = testTwin({})
  const spec = { terminationGracePeriodSeconds: 0, automountServiceAccountToken: false, securityContext: { runAsUser: 0, runAsNonRoot: false } }
  expect(api.create(testDeployment('web', {}, { replicas: 0, template: podTemplate('web', {}, spec) }))['spec']).toMatchObject({ replicas: 0, template: { spec } })
})

test.each([
  { name: 'starts at one', given: undefined, body: {}, generation: '1' },
  { name: 'is taken as given', given: '5', body: {}, generation: '5' },
  { name: 'is never less than one', given: '-3', body: {}, generation: '1' },
  { name: 'rises with the template', given: undefined, body: { spec: { template: { metadata: { labels: { tier: 'front' } } } } }, generation: '2' },
  { name: 'does not rise with the rest', given: undefined, body: { spec: { minReadySeconds: 3 } }, generation: '1' },
  { name: 'is nobody else\'s', given: undefined, body: { metadata: { annotations: { [GENERATION_ANNOTATION]: '9' } } }, generation: '1' },
])('the generation of a DaemonSet\'s template $name', ({ given, body, generation }) => {
  const set = workload('DaemonSet')
  const annotated = given === undefined ? set : { ...set, metadata: { ...set.metadata, annotations: { [GENERATION_ANNOTATION]: given } } }
  expect(merged(annotated, body as JsonValue).metadata.annotations?.[GENERATION_ANNOTATION]).toBe(generation)
})

test.each([
  { strategy: undefined, stored: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } },
  { strategy: { type: 'RollingUpdate' }, stored: { type: 'RollingUpdate' } },
  { strategy: { type: 'RollingUpdate', rollingUpdate: {} }, stored: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } },
  { strategy: { type: 'OnDelete' }, stored: { type: 'OnDelete' } },
])('a StatefulSet that says $strategy', ({ strategy, stored }) => {
  const { api } = testTwin({})
  const created = api.create(workload('StatefulSet', { serviceName: 'web', ...(strategy === undefined ? {} : { updateStrategy: strategy }) }))
  expect((created['spec'] as { updateStrategy?: unknown }).updateStrategy).toEqual(stored)
})

test.each([
  { name: 'shares those of its template', labels: undefined, own: { app: 'web', 'job-name': 'web' } },
  { name: 'keeps its own', labels: { team: 'shop' }, own: { team: 'shop' } },
])('a Job without or with labels $name', ({ labels, own }) => {
  const { api } = testTwin({})
  const template = podTemplate('web', {}, { restartPolicy: 'Never' })
  const created = api.create({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'web', namespace: 'shop', ...(labels === undefined ? {} : { labels }) }, spec: { template } })
  expect(created.metadata.labels).toMatchObject(own)
  expect('job-name' in (created.metadata.labels ?? {})).toBe(labels === undefined)
})
