/** Rules that scenarios on a real control plane taught: what is stored of what was sent, and what is refused first. */

import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { profileFor } from '../profile.ts'
import { createStore } from '../store.ts'
import { canonicalQuantity } from './canonical-quantities.ts'
import { defaultObject } from './default-object.ts'
import { createResourceIndex } from './resource-index.ts'
import { withoutDrawn } from './drawn-fields.ts'
import { newObjectErrors } from './validate-object.ts'

const encoded = (text: string): string => Buffer.from(text).toString('base64')

const profile = profileFor({ minor: 36 })
const resources = createResourceIndex(createStore(), profile)

test.each([
  { sent: '0.5Gi', stored: '512Mi' },
  { sent: '1024Mi', stored: '1Gi' },
  { sent: '0.5', stored: '500m' },
  { sent: '1000m', stored: '1' },
  { sent: 2, stored: '2' },
  { sent: '-1500m', stored: '-1500m' },
  { sent: '1e3', stored: '1e3' },
  { sent: '5n', stored: '5n' },
  { sent: 'much', stored: 'much' },
])('the quantity $sent is stored as $stored', ({ sent, stored }) => {
  expect(canonicalQuantity(sent)).toBe(stored)
})

const TEMPLATE = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'main', image: 'app:1' }] } }
const SELECTOR = { matchLabels: { app: 'a' } }

function made(apiVersion: string, kind: string, rest: object): KubeObject {
  return { apiVersion, kind, metadata: { name: 'x', namespace: 'n' }, ...rest }
}

describe('what is stored', () => {
  test.each([
    { name: 'a DaemonSet has no replicas', object: made('apps/v1', 'DaemonSet', { spec: { replicas: 3, selector: SELECTOR, template: TEMPLATE } }), at: ['spec', 'replicas'], stored: undefined },
    { name: 'a ReplicaSet keeps no history', object: made('apps/v1', 'ReplicaSet', { spec: { revisionHistoryLimit: 3, selector: SELECTOR, template: TEMPLATE } }), at: ['spec', 'revisionHistoryLimit'], stored: undefined },
    { name: 'metadata of a template is always there', object: made('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template: { spec: TEMPLATE.spec } } } } }), at: ['spec', 'jobTemplate', 'metadata'], stored: {} },
    { name: 'a Service without ports says nothing of them', object: made('v1', 'Service', { spec: { clusterIP: 'None', ports: [] } }), at: ['spec', 'ports'], stored: undefined },
    { name: 'the limits of a quota are canonical', object: made('v1', 'ResourceQuota', { spec: { hard: { 'limits.memory': '1024Mi' } } }), at: ['spec', 'hard'], stored: { 'limits.memory': '1Gi' } },
  ])('$name', ({ object, at, stored }) => {
    expect(at.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], defaultObject(object, profile))).toEqual(stored)
  })
})

describe('fields in the order in which they are refused', () => {
  test.each([
    { name: 'a Deployment: the selector before the seconds', kind: 'Deployment', spec: { selector: { matchLabels: { app: 'b' } }, template: TEMPLATE, minReadySeconds: -5 }, fields: ['spec.template.metadata.labels', 'spec.minReadySeconds'] },
    { name: 'a StatefulSet: its policies before its pods', kind: 'StatefulSet', spec: { podManagementPolicy: 'Serial', replicas: -1, selector: SELECTOR, template: { ...TEMPLATE, spec: { containers: [] } } }, fields: ['spec.podManagementPolicy', 'spec.replicas', 'spec.template.spec.containers'] },
    { name: 'a DaemonSet: its pods before the seconds', kind: 'DaemonSet', spec: { selector: SELECTOR, template: { ...TEMPLATE, spec: { containers: [] } }, minReadySeconds: -5, revisionHistoryLimit: -1 }, fields: ['spec.template.spec.containers', 'spec.minReadySeconds', 'spec.revisionHistoryLimit'] },
  ])('$name', ({ kind, spec, fields }) => {
    const object = defaultObject(made('apps/v1', kind, { spec }), profile)
    expect(newObjectErrors(resources.demand('apps/v1', kind), object, profile).map(({ field }) => field)).toEqual(fields)
  })

  test.each([
    { type: 'kubernetes.io/tls', data: { 'tls.crt': 'eA==' }, fields: ['data[tls.key]'] },
    { type: 'kubernetes.io/dockerconfigjson', data: {}, fields: ['data[.dockerconfigjson]'] },
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': encoded('{"auths":{}}') }, fields: [] },
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': encoded('user:password') }, fields: ['data[.dockerconfigjson]'] },
    { type: 'kubernetes.io/dockercfg', data: { '.dockercfg': encoded('[]') }, fields: ['data[.dockercfg]'] },
    { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': encoded('⟦secret:data:abcd⟧') }, fields: [] },
    { type: 'kubernetes.io/basic-auth', data: {}, fields: ['data[username]', 'data[password]'] },
    { type: 'kubernetes.io/basic-auth', data: { username: 'eA==' }, fields: [] },
    { type: 'kubernetes.io/ssh-auth', data: {}, fields: ['data[ssh-privatekey]'] },
    { type: 'example.com/own', data: {}, fields: [] },
  ])('a Secret of type $type with $data', ({ type, data, fields }) => {
    expect(newObjectErrors(resources.demand('v1', 'Secret'), made('v1', 'Secret', { type, data }), profile).map(({ field }) => field)).toEqual(fields)
  })
})

test('ports that the server draws are nobody\u2019s, those that were sent are the writer\u2019s', () => {
  const service = (ports: readonly object[]): KubeObject => made('v1', 'Service', { spec: { type: 'NodePort', ports } })
  const written = withoutDrawn({ sent: service([{ port: 1, nodePort: 30_001 }, { port: 2 }]), stored: service([{ port: 1, nodePort: 30_001 }, { port: 2, nodePort: 30_002 }]), profile })
  expect(written?.['spec']).toMatchObject({ type: 'NodePort', ports: [{ port: 1, nodePort: 30_001 }, { port: 2 }] })
  expect(JSON.stringify(written)).not.toContain('30002')
})
