import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { inValues } from '../testing/files.ts'
import { bitnamiStopgap } from './bitnami-stopgap.ts'

const running = (image: string, namespace = 'shop') => [workload(oneContainer({ image }), { namespace })]
const application = (repoURL: string) => [object('argoproj.io/v1alpha1', 'Application', 'a', { spec: { source: { repoURL } } })]

test.each([
  { name: 'the bridge', objects: running('bitnamilegacy/postgresql:16'), now: '2026-01-01T00:00:00Z', want: ['4 a bridge without updates'] },
  { name: 'the bridge, a year later', objects: running('docker.io/bitnamilegacy/postgresql:16'), now: '2026-11-01T00:00:00Z', want: ['2 a bridge without updates'] },
  { name: 'a try-out in production', objects: running('bitnamisecure/redis:latest'), want: ['3 a try-out outside of development'] },
  { name: 'an init container', objects: [workload({ initContainers: [{ name: 'i', image: 'bitnamilegacy/os-shell:12' }], containers: [{ name: 'm', image: 'postgres:17' }] })], now: '2026-01-01T00:00:00Z', want: ['4 a bridge without updates'] },
  { name: 'charts', objects: application('registry-1.docker.io/bitnamicharts'), want: ['3 charts of the closed catalogue'] },
  { name: 'charts, before the day', objects: application('registry-1.docker.io/bitnamicharts'), now: '2025-09-01T00:00:00Z', want: [] },
  { name: 'good', objects: [...running('postgres:17'), ...application('https://cloudnative-pg.github.io/charts')], want: [] },
  { name: 'look-alike: a try-out where one tries', objects: running('bitnamisecure/redis:latest', 'team-dev'), want: [] },
  { name: 'look-alike: a mirror', objects: running('registry.example/bitnamilegacy/postgresql:16'), want: [] },
])('$name', ({ objects, want, now }) => expect(findingsOf(bitnamiStopgap, { objects, ...(now === undefined ? {} : { now }) }).map(({ severity, cause }) => `${severity ?? ''} ${cause ?? ''}`)).toEqual(want))

test.each([
  { name: 'the bridge', text: 'image:\n  registry: docker.io\n  repository: bitnamilegacy/redis\n  tag: 7.2.5\nmetrics:\n  image: {repository: bitnamilegacy/redis-exporter, tag: "1"}\n', want: ['image.repository', 'metrics.image.repository'] },
  { name: 'good', text: 'image: {repository: redis, tag: 7.4.1}\n', want: [] },
  { name: 'look-alike: a mirror for all of it', text: 'global: {imageRegistry: registry.example}\nimage: {repository: bitnamilegacy/redis, tag: "7"}\n', want: [] },
])('in values that nothing rendered: $name', async ({ text, want }) => expect(await inValues(bitnamiStopgap, text)).toEqual(want))

test('a chart that depends on the closed catalogue', () => {
  const chart = (repository: string) => ({ type: 'chart-values', file: 'Chart.yaml', raw: { dependencies: [{ name: 'redis', version: '1', repository }] } }) as const
  const causes = (repository: string) => findingsOf(bitnamiStopgap, { chartValues: [chart(repository)] }).map(({ cause }) => cause)
  expect([causes('oci://registry-1.docker.io/bitnamicharts'), causes('https://charts.example')]).toEqual([['charts of the closed catalogue'], []])
})
