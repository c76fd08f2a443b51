/** Subresources, and the questions that a client may ask of who may do what. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { JsonObject, JsonValue } from '../../../src/kernel/json.ts'
import type { RawRequest } from '../requests/raw-request.ts'
import { nameOf, TAME, wholeBody } from './request-objects.ts'
import { letter, writeQuery } from './request-writes.ts'

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
const POD = '/api/v1/namespaces/NAMESPACE/pods'

const withParts = TAME.filter(({ parts }) => parts !== undefined)

const STATUSES: readonly JsonObject[] = [{ status: { phase: 'Running' } }, { status: { conditions: [{ type: 'Ready', status: 'True' }] } }, { status: { active: 2 } }, { status: { nothing: 1 } }, { status: null }, { status: 'x' }, { status: {}, metadata: { labels: { app: 'status' }, annotations: { by: 'status' } } }, { status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } }, { spec: { replicas: 5 } }]
const DEBUG = { name: 'debug', image: 'registry.example/debug:1' }
const EPHEMERAL: readonly JsonObject[] = [{ spec: { ephemeralContainers: [DEBUG] } }, { spec: { ephemeralContainers: [{ ...DEBUG, name: 'second' }] } }, { spec: { ephemeralContainers: [] } }, { spec: { ephemeralContainers: [{ ...DEBUG, name: 'Bad' }] } }, { spec: { ephemeralContainers: [{ ...DEBUG, ports: [{ containerPort: 80 }] }] } }]
const SIZES: readonly JsonObject[] = [{ spec: { containers: [{ name: 'app', resources: { requests: { cpu: '100m' } } }] } }, { spec: { containers: [{ name: 'app', resources: { limits: { memory: '1Gi' } } }] } }, { spec: { containers: [] } }]
const EDITS: Readonly<Record<string, readonly JsonObject[]>> = { status: STATUSES, ephemeralcontainers: EPHEMERAL, resize: SIZES }

const partWrites: Arbitrary<RawRequest> = fc
  .constantFrom(...withParts.flatMap((chosen) => (chosen.parts ?? []).map((part) => ({ chosen, part }))))
  .chain(({ chosen, part }) => fc.record({ chosen: fc.constant(chosen), part: fc.constant(part), at: letter, edit: fc.constantFrom(...(EDITS[part] ?? [])), method: fc.constantFrom('GET', 'PUT', 'PATCH', 'PATCH', 'POST', 'DELETE'), type: fc.constantFrom(MERGE, STRATEGIC), query: writeQuery }))
  .map(({ chosen, part, at, edit, method, type, query }): RawRequest => {
    const path = `${chosen.path}/${nameOf(chosen, at)}/${part}`
    // Put under a part of its own, a pod loses who set what it does not mention, though it keeps it: that is not modelled.
    if (method === 'PATCH' || (method === 'PUT' && part !== 'status')) return { method: 'PATCH', path, body: edit, type, query }
    return { method, path, ...(method === 'GET' ? {} : { body: wholeBody(chosen, nameOf(chosen, at), [edit]), query }) }
  })

const DEPLOYMENTS = '/apis/apps/v1/namespaces/NAMESPACE/deployments'

/** Paused and of no size: nothing is made of it, whatever its scale. */
export const stillDeployment: RawRequest = {
  method: 'POST',
  path: DEPLOYMENTS,
  body: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'still' }, spec: { paused: true, replicas: 0, selector: { matchLabels: { app: 'still' } }, template: { metadata: { labels: { app: 'still' } }, spec: { containers: [{ name: 'app', image: 'registry.example/app:1' }] } } } },
}

const SCALES: readonly (JsonValue | object)[] = [
  { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'still', namespace: 'NAMESPACE' }, spec: { replicas: 2 } },
  { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'still' }, spec: { replicas: 1 } },
  { metadata: { name: 'still' }, spec: { replicas: 3 } },
  { metadata: { name: 'other' }, spec: { replicas: 3 } },
  { metadata: { name: 'still', namespace: 'elsewhere' }, spec: { replicas: 3 } },
  { metadata: { name: 'still' }, spec: { replicas: -1 } },
  { metadata: { name: 'still' }, spec: { replicas: 'two' } },
  { metadata: { name: 'still', resourceVersion: '1' }, spec: { replicas: 2 } },
  { metadata: { name: 'still', uid: '00000000-0000-0000-0000-00000000000a' }, spec: { replicas: 2 } },
  { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'still' }, spec: { replicas: 2 } },
  { apiVersion: 'extensions/v1beta1', kind: 'Scale', metadata: { name: 'still' }, spec: { replicas: 2 } },
  { metadata: { name: 'still' } },
  { spec: { replicas: 2 } },
  { metadata: { name: 'still' }, spec: { replicas: 2, size: 1 } },
  '{',
  '',
]

const scales: Arbitrary<RawRequest> = fc.record({ method: fc.constantFrom('GET', 'PUT', 'PUT', 'PATCH', 'PATCH', 'POST', 'DELETE'), body: fc.constantFrom(...SCALES), type: fc.constantFrom(MERGE, STRATEGIC), query: writeQuery, name: fc.constantFrom('still', 'still', 'still', 'none') }).map(({ method, body, type, query, name }): RawRequest => {
  const path = `${DEPLOYMENTS}/${name}/scale`
  // A patch to a form of old has to be read in that form, of which the twin knows nothing.
  if (method === 'PATCH' && JSON.stringify(body).includes('extensions/v1beta1')) return { method: 'GET', path }
  return method === 'GET' ? { method, path } : { method, path, body, query, ...(method === 'PATCH' ? { type } : {}) }
})

