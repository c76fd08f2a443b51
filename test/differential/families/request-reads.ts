/** GET of objects, lists and documents, in the forms that clients ask for; and what cannot be asked. */

import * as fc from 'fast-check'
import type { Arbitrary } from 'fast-check'
import type { RawRequest } from '../requests/raw-request.ts'
import { nameOf } from './request-objects.ts'
import { letter, rarely, tame, type Query } from './request-writes.ts'

const META = 'g=meta.k8s.io;v=v1'

export const accepts: Arbitrary<string | undefined> = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      `application/json;as=Table;${META}`,
      `application/json;as=Table;${META},application/json`,
      `application/json;as=PartialObjectMetadata;${META}`,
      `application/json;as=PartialObjectMetadataList;${META}`,
      'application/json;as=Table;g=meta.k8s.io;v=v9',
      'application/json;as=Other;g=meta.k8s.io;v=v1',
      'text/csv',
      'text/html',
      'application/*',
      '*/*',
      '',
      'application/json;q=0.5,text/plain',
    ),
  },
)

const selectors: Arbitrary<Query> = fc.constantFrom<Query>(
  [['labelSelector', 'app=a']], [['labelSelector', 'app!=a,app']], [['labelSelector', 'app in (a, b)']], [['labelSelector', 'app notin (a)']], [['labelSelector', '!app']], [['labelSelector', 'app==']],
  [['labelSelector', '==']], [['labelSelector', 'app in']], [['labelSelector', 'app=a b']], [['labelSelector', 'bad key!=x']], [['labelSelector', 'app>1']], [['labelSelector', 'app>x']], [['labelSelector', `app=${'x'.repeat(64)}`]], [['labelSelector', 'a b']], [['labelSelector', ',']],
  [['fieldSelector', 'metadata.name=a']], [['fieldSelector', 'metadata.name!=a']], [['fieldSelector', 'spec.none=1']], [['fieldSelector', 'metadata.name']], [['fieldSelector', 'metadata.name=a,metadata.namespace=NAMESPACE']], [['fieldSelector', 'metadata.name=a\\']],
)

const paging: Arbitrary<Query> = fc.constantFrom<Query>([['limit', '1']], [['limit', '0']], [['limit', '-1']], [['limit', 'few']], [['limit', '1'], ['continue', '<CONTINUE>']], [['continue', '<CONTINUE>']], [['continue', 'nonsense']], [['continue', 'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTF9']], [['limit', '1'], ['continue', '<CONTINUE>'], ['resourceVersion', '1']])

const versions: Arbitrary<Query> = fc
  .record({ version: fc.constantFrom(undefined, '', '0', '<VERSION>', '99999999999', 'soon', '-1'), match: fc.constantFrom(undefined, 'Exact', 'NotOlderThan', 'Sometimes', ''), initial: rarely(fc.constantFrom('true', 'false', 'maybe')) })
  .map(({ version, match, initial }) => Object.entries({ resourceVersion: version, resourceVersionMatch: match, sendInitialEvents: initial }).flatMap(([name, value]): Query => (value === undefined ? [] : [[name, value]])))

const others: Arbitrary<Query> = fc.constantFrom<Query>([['includeObject', 'None']], [['includeObject', 'Object']], [['includeObject', 'Some']], [['timeoutSeconds', 'x']], [['pretty', 'false']], [['unknown', '1']])

export const lists: Arbitrary<RawRequest> = fc
  .record({ chosen: tame.filter(({ path }) => path.includes('NAMESPACE')), parts: fc.array(fc.oneof(selectors, paging, versions, others), { minLength: 0, maxLength: 2 }), accept: accepts })
  .map(({ chosen, parts, accept }) => ({ method: 'GET', path: chosen.path, query: parts.flat(), ...(accept === undefined ? {} : { accept }) }))

/** Refused ones end at once; a stream that is given ends by itself. */
export const refusedWatches: Arbitrary<RawRequest> = fc
  .record({ chosen: tame.filter(({ path }) => path.includes('NAMESPACE')), query: fc.constantFrom<Query>([['sendInitialEvents', 'true']], [['sendInitialEvents', 'true'], ['resourceVersionMatch', 'Exact']], [['sendInitialEvents', 'false'], ['resourceVersionMatch', 'NotOlderThan'], ['resourceVersion', 'soon']], [['resourceVersionMatch', 'NotOlderThan']], [['resourceVersion', 'soon']], [['labelSelector', '==']], [['fieldSelector', 'x=1']], [['sendInitialEvents', 'maybe']], [['continue', 'x'], ['limit', '1'], ['resourceVersionMatch', 'Exact']]) })
  .map(({ chosen, query }) => ({ method: 'GET', path: chosen.path, query: [['watch', 'true'], ['timeoutSeconds', '1'], ...query] }))

