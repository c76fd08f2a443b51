import { expect, test } from 'vitest'
import { clusterObject, container, deployment, running, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { endOfLifeVersion } from './end-of-life-version.ts'
import { inDockerfile } from '../testing/files.ts'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'

const one = (image: string) => deployment('w', { revisions: [{ spec: container({ image }), minutes: 900 }], pods: [running] })

test.each([
  { name: 'a kubelet', view: viewOf([clusterObject('v1', 'Node', 'n1', { status: { nodeInfo: { kubeletVersion: 'v1.28.3' } } })]), want: [{ subject: 'Node n1', plans: [] }] },
  { name: 'a kubelet that is older than all that are listed', view: viewOf([clusterObject('v1', 'Node', 'n1', { status: { nodeInfo: { kubeletVersion: 'v1.19.3' } } })]), want: [{ subject: 'Node n1', plans: [] }] },
  { name: 'a database', view: viewOf([one('postgres:12.3')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'an entrance', view: viewOf([one('registry.k8s.io/ingress-nginx/controller:v1.11.1')]), want: [{ subject: 'Deployment shop/w', plans: [] }] },
  { name: 'good', view: viewOf([one('postgres:17')]), want: [] },
  { name: 'good: PostgreSQL 14 lives until November 2026', view: viewOf([one('postgres:14.2')]), want: [] },
  { name: 'look-alike: no version', view: viewOf([one('postgres@sha256:0')]), want: [] },
  { name: 'look-alike: a fork', view: viewOf([one('example.test/postgres-ha:12')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(endOfLifeVersion, view)).toEqual(want))

test.each([
  { name: 'ended', image: 'postgres:13-alpine', now: '2026-11-27T00:00:00Z', want: [3] },
  { name: 'ends within a quarter', image: 'postgres:14', now: '2026-10-01T00:00:00Z', want: [5] },
  { name: 'good', image: 'postgres:17', now: '2026-11-27T00:00:00Z', want: [] },
  { name: 'older than all that are listed', image: 'python:3.7-slim', now: '2026-11-27T00:00:00Z', want: [3] },
  { name: 'good: a minor version of two digits', image: 'python:3.13', now: '2026-11-27T00:00:00Z', want: [] },
  { name: 'a distribution', image: 'alpine:3.19.1', now: '2026-11-27T00:00:00Z', want: [3] },
  { name: 'good: a codename that is not listed', image: 'debian:bookworm-slim', now: '2026-11-27T00:00:00Z', want: [] },
  { name: 'a copy in a registry of ones own', image: 'registry.example/node:16', now: '2026-11-27T00:00:00Z', want: [3] },
  { name: 'look-alike: somebody elses image of that name', image: 'docker.io/calico/node:v3.19.1', now: '2026-11-27T00:00:00Z', want: [] },
  { name: 'look-alike: a longer number', image: 'postgres:140', now: '2026-11-27T00:00:00Z', want: [] },
])('in files: $name', ({ image, now, want }) => expect(findingsOf(endOfLifeVersion, { objects: [workload(oneContainer({ image }))], now }).map(({ severity }) => severity)).toEqual(want))

test('in files: the runtime of a build', async () => expect(await inDockerfile(endOfLifeVersion, 'FROM node:16 AS build\nFROM node:16-alpine\nCOPY --from=build /a /a', { now: '2026-11-27T00:00:00Z' })).toEqual(['0 FROM', '1 FROM']))
