import { expect, test } from 'vitest'
import { CERTIFICATE, ECDSA_REQUEST, ED25519_REQUEST, MASTERS_REQUEST, pem, RSA_REQUEST, tampered } from '../../../test/support/certificate-requests.ts'
import { parseRequest } from './certificate-request.ts'

const textOf = (encoded: string): string => Buffer.from(encoded, 'base64').toString('latin1')

test.each([
  ['ECDSA', ECDSA_REQUEST, ['shop', 'web']],
  ['ECDSA, of masters', MASTERS_REQUEST, ['shop', 'system:masters']],
  ['Ed25519', ED25519_REQUEST, []],
  ['RSA', RSA_REQUEST, ['shop']],
])('a request with a key of %s', (_name, der, organizations) => {
  expect(parseRequest(textOf(pem(der)))).toEqual({ type: 'request', organizations })
  expect(parseRequest(textOf(pem(tampered(der, -5)))).type).toBe('forged')
  expect(parseRequest(textOf(pem(der)).replaceAll('\n', '\r\n')).type).toBe('request')
})

test.each([
  ['nothing', '', 'PEM block type must be CERTIFICATE REQUEST'],
  ['a certificate', pem(CERTIFICATE, 'CERTIFICATE'), 'PEM block type must be CERTIFICATE REQUEST'],
  ['half a request', pem(ECDSA_REQUEST.slice(0, 40)), 'asn1: syntax error: data truncated'],
  ['more than a request', pem(`${ECDSA_REQUEST.replace(/=+$/, '').slice(0, -2)}AAAA`), 'asn1: syntax error: trailing data'],
  ['nothing in it', pem('MAA='), 'asn1: syntax error: sequence truncated'],
])('%s is no request', (_name, encoded, why) => {
  expect(parseRequest(textOf(encoded))).toEqual({ type: 'unreadable', why })
})
