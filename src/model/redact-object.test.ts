import { array, assert, constant, oneof, property, record, tuple, type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRedactor } from '../kernel/redact/redactor.ts'
import { createSharing } from './siblings.ts'
import type { KubeObject } from './kube-object.ts'
import { templateDigest } from './kube/revision.ts'
import { podTemplateOf } from './kube/workload.ts'
import { redactObject, redactObjects } from './redact-object.ts'

const redactor = createRedactor({ key: Buffer.from('a key for tests') })
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const metadata = { namespace: 'shop', name: 'x', uid: 'u-1' }

function deployment(env: readonly object[], annotations: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { ...metadata, annotations }, spec: { template: { spec: { containers: [{ name: 'app', image: 'web:1', env }] } } } }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

describe('what must go, and what must stay for a diagnosis', () => {
  const cases: readonly { readonly name: string; readonly object: KubeObject; readonly gone: readonly string[]; readonly kept: readonly string[] }[] = [
    { name: 'a Secret keeps its keys', object: { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { password: base64('hunter2') }, stringData: { token: 'abc' } }, gone: [base64('hunter2'), '"abc"'], kept: ['"password"', '"token"', 'Opaque'] },
    { name: 'a Secret whose value stands in its annotations', object: { apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, annotations: { note: 'the password is Sesame77', token: 'Sesame77', plain: 'abcd', 'example.com/original': JSON.stringify({ kind: 'Secret', data: {} }), 'example.com/applied': base64('packed'.repeat(20)), owner: 'team-a', 'checksum/config': 'a1'.repeat(32) } }, data: { password: base64('Sesame77') }, stringData: { token: 'abcd' } }, gone: ['Sesame77', 'abcd', '\\"kind\\"', base64('packed'.repeat(20))], kept: ['team-a', 'a1'.repeat(32), 'example.com/original'] },
    { name: 'certificates and their keys', object: { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data: { 'tls.key': base64('-----BEGIN PRIVATE KEY-----x'), 'tls.crt': base64('cert') } }, gone: [base64('-----BEGIN PRIVATE KEY-----x')], kept: ['tls.key', 'tls.crt'] },
    { name: 'an environment, by name', object: deployment([{ name: 'DB_PASSWORD', value: 'dev' }, { name: 'DB_HOST', value: 'db.shop.svc' }, { name: 'DB_URL', value: 'postgres://app:pw9@db:5432/app' }]), gone: ['"dev"', 'pw9'], kept: ['DB_PASSWORD', 'db.shop.svc', '@db:5432/app'] },
    { name: 'references in an environment', object: deployment([{ name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db-credentials', key: 'password' } } }, { name: 'URL', value: 'postgres://app:$(DB_PASSWORD)@db/app' }]), gone: [], kept: ['db-credentials', '$(DB_PASSWORD)'] },
    { name: 'the copy of the whole object', object: deployment([], { [LAST_APPLIED]: JSON.stringify(deployment([{ name: 'API_TOKEN', value: 's3cr3t' }])) }), gone: ['s3cr3t'], kept: ['web:1'] },
    { name: 'a ConfigMap: keys that say secret, and files with secrets in them', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'db.password': 'hunter2', 'app.properties': 'db.host=db\ndb.password=other7\n', mode: 'fast' } }, gone: ['hunter2', 'other7'], kept: ['db.host=db', '"fast"', 'db.password'] },
    { name: 'commands and arguments', object: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'a', command: ['run'], args: ['--password=hunter2', '--token', 'abc', '--port', '8080'] }] } }, gone: ['hunter2', '"abc"'], kept: ['8080'] },
    { name: 'messages of events', object: { apiVersion: 'v1', kind: 'Event', metadata, message: 'exec failed: PGPASSWORD=hunter2 psql -h db', reason: 'Unhealthy' }, gone: ['hunter2'], kept: ['psql -h db', 'Unhealthy'] },
    { name: 'headers of a probe', object: { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'a', livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'X-Api-Key', value: '9f8e7d6c5b4a39281706' }] } } }] } }, gone: ['9f8e7d6c5b4a39281706'], kept: ['X-Api-Key'] },
    { name: 'a custom resource', object: { apiVersion: 'example.com/v1', kind: 'Database', metadata, spec: { rootPassword: 'hunter2', passwordSecret: { name: 'db' }, replicas: 3 } }, gone: ['hunter2'], kept: ['"db"', '3'] },
    { name: 'a user that a binding names', object: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata, subjects: [{ kind: 'User', name: 'ada@example.com' }] }, gone: ['ada@example.com'], kept: ['User'] },
  ]
  test.each(cases)('$name', ({ object, gone, kept }) => {
    const once = redactObject(object, redactor)
    const text = JSON.stringify(once)
    for (const part of gone) expect(text).not.toContain(part)
    for (const part of kept) expect(text).toContain(part)
    expect(redactObject(once, redactor)).toEqual(once)
  })
})

