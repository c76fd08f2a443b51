import { expect, test } from 'vitest'
import { fieldsFound } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { secretCommitted } from './secret-committed.ts'

const secret = (fields: Record<string, unknown>) => [object('v1', 'Secret', 's', fields)]
const base64 = (text: string) => Buffer.from(text).toString('base64')

test.each([
  { name: 'as text', objects: secret({ stringData: { password: 'correct horse' } }), want: ['Secret s stringData'] },
  { name: 'as base64', objects: secret({ data: { password: base64('correct horse') } }), want: ['Secret s data'] },
  { name: 'good', objects: [object('bitnami.com/v1alpha1', 'SealedSecret', 's', { spec: { encryptedData: { a: 'AgB' } } })], want: [] },
  { name: 'look-alike: placeholders', objects: secret({ stringData: { password: '<password>', token: 'changeme' }, data: { a: base64('REPLACE_ME') } }), want: [] },
  { name: 'look-alike: encrypted', objects: secret({ data: { password: 'ENC[AES256_GCM,data:x]' }, sops: {} }), want: [] },
  { name: 'look-alike: without values', objects: secret({ type: 'kubernetes.io/service-account-token' }), want: [] },
  { name: 'look-alike: a cluster', objects: secret({ data: { password: base64('correct horse') } }), complete: true, want: [] },
])('$name', ({ objects, want, complete = false }) => expect(fieldsFound(secretCommitted, { objects, complete })).toEqual(want))
