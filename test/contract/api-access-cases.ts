/** Cases of the API contract: who may do what, by RBAC, by tokens and on behalf of others. */

import { expect } from 'vitest'
import type { ApiArena, ApiCase, Body } from './api-arena.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'

function as(user: string, ...groups: readonly string[]): { readonly headers: Record<string, string | readonly string[]> } {
  return { headers: { 'impersonate-user': user, ...(groups.length === 0 ? {} : { 'impersonate-group': groups }) } }
}

async function role({ create, namespace }: ApiArena, name: string, rules: readonly object[]): Promise<void> {
  await create(`${RBAC}/namespaces/${namespace}/roles`, { metadata: { name }, rules })
}

async function bind({ create, namespace }: ApiArena, subject: object, roleRef: { readonly kind: string; readonly name: string }): Promise<void> {
  await create(`${RBAC}/namespaces/${namespace}/rolebindings`, { metadata: { generateName: 'b-' }, subjects: [subject], roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...roleRef } })
}

const user = (name: string): object => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name })
const group = (name: string): object => ({ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name })

async function mayI({ call }: ApiArena, who: string, resourceAttributes: object): Promise<Body> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  const response = await call({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body, ...as(who) })
  expect(response).toMatchObject({ status: 201 })
  return response.body.status as Body
}

/** Rules reach the authorizer a moment after they are written. */
async function untilMay({ until, namespace }: ApiArena, who: string, resourceAttributes: object): Promise<void> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { namespace, ...resourceAttributes } } }
  await until({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body, ...as(who) }, (response) => response.body.status?.allowed === true)
}

