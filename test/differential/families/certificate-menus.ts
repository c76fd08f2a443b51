/** Requests for certificates, whole, broken and forged. Nobody signs for the domains that are named here. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import { CERTIFICATE, ECDSA_REQUEST, ED25519_REQUEST, MASTERS_REQUEST, pem, RSA_REQUEST, tampered } from '../../support/certificate-requests.ts'
import type { Mutation } from './mutation.ts'
import { metadata } from './setting-metadata.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const CLIENT = 'kubernetes.io/kube-apiserver-client'

export const CERTIFICATE_BASES = {
  signingRequest: { apiVersion: 'certificates.k8s.io/v1', kind: 'CertificateSigningRequest', metadata: { name: '@NAMED' }, spec: { request: pem(ECDSA_REQUEST), signerName: 'nobody.example.com/client', usages: ['client auth'] } },
} as const satisfies Record<string, KubeObject>

export const CERTIFICATE_MENUS: Readonly<Record<keyof typeof CERTIFICATE_BASES, readonly Mutation[]>> = {
  signingRequest: [
    ...metadata,
    ['spec', {}],
    ['spec.request', undefined],
    ['spec.request', ''],
    ['spec.request', pem(RSA_REQUEST)],
    ['spec.request', pem(ED25519_REQUEST)],
    ['spec.request', pem(CERTIFICATE, 'CERTIFICATE')],
    ['spec.request', pem(ECDSA_REQUEST, 'NEW CERTIFICATE REQUEST')],
    ['spec.request', base64('no request at all')],
    ['spec.request', base64('some words before\n').concat(pem(ECDSA_REQUEST))],
    ['spec.request', pem(base64('0'.repeat(20)))],
    ['spec.request', pem('MAMCAQE=')],
    ['spec.request', pem('AgEB')],
    ['spec.request', pem('MAA=')],
    ['spec.request', pem(ECDSA_REQUEST.slice(0, -8))],
    ['spec.request', pem(tampered(ECDSA_REQUEST, 20))],
    ['spec.request', pem(tampered(ED25519_REQUEST, 20))],
    ['spec.request', pem(tampered(RSA_REQUEST, 30))],
    ['spec.request', pem(tampered(RSA_REQUEST, -5))],
    ['spec.signerName', ''],
    ['spec.signerName', undefined],
    ['spec.signerName', 'kubernetes.io/legacy-unknown'],
    ['spec.signerName', CLIENT],
    ['spec', { request: pem(MASTERS_REQUEST), signerName: CLIENT, usages: ['client auth'] }],
    ['spec', { request: pem(MASTERS_REQUEST), signerName: 'nobody.example.com/client', usages: ['client auth'] }],
    ['spec.signerName', 'nobody'],
    ['spec.signerName', 'nobody/client'],
    ['spec.signerName', 'nobody.example.com/a/b'],
    ['spec.signerName', 'Nobody.Example.com/Some_Client'],
    ['spec.signerName', `${'a.'.repeat(130)}com/client`],
    ['spec.signerName', `example.com/${'a'.repeat(254)}`],
    ['spec.usages', []],
    ['spec.usages', ['any', 'any', 'signing']],
    ['spec.usages', ['Client Auth', 'server auth', 'tls']],
    ['spec.expirationSeconds', 600],
    ['spec.expirationSeconds', 599],
    ['spec.expirationSeconds', -1],
    ['spec.username', 'somebody'],
    ['spec.groups', ['system:masters']],
    ['spec.extra', { key: ['a'] }],
    ['status', { conditions: [{ type: 'Approved', status: 'True' }] }],
  ],
}