export const gets: Arbitrary<RawRequest> = fc
  .record({ chosen: tame, at: fc.oneof(letter, fc.constant('none')), accept: accepts, query: fc.constantFrom<Query>([], [], [], [['resourceVersion', '0']], [['resourceVersion', '<VERSION>']], [['resourceVersion', '99999999999']], [['resourceVersion', 'soon']], [['includeObject', 'Object']]) })
  .map(({ chosen, at, accept, query }) => ({ method: 'GET', path: `${chosen.path}/${nameOf(chosen, at)}`, query, ...(accept === undefined ? {} : { accept }) }))

const PATHS = [
  '/nothing', '/api', '/api/', '/api/v1', '/api/v2', '/api/v1/nothing', '/api/v1/namespaces/NAMESPACE/nothing', '/api/v1/namespaces/NAMESPACE/nothing/x', '/api/v1/nodes/none', '/api/v1/namespaces/none-such/configmaps', '/api/v1/namespaces/none-such/configmaps/x',
  '/apis/none.example.com', '/apis/none.example.com/v1', '/apis/none.example.com/v1/things', '/apis/apps', '/apis/apps/', '/apis/apps/v1', '/apis/apps/v1beta1', '/apis/apps/v1beta1/deployments', '/apis/apps/v1/nothing', '/apis/batch', '/apis/batch/v1', '/apis/policy', '/apis/policy/v1',
  '/apis/autoscaling', '/apis/autoscaling/v1', '/apis/autoscaling/v2', '/apis/networking.k8s.io/v1', '/apis/storage.k8s.io/v1', '/apis/rbac.authorization.k8s.io/v1', '/apis/coordination.k8s.io/v1', '/apis/node.k8s.io/v1', '/apis/discovery.k8s.io/v1', '/apis/events.k8s.io/v1', '/apis/scheduling.k8s.io/v1',
  '/apis/authentication.k8s.io/v1', '/apis/authorization.k8s.io/v1', '/apis/admissionregistration.k8s.io/v1', '/apis/apiextensions.k8s.io/v1', '/apis/apiregistration.k8s.io/v1', '/apis/certificates.k8s.io', '/apis/certificates.k8s.io/v1', '/apis/certificates.k8s.io/v1/certificatesigningrequests/none/approval', '/apis/resource.k8s.io', '/apis/resource.k8s.io/v1', '/apis/resource.k8s.io/v1/namespaces/NAMESPACE/resourceclaims/none/status', '/apis/resource.k8s.io/v1/namespaces/NAMESPACE/resourceclaimtemplates/none/status', '/apis/flowcontrol.apiserver.k8s.io', '/apis/flowcontrol.apiserver.k8s.io/v1', '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/none', '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas/none/status', '/api/v1/namespaces/NAMESPACE/pods/none/log', '/api/v1/namespaces/NAMESPACE/configmaps/none/status', '/api/v1/namespaces/NAMESPACE/configmaps/a/scale',
  '/api/v1/namespaces/NAMESPACE/configmaps/a/b/c', '/openapi', '/openapi/v3/apis/none', '/api/v1/watch/nothing', '/api/v1/namespaces/NAMESPACE', '/api/v1/namespaces/none-such', '/api/v1/componentstatuses/none', '/apis/apps/v1/namespaces/NAMESPACE/deployments/none/scale', '/apis/apps/v1/namespaces/NAMESPACE/deployments/none/status',
]

const DISCOVERY = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

export const documents: Arbitrary<RawRequest> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...PATHS).map((path): RawRequest => ({ method: 'GET', path })) },
  { weight: 1, arbitrary: fc.record({ method: fc.constantFrom('POST', 'PUT', 'DELETE', 'PATCH'), path: fc.constantFrom(...PATHS.filter((path) => !path.endsWith('/NAMESPACE'))), body: fc.constant({}) }) },
  { weight: 1, arbitrary: fc.record({ method: fc.constant('GET'), path: fc.constantFrom('/api', '/api/v1', '/apis/apps'), accept: fc.constantFrom(DISCOVERY, `${DISCOVERY},application/json`, 'text/csv', 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList') }) },
)

/** Verbs that a path has not. */
export const wrongVerbs: Arbitrary<RawRequest> = fc
  .record({ chosen: tame, at: letter, method: fc.constantFrom('POST', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'), isObject: fc.boolean() })
  .map(({ chosen, at, method, isObject }) => ({ method: isObject && method !== 'OPTIONS' ? 'POST' : method === 'POST' ? 'PUT' : method, path: isObject ? `${chosen.path}/${nameOf(chosen, at)}` : chosen.path, body: {} }))