export const ACCESS_CASES: readonly ApiCase[] = [
  {
    name: 'what no rule allows is refused, in these words',
    run: async ({ call, namespace }) => {
      const messages: readonly (readonly [string, string, string])[] = [
        ['GET', `/api/v1/namespaces/${namespace}/pods`, `pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "${namespace}"`],
        ['GET', `/api/v1/namespaces/${namespace}/pods/web`, `pods "web" is forbidden: User "bob" cannot get resource "pods" in API group "" in the namespace "${namespace}"`],
        ['GET', `/api/v1/namespaces/${namespace}/pods/web/log`, `pods "web" is forbidden: User "bob" cannot get resource "pods/log" in API group "" in the namespace "${namespace}"`],
        ['GET', `/apis/apps/v1/deployments?watch=true`, 'deployments.apps is forbidden: User "bob" cannot watch resource "deployments" in API group "apps" at the cluster scope'],
        ['DELETE', `/apis/apps/v1/namespaces/${namespace}/deployments`, `deployments.apps is forbidden: User "bob" cannot deletecollection resource "deployments" in API group "apps" in the namespace "${namespace}"`],
        ['GET', `/api/v1/namespaces/${namespace}`, `namespaces "${namespace}" is forbidden: User "bob" cannot get resource "namespaces" in API group "" in the namespace "${namespace}"`],
        ['GET', `/api/v1/nodes/n1`, 'nodes "n1" is forbidden: User "bob" cannot get resource "nodes" in API group "" at the cluster scope'],
        ['GET', '/metrics', 'forbidden: User "bob" cannot get path "/metrics"'],
      ]
      for (const [method, path, message] of messages) expect((await call({ method, path, ...as('bob') })).body).toMatchObject({ message, reason: 'Forbidden', code: 403, status: 'Failure' })
    },
  },
  {
    name: 'who is known may look around',
    run: async ({ call }) => {
      for (const path of ['/api', '/apis', '/openapi/v3', '/version', '/healthz']) expect((await call({ path, ...as('bob') })).status).toBe(200)
    },
  },
  {
    name: 'a role bound to a user, a group, an account',
    run: async (arena) => {
      const { call, namespace } = arena
      await role(arena, 'reader', [{ apiGroups: [''], resources: ['pods', 'pods/log'], verbs: ['get', 'list'] }])
      await bind(arena, user('ann'), { kind: 'Role', name: 'reader' })
      await bind(arena, group('crew'), { kind: 'Role', name: 'reader' })
      await bind(arena, { kind: 'ServiceAccount', name: 'default', namespace }, { kind: 'Role', name: 'reader' })
      const path = `/api/v1/namespaces/${namespace}/pods`
      await untilMay(arena, 'ann', { verb: 'list', resource: 'pods' })
      expect((await call({ path, ...as('ann') })).status).toBe(200)
      expect((await call({ path: `/api/v1/namespaces/default/pods`, ...as('ann') })).status).toBe(403)
      expect((await call({ path, ...as('tom', 'crew') })).status).toBe(200)
      expect((await call({ path, ...as(`system:serviceaccount:${namespace}:default`) })).status).toBe(200)
      expect((await call({ method: 'DELETE', path: `${path}/x`, ...as('ann') })).status).toBe(403)
      expect((await call({ path: `${path}/x/log`, ...as('ann') })).status).toBe(404)
    },
  },
  {
    name: 'names limit a rule, and a list by that name is within it',
    run: async (arena) => {
      const { call, namespace } = arena
      await role(arena, 'one', [{ apiGroups: [''], resources: ['configmaps'], resourceNames: ['mine'], verbs: ['get', 'list', 'update'] }])
      await bind(arena, user('eva'), { kind: 'Role', name: 'one' })
      const path = `/api/v1/namespaces/${namespace}/configmaps`
      await untilMay(arena, 'eva', { verb: 'get', resource: 'configmaps', name: 'mine' })
      expect((await call({ path: `${path}/mine`, ...as('eva') })).status).toBe(404)
      expect((await call({ path: `${path}/other`, ...as('eva') })).status).toBe(403)
      expect((await call({ path, ...as('eva') })).status).toBe(403)
      expect((await call({ path: `${path}?fieldSelector=metadata.name%3Dmine`, ...as('eva') })).status).toBe(200)
    },
  },
  {
    name: 'shipped roles gather what is labelled for them',
    run: async (arena) => {
      const { call, namespace, unique, create } = arena
      await create(`${RBAC}/clusterroles`, {
        metadata: { name: `${unique}-things`, labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
        rules: [{ apiGroups: [`${unique}.example.com`], resources: ['things'], verbs: ['get'] }],
      })
      await bind(arena, user('zoe'), { kind: 'ClusterRole', name: 'edit' })
      await untilMay(arena, 'zoe', { verb: 'get', group: `${unique}.example.com`, resource: 'things' })
      await untilMay(arena, 'zoe', { verb: 'delete', resource: 'pods' })
      expect((await call({ path: `/api/v1/namespaces/${namespace}/secrets`, ...as('zoe') })).status).toBe(200)
      expect(await mayI(arena, 'zoe', { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'rolebindings', namespace })).toEqual({ allowed: false })
      expect(await mayI(arena, 'zoe', { verb: 'list', resource: 'pods', namespace })).toMatchObject({ allowed: true, reason: expect.stringMatching(/^RBAC: allowed by RoleBinding "b-\w+\/.+" of ClusterRole "edit" to User "zoe"$/) as unknown })
      await call({ method: 'DELETE', path: `${RBAC}/clusterroles/${unique}-things` })
    },
  },
  {
    name: 'a binding to a role that is not there explains itself',
    run: async (arena) => {
      const { namespace, until } = arena
      await bind(arena, user('ned'), { kind: 'ClusterRole', name: 'no-such-role' })
      const message = `pods is forbidden: User "ned" cannot list resource "pods" in API group "" in the namespace "${namespace}": RBAC: clusterrole.rbac.authorization.k8s.io "no-such-role" not found`
      await until({ path: `/api/v1/namespaces/${namespace}/pods`, ...as('ned') }, ({ body }) => body.message === message)
    },
  },
  {
    name: 'nobody gives what they do not have',
    run: async (arena) => {
      const { call, namespace, create } = arena
      await role(arena, 'own', [
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
        { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create', 'update', 'get'] },
      ])
      await bind(arena, user('lea'), { kind: 'Role', name: 'own' })
      await untilMay(arena, 'lea', { verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'roles' })
      const roles = `${RBAC}/namespaces/${namespace}/roles`
      const within = { metadata: { name: 'within' }, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] }
      expect((await call({ method: 'POST', path: roles, body: within, ...as('lea') })).status).toBe(201)
      const wider = { metadata: { name: 'wider' }, rules: [{ apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'list'] }] }
      expect((await call({ method: 'POST', path: roles, body: wider, ...as('lea') })).body).toMatchObject({
        code: 403,
        message: 'roles.rbac.authorization.k8s.io "wider" is forbidden: user "lea" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["list"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}',
      })
      const binding = (name: string): object => ({ metadata: { name }, subjects: [user('lea')], roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' } })
      const bindings = `${RBAC}/namespaces/${namespace}/rolebindings`
      expect((await call({ method: 'POST', path: bindings, body: binding('more'), ...as('lea') })).status).toBe(403)
      await create(roles, { metadata: { name: 'binder' }, rules: [{ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], resourceNames: ['edit'], verbs: ['bind'] }] })
      await bind(arena, user('lea'), { kind: 'Role', name: 'binder' })
      await untilMay(arena, 'lea', { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles', name: 'edit' })
      expect((await call({ method: 'POST', path: bindings, body: binding('more'), ...as('lea') })).status).toBe(201)
    },
  },
  {
    name: 'acting as somebody else needs the right to',
    run: async (arena) => {
      const { call, create, unique } = arena
      await create(`${RBAC}/clusterroles`, { metadata: { name: `${unique}-actor` }, rules: [{ apiGroups: [''], resources: ['users'], resourceNames: ['kim'], verbs: ['impersonate'] }] })
      await create(`${RBAC}/clusterrolebindings`, { metadata: { name: `${unique}-actor` }, subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: arena.namespace }], roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: `${unique}-actor` } })
      const { token } = (await create(`/api/v1/namespaces/${arena.namespace}/serviceaccounts/default/token`, { spec: {} }))['status'] as { token: string }
      const whoami = { method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {}, token }
      await arena.until({ ...whoami, headers: { 'impersonate-user': 'kim' } }, ({ status }) => status === 201)
      expect((await call({ ...whoami, headers: { 'impersonate-user': 'kim' } })).body.status.userInfo).toEqual({ username: 'kim', groups: ['system:authenticated'] })
      expect((await call({ ...whoami, headers: { 'impersonate-user': 'root' } })).body).toMatchObject({ code: 403, message: `users "root" is forbidden: User "system:serviceaccount:${arena.namespace}:default" cannot impersonate resource "users" in API group "" at the cluster scope` })
      expect((await call({ ...whoami, headers: { 'impersonate-user': 'kim', 'impersonate-group': 'system:masters' } })).status).toBe(403)
    },
  },
  {
    name: 'a token of an account: who it is, what it may, and its end',
    run: async ({ call, create, namespace, until }) => {
      await create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'robot' } })
      const account = `/api/v1/namespaces/${namespace}/serviceaccounts/robot`
      const asked = await create(`${account}/token`, { spec: { expirationSeconds: 1200 } })
      const { token, expirationTimestamp } = asked['status'] as { token: string; expirationTimestamp: string }
      expect(expirationTimestamp).toMatch(/Z$/)
      const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Body
      expect(claims).toMatchObject({ sub: `system:serviceaccount:${namespace}:robot`, 'kubernetes.io': { namespace, serviceaccount: { name: 'robot' } } })
      expect(claims.exp - claims.iat).toBe(1200)
      const who = await call({ method: 'POST', path: '/apis/authentication.k8s.io/v1/selfsubjectreviews', body: {}, token })
      expect(who.body.status.userInfo).toMatchObject({ username: `system:serviceaccount:${namespace}:robot`, groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] })
      expect((await call({ path: `/api/v1/namespaces/${namespace}/pods`, token })).status).toBe(403)
      const review = await call({ method: 'POST', path: '/apis/authentication.k8s.io/v1/tokenreviews', body: { spec: { token } } })
      expect(review.body.status).toMatchObject({ authenticated: true, user: { username: `system:serviceaccount:${namespace}:robot` } })
      expect((await call({ method: 'POST', path: `${account}/token`, body: { spec: { expirationSeconds: 60 } } })).body).toMatchObject({ code: 422, message: expect.stringContaining('spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes') as unknown })
      await call({ method: 'DELETE', path: account })
      await until({ path: '/api', token }, ({ status }) => status === 401)
    },
  },
  {
    name: 'no token, or a wrong one',
    run: async ({ call }) => {
      expect((await call({ path: '/api', token: 'nonsense' })).body).toMatchObject({ kind: 'Status', code: 401, reason: 'Unauthorized', message: 'Unauthorized' })
    },
  },
  {
    name: 'reviews of others, and of all that one may',
    run: async (arena) => {
      const { call, namespace } = arena
      await role(arena, 'some', [{ apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['get'] }])
      await bind(arena, user('pat'), { kind: 'Role', name: 'some' })
      await untilMay(arena, 'pat', { verb: 'get', group: 'apps', resource: 'deployments', name: 'web' })
      const spec = { user: 'pat', resourceAttributes: { namespace, verb: 'get', group: 'apps', resource: 'deployments', name: 'web' } }
      const local = { method: 'POST', path: `/apis/authorization.k8s.io/v1/namespaces/${namespace}/localsubjectaccessreviews` }
      expect((await call({ ...local, body: { metadata: { namespace }, spec } })).body.status).toMatchObject({ allowed: true })
      const wide = { method: 'POST', path: '/apis/authorization.k8s.io/v1/subjectaccessreviews' }
      expect((await call({ ...wide, body: { spec } })).body.status).toMatchObject({ allowed: true })
      expect((await call({ ...wide, body: { spec: { user: 'pat', nonResourceAttributes: { verb: 'get', path: '/logs' } } } })).body.status).toEqual({ allowed: false })
      expect((await call({ ...wide, body: { spec: { user: 'pat' } } })).status).toBe(422)
      const rules = await call({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body: { spec: { namespace } }, ...as('pat') })
      expect(rules.body.status.resourceRules).toContainEqual({ verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'] })
    },
  },
]