test('an object without secrets is the very same object', () => {
  const object = deployment([{ name: 'LOG_LEVEL', value: 'debug' }], { 'deployment.kubernetes.io/revision': '3', 'checksum/config': 'a1'.repeat(32) })
  expect(redactObject(object, redactor)).toBe(object)
})

test('empty values of a Secret stay empty, and a changed one looks changed', () => {
  const secret = (data: Record<string, string>): KubeObject => ({ apiVersion: 'v1', kind: 'Secret', metadata, data })
  expect(redactObject(secret({ a: '' }), redactor)).toMatchObject({ data: { a: '' } })
  const [one, same, other] = ['x1', 'x1', 'x2'].map((value) => JSON.stringify(redactObject(secret({ a: base64(value) }), redactor)))
  expect(same).toBe(one)
  expect(other).not.toBe(one)
})

test('revisions that differ in a password only have different digests', () => {
  const digests = ['hunter2', 'hunter2', 'hunter3'].map((value) => {
    const template = podTemplateOf(redactObject(deployment([{ name: 'DB_PASSWORD', value }]), redactor))
    return template === undefined ? '' : templateDigest(template)
  })
  expect(digests[0]).toBe(digests[1])
  expect(digests[0]).not.toBe(digests[2])
})

describe('a list is redacted as its objects are one by one, however alike they are', () => {
  // Most say nothing secret, so that they come to stand beside one that does.
  const seldom = <T>(secret: T, plain: T): Arbitrary<T> => oneof({ weight: 1, arbitrary: constant(secret) }, { weight: 7, arbitrary: constant(plain) })
  const env = array(record({ name: seldom('DB_PASSWORD', 'LOG_LEVEL'), value: constant('verbose') }), { minLength: 1, maxLength: 2 })
  const args = tuple(seldom('--token', '--port'), constant('abcdef'))
  const spec = record({ env, args, password: seldom('hunter2', ''), note: seldom('PGPASSWORD=hunter2 psql', 'well') })
  const objects = array(record({ kind: seldom('Secret', 'Pod'), labels: seldom({ app: 'ada@example.com' }, { app: 'shop' }), annotations: seldom({ note: 'api_key=9f8e7d6c5b4a39281706' }, { note: 'none' }), spec, data: seldom({ password: 'hunter2' }, { password: '' }) }), { maxLength: 8 })

  test('also where equal parts are held once', () => {
    assert(property(objects, (drawn) => {
      const read = drawn.map(({ kind, labels, annotations, spec, data }): KubeObject => ({ apiVersion: 'v1', kind, metadata: { ...metadata, labels, annotations }, spec, data }))
      const [alone, together] = [createRedactor({ key: Buffer.from('k') }), createRedactor({ key: Buffer.from('k') })]
      const shared = (JSON.parse(JSON.stringify(read)) as KubeObject[]).map(createSharing())
      expect(redactObjects(shared, together)).toEqual(read.map((object) => redactObject(object, alone)))
      expect(together.withheld()).toEqual(alone.withheld())
    }), { numRuns: 500 })
  })
})
