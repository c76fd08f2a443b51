import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
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
