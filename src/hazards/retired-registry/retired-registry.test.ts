import { expect, test } from 'vitest'
import { container, deployment, running, viewOf, waiting, type PodDraft } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { retiredRegistry } from './retired-registry.ts'
import { inDockerfile } from '../testing/files.ts'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'

const one = (image: string, pod: PodDraft) => deployment('w', { revisions: [{ spec: container({ image }), minutes: 900 }], pods: [pod] })
const found = [{ subject: 'Deployment shop/w', plans: [] }]

test.each([
  { name: 'a pull fails where the place was closed', view: viewOf(one('bitnami/redis:7.2.4', waiting('ImagePullBackOff', 'not found'))), want: found },
  { name: 'the last rollout moved it there: back', view: viewOf(deployment('w', { revisions: [{ spec: container({ image: 'redis:7.2' }), minutes: 900 }, { spec: container({ image: 'docker.io/bitnami/redis:7.2.4' }), minutes: 20 }], pods: [waiting('ErrImagePull', 'not found')] })), want: [{ subject: 'Deployment shop/w', plans: [['roll back Deployment shop/w from revision 2 to 1']] }] },
  { name: 'a risk while nothing fails', view: viewOf(one('k8s.gcr.io/pause:3.9', running)), want: found },
  { name: 'good', view: viewOf(one('registry.k8s.io/pause:3.9', running)), want: [] },
  { name: 'look-alike: a mirror of one\'s own', view: viewOf(one('mirror.test/bitnami/redis:7.2.4', running)), want: [] },
  { name: 'look-alike: what is still served', view: viewOf(one('bitnami/redis:latest', running)), want: [] },
])('$name', ({ view, want }) => expect(seenBy(retiredRegistry, view)).toEqual(want))

test.each([
  { name: 'after the day', image: 'bitnami/redis:7.2', now: '2025-10-01T00:00:00Z', want: [2] },
  { name: 'before it', image: 'bitnami/redis:7.2', now: '2025-08-01T00:00:00Z', want: [4] },
  { name: 'look-alike: a mirror', image: 'registry.example/bitnami/redis:7.2', now: '2025-10-01T00:00:00Z', want: [] },
])('in files: $name', ({ image, now, want }) => expect(findingsOf(retiredRegistry, { objects: [workload(oneContainer({ image }))], now }).map(({ severity }) => severity)).toEqual(want))

test('in files: the base of a build', async () => expect(await inDockerfile(retiredRegistry, 'FROM k8s.gcr.io/pause:3.9')).toEqual(['0 FROM']))
