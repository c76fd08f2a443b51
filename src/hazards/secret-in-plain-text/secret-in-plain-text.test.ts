import { expect, test } from 'vitest'
import { fieldsFound, findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { object } from '../testing/cluster.ts'
import { secretInPlainText } from './secret-in-plain-text.ts'

const env = (name: string, value: unknown) => [workload(oneContainer({ env: [{ name, value }] }))]
const map = (data: object) => [object('v1', 'ConfigMap', 'c', { data })]
const field = ['Deployment web spec.template.spec.containers.0.env.0.value']

test.each([
  { name: 'a password', objects: env('DB_PASSWORD', 'hunter2hunter2'), want: field },
  { name: 'a password that is hardly one', objects: env('MYSQL_ROOT_PASSWORD', 'root'), want: field },
  { name: 'a token under any name', objects: env('GH', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'), want: field },
  { name: 'in a ConfigMap', objects: map({ 'api-key': 'd41d8cd98f00b204e980' }), want: ['ConfigMap c data.api-key'] },
  { name: 'a private key in a file of a ConfigMap', objects: map({ 'server.conf': 'x\n-----BEGIN RSA PRIVATE KEY-----\ny' }), want: ['ConfigMap c data.server.conf'] },
  { name: 'good', objects: [workload(oneContainer({ env: [{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] }))], want: [] },
  { name: 'look-alike: where it lies, under a name that does not say so', objects: env('GOOGLE_APPLICATION_CREDENTIALS', '/etc/cloud-sa/cloud-sa.json'), want: [] },
  { name: 'look-alike: where it lies', objects: env('DB_PASSWORD_FILE', '/run/secrets/db'), want: [] },
  { name: 'look-alike: a reference', objects: env('TOKEN', '$(OTHER_TOKEN)'), want: [] },
  { name: 'look-alike: a word that contains one', objects: env('TOKENIZERS_PARALLELISM', 'falsefalse'), want: [] },
  { name: 'look-alike: a certificate', objects: map({ 'ca.crt': '-----BEGIN CERTIFICATE-----\nMIIB' }), want: [] },
  { name: 'look-alike: a number that YAML made', objects: env('PASSWORD', 12345678), want: [] },
])('$name', ({ objects, want }) => expect(fieldsFound(secretInPlainText, { objects })).toEqual(want))

test.each([
  { name: 'a token', objects: env('GH', 'ghp_0123456789abcdefghijABCDEFGHIJ012345'), want: field },
  { name: 'a private key in a file', objects: map({ 'server.conf': 'x\n-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAw7Zdfmece8iaB0kiTY8pCtiBtzbptJmP28nSWwtdjRu0f2GF\n-----END RSA PRIVATE KEY-----' }), want: ['ConfigMap c data.server.conf'] },
  { name: 'look-alike: nothing was withheld', objects: env('GREETING', 'hello'), want: [] },
])('in a cluster, where it is withheld before anybody sees it: $name', ({ objects, want }) => expect(fieldsFound(secretInPlainText, { objects, redacted: true })).toEqual(want))

test('the value itself is never told', () => {
  const told = JSON.stringify(findingsOf(secretInPlainText, { objects: env('DB_PASSWORD', 'hunter2hunter2') }).map(({ path, summary, advice, cause }) => ({ path, summary, advice, cause })))
  expect(told).not.toContain('hunter2')
})
