/** What is refused of the kinds that set a cluster up. Each row was seen on a real control plane first (`npm run differential -- --family admission`). */

import { expect, test } from 'vitest'
import type { KubeObject } from '../../model/kube-object.ts'
import { profileFor } from '../profile.ts'
import { createStore } from '../store.ts'
import { createResourceIndex } from './resource-index.ts'
import { defaultObject } from './default-object.ts'
import { newObjectErrors } from './validate-object.ts'

const profile = profileFor({ minor: 36 })
const resources = createResourceIndex(createStore(), profile)
const RBAC = 'rbac.authorization.k8s.io/v1'
const GUARDS = 'admissionregistration.k8s.io/v1'
const NETWORKING = 'networking.k8s.io/v1'

/** A definition with this schema. */
function defined(openAPIV3Schema: object, spec: object = {}, version: object = {}): object {
  return { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'things.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, ...version }], ...spec }, status: { storedVersions: ['v1'] } }
}

test.each<[string, object, readonly string[]]>([
  ['a role for pages', { apiVersion: RBAC, kind: 'Role', rules: [{ nonResourceURLs: ['/healthz'], verbs: ['get'] }] }, ['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs']],
  ['a binding to a group', { apiVersion: RBAC, kind: 'RoleBinding', roleRef: { kind: 'Group', name: 'r' } }, ['roleRef.kind: Unsupported value: "Group": supported values: "Role", "ClusterRole"']],
  ['a policy about nobody', { apiVersion: NETWORKING, kind: 'NetworkPolicy', spec: { podSelector: {}, ingress: [{ from: [{}] }] } }, ['spec.ingress[0].from[0]: Required value: must specify a peer']],
  ['a network with an exception outside of it', { apiVersion: NETWORKING, kind: 'NetworkPolicy', spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['11.0.0.0/8'] } }] }] } }, ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/8": must be a strict subset of `cidr`']],
  ['a path without a type', { apiVersion: NETWORKING, kind: 'Ingress', spec: { rules: [{ http: { paths: [{ path: '/', backend: { service: { name: 's', port: { number: 80 } } } }] } }] } }, ['spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified']],
  ['no policies at all', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, behavior: { scaleDown: { policies: [] } } } }, ['spec.behavior.scaleDown.policies: Required value: must specify at least one Policy']],
  ['a target without a group', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } } }, ['spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group']],
  ['scopes that exclude each other', { apiVersion: 'v1', kind: 'ResourceQuota', spec: { hard: { pods: '1' }, scopes: ['Terminating', 'NotTerminating'] } }, ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes']],
  ['half a pod', { apiVersion: 'v1', kind: 'ResourceQuota', spec: { hard: { pods: '1500m' } } }, ['spec.hard[pods]: Invalid value: "1500m": must be an integer']],
  ['a disk of one node without the node', { apiVersion: 'v1', kind: 'PersistentVolume', spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], local: { path: '/disk' } } }, ['spec.nodeAffinity: Required value: Local volume requires node affinity']],
  ['an endpoint on the node itself', { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', endpoints: [{ addresses: ['127.0.0.1'] }], ports: [] }, ['endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)']],
  ['zeros in front', { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', endpoints: [{ addresses: ['010.1.2.3'] }], ports: [] }, ['endpoints[0].addresses[0]: Invalid value: "010.1.2.3": must not have leading 0s']],
  ['an event of another namespace', { apiVersion: 'v1', kind: 'Event', involvedObject: { kind: 'Pod', name: 'p', namespace: 'other' } }, ['involvedObject.namespace: Invalid value: "other": does not match event.namespace']],
  ['a lease for no time', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', spec: { leaseDurationSeconds: 0 } }, ['spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0']],
  ['a finalizer without a domain, where any will do', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'own', namespace: 'shop', finalizers: ['hold'] }, spec: {} }, []],
  ['a priority of the system', { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'system-own' }, value: 1 }, ["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: system-own is not a known system priority class"]],
  ['a webhook that nobody can call', { apiVersion: GUARDS, kind: 'ValidatingWebhookConfiguration', webhooks: [{ name: 'a.b.example.com', clientConfig: { url: 'http://hook' }, sideEffects: 'Some', admissionReviewVersions: ['v2'] }] }, ['webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"', `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`, 'webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1']],
  ['a policy about nothing that says nothing', { apiVersion: GUARDS, kind: 'ValidatingAdmissionPolicy', spec: { matchConstraints: {} } }, ['spec.matchConstraints.resourceRules: Required value', 'spec.validations: Required value: validations or auditAnnotations must contain at least one item', 'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item']],
  ['a mutation of what is deleted', { apiVersion: GUARDS, kind: 'MutatingAdmissionPolicyBinding', spec: { policyName: 'p', matchResources: { resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['DELETE'] }] } } }, ['spec.matchResources.resourceRules.operations: Unsupported value: "DELETE": supported values: "*", "CONNECT", "CREATE", "UPDATE"']],
  ['a binding that refuses and warns', { apiVersion: GUARDS, kind: 'ValidatingAdmissionPolicyBinding', spec: { policyName: 'p', validationActions: ['Deny', 'Warn'] } }, ['spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)']],
  ['a kind whose list is called like it', defined({ type: 'object' }, { names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'Thing' } }), ['spec.names.listKind: Invalid value: "Thing": kind and listKind may not be the same']],
  ['a field without a type', defined({ type: 'object', properties: { a: {} } }), ['spec.validation.openAPIV3Schema.properties[a].type: Required value: must not be empty for specified object fields']],
  ['a type in what only narrows', defined({ type: 'object', properties: { a: { type: 'string', anyOf: [{ type: 'string' }] } } }), ['spec.validation.openAPIV3Schema.properties[a].anyOf[0].type: Forbidden: must be empty to be structural']],
  ['a default that is no such value', defined({ type: 'object', properties: { a: { type: 'string', default: 5 } } }), ['spec.validation.openAPIV3Schema.properties[a].default: Invalid value: "integer":  in body must be of type string: "integer"']],
  ['a key that an item may lack', defined({ type: 'object', properties: { a: { type: 'array', 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'], items: { type: 'object', properties: { k: { type: 'string' } } } } } }), ['spec.validation.openAPIV3Schema.properties[a].items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property']],
  ['a rule over time where nothing tells items apart', defined({ type: 'object', properties: { a: { type: 'array', items: { type: 'string', 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] } } } }), ['spec.validation.openAPIV3Schema.properties[a].items.x-kubernetes-validations[0].rule: Invalid value: "self == oldSelf": oldSelf cannot be used on the uncorrelatable portion of the schema within spec.validation.openAPIV3Schema.properties[a]']],
  ['a field to select by that is none', defined({ type: 'object' }, {}, { selectableFields: [{ jsonPath: '.none' }] }), ['spec.selectableFields[0].jsonPath: Invalid value: ".none": is an invalid path: does not refer to a valid field']],
])('%s', (_name, sent, expected) => {
  const object = { metadata: { name: 'own', namespace: 'shop' }, ...sent } as KubeObject
  const resource = resources.demand(object.apiVersion, object.kind)
  expect(newObjectErrors(resource, defaultObject(object, profile), profile).map(({ field, message }) => `${field}: ${message}`)).toEqual(expected)
})
