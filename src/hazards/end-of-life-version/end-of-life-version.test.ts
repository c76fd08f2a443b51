import { expect, test } from 'vitest'
import { clusterObject, container, deployment, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { endOfLifeVersion } from './end-of-life-version.ts'

const one = (image: string) => deployment('w', { revisions: [{ spec: container({ image }), minutes: 900 }], pods: [running] })

test.each([
  { name: 'a kubelet', view: viewOf([clusterObject('v1', 'Node', 'n1', { status: { nodeInfo: { kubeletVersion: 'v1.28.3' } } })]), want: [{ subject: 'Node n1', plans: [] }] },
  { name: 'a database', view: viewOf([one('postgres:12.3')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'an entrance', view: viewOf([one('registry.k8s.io/ingress-nginx/controller:v1.11.1')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'good', view: viewOf([one('postgres:17')]), want: [] },
  { name: 'good: PostgreSQL 14 lives until November 2026', view: viewOf([one('postgres:14.2')]), want: [] },
  { name: 'look-alike: no version', view: viewOf([one('postgres@sha256:0')]), want: [] },
  { name: 'look-alike: a fork', view: viewOf([one('example.test/postgres-ha:12')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(endOfLifeVersion, view)).toEqual(want))