const EVICTIONS: readonly (JsonValue | object)[] = [
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'b' } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a', namespace: 'elsewhere' } },
  { apiVersion: 'policy/v1beta1', kind: 'Eviction', metadata: { name: 'a' } },
  { apiVersion: 'policy/v1', kind: 'Eviction' },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' }, deleteOptions: { dryRun: ['All'] } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' }, deleteOptions: { dryRun: ['Some'] } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' }, deleteOptions: { gracePeriodSeconds: 0 } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' }, deleteOptions: { preconditions: { uid: '<UID>' } } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' }, deleteOptions: { preconditions: { uid: '00000000-0000-0000-0000-00000000000a' } } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' }, deleteOptions: { preconditions: { resourceVersion: '1' } } },
  { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'a' }, deleteOptions: { propagationPolicy: 'Sideways' } },
  { metadata: { name: 'a' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
  {},
  '{',
  '',
]

const evictions: Arbitrary<RawRequest> = fc.record({ name: fc.constantFrom('a', 'a', 'b', 'none'), body: fc.constantFrom(...EVICTIONS), query: writeQuery, method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'PUT') }).map(({ name, body, query, method }) => ({ method, path: `${POD}/${name}/eviction`, body, query }))

const BINDINGS: readonly (JsonValue | object)[] = [
  { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a' }, target: { kind: 'Node' } },
  { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a' }, target: { kind: 'Pod', name: 'x' } },
  { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'b' }, target: { kind: 'Node', name: 'x' } },
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
  { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'a' } },
  {},
  '',
]

const bindings: Arbitrary<RawRequest> = fc.record({ name: fc.constantFrom('a', 'none'), body: fc.constantFrom(...BINDINGS), method: fc.constantFrom('POST', 'POST', 'POST', 'GET') }).map(({ name, body, method }) => ({ method, path: `${POD}/${name}/binding`, body }))

const TOKENS: readonly (JsonValue | object)[] = [
  { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } },
  { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 5 } },
  { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 4294967297 } },
  { spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } } },
  { spec: { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'a' } } },
  { metadata: { name: 'other' }, spec: {} },
  { metadata: { namespace: 'elsewhere' }, spec: {} },
  '',
  '{',
]

const tokens: Arbitrary<RawRequest> = fc.record({ name: fc.constantFrom('default', 'default', 'none'), body: fc.constantFrom(...TOKENS), method: fc.constantFrom('POST', 'POST', 'POST', 'GET') }).map(({ name, body, method }) => ({ method, path: `/api/v1/namespaces/NAMESPACE/serviceaccounts/${name}/token`, body }))

const AUTHORIZATION = '/apis/authorization.k8s.io/v1'
const ATTRIBUTES: readonly JsonObject[] = [
  { resourceAttributes: { verb: 'list', resource: 'pods' } },
  { resourceAttributes: { verb: 'get', resource: 'nodes', name: 'x' } },
  { resourceAttributes: { verb: 'update', group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'NAMESPACE' } },
  { resourceAttributes: { verb: 'create', resource: 'pods', subresource: 'binding', namespace: 'NAMESPACE' } },
  { nonResourceAttributes: { verb: 'get', path: '/api' } },
  { nonResourceAttributes: { verb: 'post', path: '/other' } },
  { resourceAttributes: { verb: 'get', resource: 'pods' }, nonResourceAttributes: { verb: 'get', path: '/x' } },
  {},
  { resourceAttributes: {} },
  { resourceAttributes: { verb: 'list', resource: 'pods', fieldSelector: { rawSelector: 'a=b' } } },
]
const WHO: readonly JsonObject[] = [{ user: 'system:kube-scheduler' }, { user: 'jane' }, { user: 'jane', groups: ['system:masters'] }, { groups: ['system:authenticated'] }, {}, { user: 'system:kube-controller-manager', uid: 'x', extra: { scopes: ['a'] } }]

const reviews: Arbitrary<RawRequest> = fc
  .record({ kind: fc.constantFrom('SelfSubjectAccessReview', 'SubjectAccessReview', 'LocalSubjectAccessReview', 'SelfSubjectRulesReview', 'SelfSubjectReview'), attributes: fc.constantFrom(...ATTRIBUTES), who: fc.constantFrom(...WHO), named: fc.boolean(), namespace: fc.constantFrom('NAMESPACE', 'elsewhere', ''), query: writeQuery, as: fc.constantFrom('jane', 'system:kube-scheduler', 'system:kube-controller-manager') })
  .map(({ kind, attributes, who, named, namespace, query, as }): RawRequest => {
    const plural = `${kind.toLowerCase()}s`
    const isAuthentication = kind === 'SelfSubjectReview'
    const path = isAuthentication ? `/apis/authentication.k8s.io/v1/${plural}` : kind === 'LocalSubjectAccessReview' ? `${AUTHORIZATION}/namespaces/NAMESPACE/${plural}` : `${AUTHORIZATION}/${plural}`
    const spec = kind === 'SelfSubjectRulesReview' ? { namespace } : kind.startsWith('Self') ? attributes : { ...attributes, ...who }
    const apiVersion = isAuthentication ? 'authentication.k8s.io/v1' : 'authorization.k8s.io/v1'
    return { method: 'POST', path, query, body: { apiVersion, kind, ...(named ? { metadata: { name: 'x' } } : {}), ...(isAuthentication ? {} : { spec }) }, headers: { 'impersonate-user': as, 'impersonate-group': 'system:authenticated' } }
  })

export const parts: Arbitrary<RawRequest> = fc.oneof({ weight: 4, arbitrary: partWrites }, { weight: 2, arbitrary: scales }, { weight: 2, arbitrary: evictions }, { weight: 1, arbitrary: bindings }, { weight: 1, arbitrary: tokens })
export { reviews }
