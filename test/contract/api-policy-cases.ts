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
]
