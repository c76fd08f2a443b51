/** Cases of the API contract: admission policies. */

import { expect } from 'vitest'
import type { ApiArena, ApiCase, ApiResponse, Body } from './api-arena.ts'

const GROUP = '/apis/admissionregistration.k8s.io/v1'
const CONFIG_MAPS = [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['configmaps'] }]

interface Policy {
  readonly spec: object
  readonly binding?: object
}

/** A policy for the namespace of the case only. */
async function bindPolicy({ create, unique, namespace }: ApiArena, { spec, binding = {} }: Policy): Promise<void> {
  const name = `${unique}.example.com`
  await create(`${GROUP}/validatingadmissionpolicies`, { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec: { failurePolicy: 'Fail', matchConstraints: { resourceRules: CONFIG_MAPS }, ...spec } })
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }
  await create(`${GROUP}/validatingadmissionpolicybindings`, { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name, validationActions: ['Deny'], matchResources, ...binding } })
}

function post(arena: ApiArena, name: string, data: object, dryRun = false): { readonly method: string; readonly path: string; readonly body: object } {
  return { method: 'POST', path: `/api/v1/namespaces/${arena.namespace}/configmaps${dryRun ? '?dryRun=All' : ''}`, body: { metadata: { name }, data } }
}

/** Policies reach the server's admission a moment after they are written. */
function untilDenied(arena: ApiArena, name: string, data: object): Promise<ApiResponse> {
  return arena.until(post(arena, name, data, true), ({ status }) => status >= 400)
}

function denied({ unique }: ApiArena, message: string): Body {
  const policy = `${unique}.example.com`
  return `ValidatingAdmissionPolicy '${policy}' with binding '${policy}' denied request: ${message}`
}

