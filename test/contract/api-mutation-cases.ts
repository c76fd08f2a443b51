/** Cases of the API contract: mutating admission policies. */

import { expect } from 'vitest'
import type { ApiArena, ApiCase, ApiResponse } from './api-arena.ts'

const GROUP = '/apis/admissionregistration.k8s.io/v1'
const API_VERSION = 'admissionregistration.k8s.io/v1'

interface Policy {
  /** Told apart by this, and played in its order. */
  readonly suffix?: string
  readonly resources?: readonly string[]
  readonly mutations: readonly object[]
  readonly spec?: object
}

const apply = (expression: string): object => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } })
const patch = (expression: string): object => ({ patchType: 'JSONPatch', jsonPatch: { expression } })

/** For the namespace of the case only. */
async function bindMutation({ create, unique, namespace }: ApiArena, { suffix = 'a', resources = ['configmaps'], mutations, spec = {} }: Policy): Promise<void> {
  const name = `${unique}-${suffix}.example.com`
  const resourceRules = [{ apiGroups: ['', 'apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources }]
  await create(`${GROUP}/mutatingadmissionpolicies`, { apiVersion: API_VERSION, kind: 'MutatingAdmissionPolicy', metadata: { name }, spec: { failurePolicy: 'Fail', reinvocationPolicy: 'Never', matchConstraints: { resourceRules }, mutations, ...spec } })
  const matchResources = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }
  await create(`${GROUP}/mutatingadmissionpolicybindings`, { apiVersion: API_VERSION, kind: 'MutatingAdmissionPolicyBinding', metadata: { name }, spec: { policyName: name, matchResources } })
}

function post(arena: ApiArena, metadata: object, more: object = {}, { plural = 'configmaps', dryRun = true } = {}): { readonly method: string; readonly path: string; readonly body: object } {
  const base = plural === 'deployments' ? '/apis/apps/v1' : '/api/v1'
  return { method: 'POST', path: `${base}/namespaces/${arena.namespace}/${plural}${dryRun ? '?dryRun=All' : ''}`, body: { metadata, ...more } }
}

/** Policies reach the server's admission a moment after they are written. */
function untilLabelled(arena: ApiArena, label: string, request: ReturnType<typeof post>): Promise<ApiResponse> {
  return arena.until(request, ({ status, body }) => status < 400 && (body['metadata'] as { labels?: Record<string, string> } | undefined)?.labels?.[label] !== undefined)
}

export const MUTATION_CASES: readonly ApiCase[] = [
  {
    name: 'a configuration is laid over the object, and belongs to nobody',
    run: async (arena) => {
      const expression = 'Object{metadata: Object.metadata{labels: Object.metadata.labels{seen: "yes"}}, spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: object.spec.template.spec.containers.map(c, Object.spec.template.spec.containers{name: c.name, env: [Object.spec.template.spec.containers.env{name: "TIER", value: "gold"}]})}}}}'
      await bindMutation(arena, { resources: ['deployments'], mutations: [apply(expression)] })
      const pod = { containers: [{ name: 'app', image: 'app:1', env: [{ name: 'A', value: '1' }] }, { name: 'side', image: 'side:1' }] }
      const spec = { replicas: 0, selector: { matchLabels: { app: 'a' } }, template: { metadata: { labels: { app: 'a' } }, spec: pod } }
      const { body } = await untilLabelled(arena, 'seen', post(arena, { name: 'web' }, { spec }, { plural: 'deployments' }))
      const made = await arena.call(post(arena, { name: 'web' }, { spec }, { plural: 'deployments', dryRun: false }))
      for (const answer of [body, made.body]) {
        expect(answer).toMatchObject({ metadata: { labels: { seen: 'yes' } }, spec: { template: { spec: { containers: [{ name: 'app', image: 'app:1', env: [{ name: 'A', value: '1' }, { name: 'TIER', value: 'gold' }] }, { name: 'side', env: [{ name: 'TIER', value: 'gold' }] }] } } } })
      }
      expect(JSON.stringify((made.body['metadata'] as { managedFields?: unknown }).managedFields)).not.toContain('TIER')
    },
  },
  {
    name: 'a JSON patch, in order, with conditions, variables and who asks; a test that fails leaves all as it was',
    run: async (arena) => {
      await bindMutation(arena, {
        spec: { matchConditions: [{ name: 'plain', expression: '!object.metadata.name.startsWith("skip-")' }], variables: [{ name: 'owner', expression: 'request.userInfo.username' }] },
        mutations: [
          patch('[JSONPatch{op: "add", path: "/metadata/labels", value: {"first": "1"}}, JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("example.com/who"), value: variables.owner == "" ? "nobody" : "somebody"}]'),
          patch('[JSONPatch{op: "test", path: "/metadata/labels/first", value: "2"}, JSONPatch{op: "add", path: "/metadata/labels/never", value: "x"}]'),
          patch('has(object.data) ? [JSONPatch{op: "replace", path: "/data", value: Object.data{size: string(object.data.size()) + " of " + object.metadata.labels.first}}] : []'),
        ],
      })
      const { body } = await untilLabelled(arena, 'first', post(arena, { name: 'a' }, { data: { x: '1', y: '2' } }))
      expect(body).toMatchObject({ data: { size: '2 of 1' } })
      expect((body['metadata'] as { labels: unknown }).labels).toEqual({ first: '1', 'example.com/who': 'somebody' })
      const skipped = await arena.call(post(arena, { name: 'skip-b' }))
      expect((skipped.body['metadata'] as { labels?: unknown }).labels).toBeUndefined()
    },
  },
  {
    name: 'what cannot be applied refuses, unless failures are ignored',
    run: async (arena) => {
      await bindMutation(arena, { mutations: [apply('Object{metadata: Object.metadata{labels: Object.metadata.labels{size: string(object.data.missing)}}}')] })
      const policy = `${arena.unique}-a.example.com`
      const { body } = await arena.until(post(arena, { name: 'a' }, { data: { x: '1' } }), ({ status }) => status >= 400)
      const message = `policy '${policy}' with binding '${policy}' denied request: expression 'Object{metadata: Object.metadata{labels: Object.metadata.labels{size: string(object.data.missing)}}}' resulted in error: no such key: missing`
      expect(body).toMatchObject({ code: 403, reason: 'Invalid', message, details: { name: 'a', kind: 'configmaps', causes: [{ message }] } })
      await bindMutation(arena, { suffix: 'b', spec: { failurePolicy: 'Ignore' }, mutations: [apply('Object{metadata: Object.metadata{labels: Object.metadata.labels{size: string(object.data.other)}}}')] })
      expect((await arena.call(post(arena, { name: 'b' }, { data: { missing: '1' } }))).status).toBe(201)
    },
  },
  {
    name: 'lists that are one value, and objects of another place, are refused',
    run: async (arena) => {
      await bindMutation(arena, { resources: ['pods'], mutations: [apply('Object{spec: Object.spec{tolerations: [Object.spec.tolerations{key: "a", operator: "Exists"}]}}')] })
      const containers = [{ name: 'app', image: 'app:1' }]
      const { body } = await arena.until(post(arena, { name: 'a' }, { spec: { containers } }, { plural: 'pods' }), ({ status }) => status >= 400)
      expect(body).toMatchObject({ code: 403, message: expect.stringMatching(/denied request: error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: \.spec\.tolerations$/) as unknown })
    },
  },
  {
    name: 'one that asks for it is asked once more after all of them, if any was applied',
    run: async (arena) => {
      const counted = 'Object{metadata: Object.metadata{labels: Object.metadata.labels{count: has(object.metadata.labels) && has(object.metadata.labels.count) ? object.metadata.labels.count + (has(object.metadata.labels.late) ? "-late" : "-alone") : "1"}}}'
      await bindMutation(arena, { suffix: 'a', spec: { reinvocationPolicy: 'IfNeeded' }, mutations: [apply(counted)] })
      const alone = await untilLabelled(arena, 'count', post(arena, { name: 'probe' }))
      expect((alone.body['metadata'] as { labels: unknown }).labels).toEqual({ count: '1-alone' })
      await bindMutation(arena, { suffix: 'b', mutations: [apply('Object{metadata: Object.metadata{labels: Object.metadata.labels{late: "yes"}}}')] })
      const { body } = await untilLabelled(arena, 'late', post(arena, { name: 'a' }))
      expect((body['metadata'] as { labels: unknown }).labels).toEqual({ late: 'yes', count: '1-late' })
    },
  },
]
