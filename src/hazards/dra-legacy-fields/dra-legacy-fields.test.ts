import { expect, test } from 'vitest'
import { fieldsFound, oneContainer, workload } from '../testing/audit.ts'
import { clusterObject, object } from '../testing/cluster.ts'
import { draLegacyFields } from './dra-legacy-fields.ts'

test.each([
  { name: 'the class of the alpha', objects: [clusterObject('resource.k8s.io/v1alpha2', 'ResourceClass', 'gpu', { driverName: 'dra.example.com', structuredParameters: true })], want: ['ResourceClass gpu kind'] },
  { name: 'fields of a claim', objects: [object('resource.k8s.io/v1alpha2', 'ResourceClaim', 'c', { spec: { resourceClassName: 'gpu', allocationMode: 'WaitForFirstConsumer' } })], want: ['ResourceClaim c spec.allocationMode', 'ResourceClaim c spec.resourceClassName'] },
  { name: 'of a template', objects: [object('resource.k8s.io/v1alpha2', 'ResourceClaimTemplate', 't', { spec: { spec: { resourceClassName: 'gpu' } } })], want: ['ResourceClaimTemplate t spec.spec.resourceClassName'] },
  { name: 'of a pod', objects: [workload(oneContainer({}, { resourceClaims: [{ name: 'gpu', source: { resourceClaimTemplateName: 't' } }] }))], want: ['Deployment web spec.template.spec.resourceClaims.0.source'] },
  { name: 'good', objects: [clusterObject('resource.k8s.io/v1', 'DeviceClass', 'gpu', { spec: { selectors: [] } }), workload(oneContainer({}, { resourceClaims: [{ name: 'gpu', resourceClaimTemplateName: 't' }] }))], want: [] },
  { name: 'look-alike: a mode of a request', objects: [object('resource.k8s.io/v1', 'ResourceClaim', 'c', { spec: { devices: { requests: [{ name: 'r', exactly: { allocationMode: 'All' } }] } } })], want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(draLegacyFields, { objects })).toEqual(want))

test('the wrong claims are not repeated: it is stable, and structured parameters have their own proposal', () => {
  const card = JSON.stringify(draLegacyFields)
  expect(card).not.toMatch(/beta as of|KEP-3063|feature gate/i)
  expect(card).toContain('resource.k8s.io/v1')
})
