import { expect, test } from 'vitest'
import { findingsOf } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { imageNotPinned } from './image-not-pinned.ts'

const running = (image: string) => [object('apps/v1', 'Deployment', 'web', { spec: { template: { spec: { containers: [{ name: 'main', image }] } } } })]
const DIGEST = `sha256:${'a'.repeat(64)}`

test.each([
  { name: 'no tag', image: 'registry.example/web', want: ['spec.template.spec.containers.0.image a tag that moves'] },
  { name: 'latest', image: 'web:latest', want: ['spec.template.spec.containers.0.image a tag that moves'] },
  { name: 'a channel with a flavour', image: 'nginx:stable-alpine', want: ['spec.template.spec.containers.0.image a tag that moves'] },
  { name: 'a registry with a port, and no tag', image: 'registry.example:5000/web', want: ['spec.template.spec.containers.0.image a tag that moves'] },
  { name: 'a version', image: 'web:1.2.3', want: ['spec.template.spec.containers.0.image a tag without a digest'] },
  { name: 'good: a digest', image: `web@${DIGEST}`, want: [] },
  { name: 'look-alike: latest beside a digest', image: `web:latest@${DIGEST}`, want: [] },
  { name: 'look-alike: a version that begins with a channel word', image: 'web:latestish-1.2', want: ['spec.template.spec.containers.0.image a tag without a digest'] },
  { name: 'look-alike: a variable', image: 'web:${TAG}', want: [] },
])('$name', ({ image, want }) => expect(findingsOf(imageNotPinned, { objects: running(image) }).map(({ path, cause }) => `${path.join('.')} ${cause ?? ''}`)).toEqual(want))

test.each([
  { name: 'a pod, a job, a schedule', objects: ['Pod', 'Job', 'CronJob'].map((kind) => object(kind === 'Pod' ? 'v1' : 'batch/v1', kind, 'x', { spec: kind === 'Pod' ? { containers: [{ name: 'a', image: 'x' }] } : kind === 'Job' ? { template: { spec: { containers: [{ name: 'a', image: 'x' }] } } } : { jobTemplate: { spec: { template: { spec: { containers: [{ name: 'a', image: 'x' }] } } } } } })), want: ['spec.containers.0.image', 'spec.template.spec.containers.0.image', 'spec.jobTemplate.spec.template.spec.containers.0.image'] },
  { name: 'look-alike: a pod that a controller made from a template', objects: [object('v1', 'Pod', 'x', { metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }] }, spec: { containers: [{ name: 'a', image: 'x' }] } })], want: [] },
])('$name', ({ objects, want }) => expect(findingsOf(imageNotPinned, { objects }).map(({ path }) => path.join('.'))).toEqual(want))
