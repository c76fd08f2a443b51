import { expect, test } from 'vitest'
import { fieldsFound, findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { inValues } from '../testing/files.ts'
import { imageNotPinned } from './image-not-pinned.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

test.each([
  { name: 'no tag', image: 'registry.example/web', want: ['a tag that moves'] },
  { name: 'latest', image: 'web:latest', want: ['a tag that moves'] },
  { name: 'a channel with a flavour', image: 'nginx:stable-alpine', want: ['a tag that moves'] },
  { name: 'a registry with a port, and no tag', image: 'registry.example:5000/web', want: ['a tag that moves'] },
  { name: 'a version', image: 'web:1.2.3', want: ['a tag without a digest'] },
  { name: 'good: a digest', image: `web@${DIGEST}`, want: [] },
  { name: 'look-alike: latest beside a digest', image: `web:latest@${DIGEST}`, want: [] },
  { name: 'look-alike: a version that begins with a channel word', image: 'web:latestish-1.2', want: ['a tag without a digest'] },
  { name: 'look-alike: a variable', image: 'web:${TAG}', want: [] },
])('$name', ({ image, want }) => expect(findingsOf(imageNotPinned, { objects: [workload(oneContainer({ image }))] }).map(({ cause }) => cause)).toEqual(want))

test.each([
  { name: 'a pod, a job, a schedule', objects: ['Pod', 'Job', 'CronJob'].map((kind) => workload(oneContainer({ image: 'x' }), { kind })), want: ['Pod web spec.containers.0.image', 'Job web spec.template.spec.containers.0.image', 'CronJob web spec.jobTemplate.spec.template.spec.containers.0.image'] },
  { name: 'look-alike: a pod that a controller made from a template', objects: [object('v1', 'Pod', 'x', { metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true }] }, spec: { containers: [{ name: 'a', image: 'x' }] } })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(imageNotPinned, { objects })).toEqual(want))

test('in values that nothing rendered: a tag that moves, and not a tag that is left to the chart', async () => {
  expect(await inValues(imageNotPinned, 'web: {image: {repository: web, tag: latest}}\napi: {image: {repository: api, tag: ""}}\njobImage: tools/job:nightly\nkubectl: {image: bitnami/kubectl}\n')).toEqual(['web.image.repository', 'jobImage'])
})
