import { expect, test } from 'vitest'
import { fieldsFound, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { draReferenceMissing } from './dra-reference-missing.ts'

const pod = (claims: object[], asked: string[]) => workload({ resourceClaims: claims, containers: [{ name: 'm', image: 'i', resources: { claims: asked.map((name) => ({ name })) } }] })
const template = (namespace = 'shop') => object('resource.k8s.io/v1', 'ResourceClaimTemplate', 't', { metadata: { namespace } })
const gpu = { name: 'gpu', resourceClaimTemplateName: 't' }

test.each([
  { name: 'not listed', objects: [pod([gpu], ['gpu', 'nic'])], want: ['Deployment web spec.template.spec.containers.0.resources.claims.1'] },
  { name: 'not there', objects: [pod([{ ...gpu, resourceClaimTemplateName: 'u' }], ['gpu']), template()], want: ['Deployment web spec.template.spec.resourceClaims.0'] },
  { name: 'in another namespace', objects: [pod([gpu], ['gpu']), template('other')], complete: true, want: ['Deployment web spec.template.spec.resourceClaims.0'] },
  { name: 'nobody uses it', objects: [pod([gpu], [])], want: ['Deployment web spec.template.spec.resourceClaims.0'] },
  { name: 'good', objects: [pod([gpu], ['gpu']), template()], want: [] },
  { name: 'look-alike: templates lie elsewhere', objects: [pod([gpu], ['gpu'])], want: [] },
  { name: 'look-alike: the old nesting', objects: [pod([{ name: 'gpu', source: { resourceClaimTemplateName: 't' } }], ['gpu']), template()], want: [] },
])('$name', ({ objects, want, complete }) => expect(fieldsFound(draReferenceMissing, { objects, ...(complete === undefined ? {} : { complete }) })).toEqual(want))
