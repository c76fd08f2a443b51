import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { networkPolicySelectsNothing } from './network-policy-selects-nothing.ts'

const policy = (podSelector: object, namespace = 'shop') => object('networking.k8s.io/v1', 'NetworkPolicy', 'p', { metadata: { namespace }, spec: { podSelector } })
const web = workload(oneContainer())

test.each([
  { name: 'a misspelt label', objects: [web, policy({ matchLabels: { app: 'wbe' } })], want: ['NetworkPolicy p spec.podSelector'] },
  { name: 'a label of another namespace', objects: [web, workload(oneContainer(), { namespace: 'other', name: 'api' }), policy({ matchLabels: { app: 'api' } })], want: ['NetworkPolicy p spec.podSelector'] },
  { name: 'good', objects: [web, policy({ matchLabels: { app: 'web' } })], want: [] },
  { name: 'look-alike: all', objects: [web, policy({})], want: [] },
  { name: 'look-alike: scanned without its workloads', objects: [policy({ matchLabels: { app: 'web' } })], want: [] },
  { name: 'look-alike: a job', objects: [workload(oneContainer(), { kind: 'CronJob', name: 'nightly' }), policy({ matchLabels: { app: 'nightly' } })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(networkPolicySelectsNothing, { objects })).toEqual(want))
