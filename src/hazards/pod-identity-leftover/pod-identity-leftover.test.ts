import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { podIdentityLeftover } from './pod-identity-leftover.ts'

test.each([
  { name: 'an object', objects: [object('aadpodidentity.k8s.io/v1', 'AzureIdentity', 'i')], want: ['AzureIdentity i kind'] },
  { name: 'a label', objects: [workload(oneContainer(), { labels: { aadpodidbinding: 'i' } })], want: ['Deployment web spec.template.metadata.labels.aadpodidbinding'] },
  { name: 'good', objects: [workload(oneContainer(), { labels: { 'azure.workload.identity/use': 'true' } })], want: [] },
  { name: 'look-alike: other words', objects: [workload(oneContainer(), { labels: { 'example.com/aadpodidbinding': 'x' } })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(podIdentityLeftover, { objects })).toEqual(want))
