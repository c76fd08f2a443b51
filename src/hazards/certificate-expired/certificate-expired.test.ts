import { expect, test } from 'vitest'
import { ago, applied, clusterObject, container, crashed, deployment, log, node, object, viewOf } from '../testing/cluster.ts'
import { seenBy } from '../testing/expect-hazard.ts'
import { certificateExpired } from './certificate-expired.ts'

const certificate = (status: object, issuer = 'right') => object('cert-manager.io/v1', 'Certificate', 'web', { spec: { secretName: 'web-tls', issuerRef: { name: issuer } }, status })
const found = [{ subject: 'Certificate shop/web', plans: [] }]

test.each([
  { name: 'expired', view: viewOf([certificate({ notAfter: ago(60), conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(60), message: 'expired' }] })]), want: found },
  { name: 'not issued', view: viewOf([certificate({ conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(60), message: 'issuer not found' }] })]), want: found },
  { name: 'a caller says so', view: viewOf(deployment('api', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] }), [log('api-h1-p0', 'x509: certificate has expired or is not yet valid')]), want: [{ subject: 'Deployment shop/api', plans: [] }] },
  { name: 'a request that waits, of a node that is down', view: viewOf([node('n1', { ready: 'False' }), clusterObject('certificates.k8s.io/v1', 'CertificateSigningRequest', 'csr-1', { spec: { username: 'system:node:n1' }, status: {} })]), want: [{ subject: 'CertificateSigningRequest csr-1', plans: [] }] },
  { name: 'changed by hand: back', view: viewOf([applied(certificate({ conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(60) }] }, 'wrong'), certificate({}, 'right'))]), want: [{ subject: 'Certificate shop/web', plans: [['patch Certificate shop/web']] }] },
  { name: 'good: weeks left', view: viewOf([certificate({ notAfter: ago(-60 * 24 * 30), conditions: [{ type: 'Ready', status: 'True' }] })]), want: [] },
  { name: 'look-alike: being issued', view: viewOf([certificate({ conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: ago(1) }] })]), want: [] },
  { name: 'look-alike: an authority that is not known', view: viewOf(deployment('api', { revisions: [{ spec: container(), minutes: 900 }], pods: [crashed({ exitCode: 1 })] }), [log('api-h1-p0', 'x509: certificate signed by unknown authority')]), want: [] },
])('$name', ({ view, want }) => expect(seenBy(certificateExpired, view)).toEqual(want))