export const POLICY_CASES: readonly ApiCase[] = [
  {
    name: 'a validation that fails refuses, with its message and as 422',
    run: async (arena) => {
      await bindPolicy(arena, { spec: { variables: [{ name: 'size', expression: 'has(object.data) ? object.data.size() : 0' }], validations: [{ expression: 'variables.size < 2', message: 'too much' }] } })
      const { body } = await untilDenied(arena, 'big', { a: '1', b: '2' })
      expect(body).toMatchObject({ code: 422, reason: 'Invalid', message: `configmaps "big" is forbidden: ${denied(arena, 'too much')}`, details: { name: 'big', kind: 'configmaps', causes: [{ message: denied(arena, 'too much') }] } })
      expect((await arena.call(post(arena, 'small', { a: '1' }))).status).toBe(201)
      const grown = await arena.call({ method: 'PATCH', path: `/api/v1/namespaces/${arena.namespace}/configmaps/small`, type: 'application/merge-patch+json', body: { data: { b: '2' } } })
      expect(grown.status).toBe(422)
    },
  },
  {
    name: 'a message that is made, a reason, the change, and who asks',
    run: async (arena) => {
      await bindPolicy(arena, {
        spec: {
          validations: [
            { expression: 'request.operation != "CREATE" || object.metadata.name.startsWith("ok-")', messageExpression: '"not " + object.metadata.name + " by " + request.userInfo.username', reason: 'Forbidden' },
            { expression: 'oldObject == null || !has(oldObject.data) || !("fixed" in oldObject.data) || object.data.fixed == oldObject.data.fixed' },
          ],
        },
      })
      const { body } = await untilDenied(arena, 'bad', {})
      expect(body).toMatchObject({ code: 403, reason: 'Forbidden', message: expect.stringMatching(/denied request: not bad by \S+$/) as unknown })
      await arena.create(`/api/v1/namespaces/${arena.namespace}/configmaps`, { metadata: { name: 'ok-one' }, data: { fixed: '1' } })
      const changed = await arena.call({ method: 'PATCH', path: `/api/v1/namespaces/${arena.namespace}/configmaps/ok-one`, type: 'application/merge-patch+json', body: { data: { fixed: '2' } } })
      expect(changed.body).toMatchObject({ code: 422, message: expect.stringContaining('denied request: failed expression: oldObject == null ||') as unknown })
    },
  },
  {
    name: 'conditions that do not hold let pass, errors fail closed',
    run: async (arena) => {
      await bindPolicy(arena, {
        spec: { matchConditions: [{ name: 'guarded', expression: '"guarded" in object.data' }], validations: [{ expression: 'object.data.missing == "1"' }] },
      })
      const { body } = await untilDenied(arena, 'a', { guarded: 'yes' })
      expect(body).toMatchObject({ code: 422, message: expect.stringContaining('no such key: missing') as unknown })
      expect((await arena.call(post(arena, 'b', { free: 'yes' }, true))).status).toBe(201)
    },
  },
  {
    name: 'warnings instead of refusals',
    run: async (arena) => {
      await bindPolicy(arena, { spec: { validations: [{ expression: 'false', message: 'think twice' }] }, binding: { validationActions: ['Warn'] } })
      const warned = await arena.until(post(arena, 'a', {}, true), ({ headers }) => headers['warning'] !== undefined)
      expect(warned.status).toBe(201)
      expect(warned.headers['warning']).toBe(`299 - "Validation failed for ValidatingAdmissionPolicy '${arena.unique}.example.com' with binding '${arena.unique}.example.com': think twice"`)
    },
  },
  {
    name: 'parameters come from an object',
    run: async (arena) => {
      const { namespace } = arena
      await arena.create(`/api/v1/namespaces/${namespace}/secrets`, { metadata: { name: 'limits' }, stringData: { max: 'x' } })
      await bindPolicy(arena, {
        spec: { paramKind: { apiVersion: 'v1', kind: 'Secret' }, validations: [{ expression: '!has(params.data) || object.data.size() <= params.data.size()' }] },
        binding: { paramRef: { name: 'limits', namespace, parameterNotFoundAction: 'Deny' } },
      })
      await untilDenied(arena, 'two', { a: '1', b: '2' })
      expect((await arena.call(post(arena, 'one', { a: '1' }, true))).status).toBe(201)
    },
  },
  {
    name: 'the rights of who asks, and of accounts',
    run: async (arena) => {
      const may = (subject: string, verb: string): string => `${subject}.group('').resource('secrets').namespace('${arena.namespace}').check('${verb}')`
      await bindPolicy(arena, {
        spec: {
          validations: [
            { expression: `object.metadata.name != 'own' || !${may('authorizer', 'delete')}.allowed()`, message: 'may' },
            { expression: `object.metadata.name != 'other' || ${may(`authorizer.serviceAccount('${arena.namespace}', 'nobody')`, 'get')}.allowed()`, message: 'may not' },
            { expression: "object.metadata.name != 'path' || !authorizer.path('/healthz').check('get').allowed()", message: 'may look' },
            { expression: "object.metadata.name != 'request' || !authorizer.requestResource.check('create').allowed()", message: 'may create' },
            { expression: "object.metadata.name != 'bad' || authorizer.serviceAccount('not a name', 'x').path('/').check('get').allowed()" },
          ],
        },
      })
      const { body } = await untilDenied(arena, 'own', {})
      expect(body).toMatchObject({ code: 422, message: expect.stringContaining('denied request: may') as unknown })
      const answers = await Promise.all(['other', 'path', 'request', 'bad'].map((name) => arena.call(post(arena, name, {}, true))))
      const messages = answers.map((answer) => String(answer.body['message']).replace(/^.*denied request: /, ''))
      expect(messages).toEqual(['may not', 'may look', 'may create', expect.stringMatching(/resulted in error: Invalid service account namespace$/)])
    },
  },
  {
    name: 'amounts, addresses, formats, and loops over two variables',
    run: async (arena) => {
      await bindPolicy(arena, {
        spec: {
          validations: [
            { expression: "!has(object.data.memory) || quantity(object.data.memory).isLessThan(quantity('1Gi'))", message: 'too much memory' },
            { expression: "!has(object.data.address) || cidr('10.0.0.0/8').containsIP(object.data.address)", message: 'from elsewhere' },
            { expression: "!has(object.data.name) || !format.dns1123Label().validate(object.data.name).hasValue()", messageExpression: "format.dns1123Label().validate(object.data.name).value().join(', ').split(' must')[0]" },
            { expression: "object.data.all(k, v, k != v)", messageExpression: "object.data.transformList(k, v, k == v, k)[0] + ' is itself'" },
          ],
        },
      })
      await untilDenied(arena, 'probe', { memory: '2Gi' })
      const said = async (data: object): Promise<string> => String((await arena.call(post(arena, 'a', data, true))).body['message']).replace(/^.*denied request: /, '')
      expect(await said({ memory: '1024Mi' })).toBe('too much memory')
      expect(await said({ memory: 'lots' })).toMatch(/resulted in error: quantities must match the regular expression/)
      expect(await said({ address: '192.168.0.1' })).toBe('from elsewhere')
      expect(await said({ name: 'A_B' })).toBe('a lowercase RFC 1123 label')
      expect(await said({ x: 'x' })).toBe('x is itself')
      expect((await arena.call(post(arena, 'a', { memory: '1Mi', address: '10.1.2.3', name: 'ok' }, true))).status).toBe(201)
    },
  },
  {
    name: 'variables fail whoever asks for them, and audit annotations refuse where they fail',
    run: async (arena) => {
      await bindPolicy(arena, {
        spec: {
          variables: [{ name: 'size', expression: 'int(object.data.size)' }],
          validations: [{ expression: "object.metadata.name != 'sized' || variables.size < 3", message: 'too large' }],
          auditAnnotations: [{ key: 'kept', valueExpression: "has(object.data.note) ? string(object.data.noted) : ''" }],
        },
        binding: { validationActions: ['Audit'] },
      })
      const { body } = await untilDenied(arena, 'a', { note: 'x' })
      expect(body).toMatchObject({ code: 422, message: expect.stringContaining('resulted in error: no such key: noted') as unknown })
      await bindPolicy({ ...arena, unique: `${arena.unique}-b` }, { spec: { variables: [{ name: 'size', expression: 'int(object.data.size)' }], validations: [{ expression: "object.metadata.name != 'sized' || variables.size < 3", message: 'too large' }] } })
      const failed = await untilDenied(arena, 'sized', { size: 'x' })
      expect(String(failed.body['message'])).toMatch(/composited variable "size" fails to evaluate: type conversion error from 'string' to 'int'$/)
    },
  },
]
