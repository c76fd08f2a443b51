/** Who is asked before something is written: webhook configurations, admission policies and their bindings. They choose nothing of any play. */

import type { KubeObject } from '../../../src/model/kube-object.ts'
import type { Mutation } from './mutation.ts'
import { BROKEN_SELECTOR, metadata, SELECTOR } from './setting-metadata.ts'

const GROUP = 'admissionregistration.k8s.io/v1'
const wide = { name: '@NAMED' }
/** Of a group that nobody serves. */
const RULE = { apiGroups: ['nobody.example.com'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['things'] }
const HOOK = { name: 'a.hook.example.com', rules: [RULE], clientConfig: { url: 'https://hook.example.com/judge' }, sideEffects: 'None', admissionReviewVersions: ['v1'] }
const CONSTRAINTS = { resourceRules: [RULE] }
const MUTATION = { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"a": "b"}}}' } }

export const GUARD_BASES = {
  validatingWebhook: { apiVersion: GROUP, kind: 'ValidatingWebhookConfiguration', metadata: wide, webhooks: [HOOK] },
  mutatingWebhook: { apiVersion: GROUP, kind: 'MutatingWebhookConfiguration', metadata: wide, webhooks: [HOOK] },
  validatingPolicy: { apiVersion: GROUP, kind: 'ValidatingAdmissionPolicy', metadata: wide, spec: { matchConstraints: CONSTRAINTS, validations: [{ expression: 'object.spec.size < 3' }] } },
  validatingBinding: { apiVersion: GROUP, kind: 'ValidatingAdmissionPolicyBinding', metadata: wide, spec: { policyName: 'nobody', validationActions: ['Deny'] } },
  mutatingPolicy: { apiVersion: GROUP, kind: 'MutatingAdmissionPolicy', metadata: wide, spec: { matchConstraints: CONSTRAINTS, reinvocationPolicy: 'Never', mutations: [MUTATION] } },
  mutatingBinding: { apiVersion: GROUP, kind: 'MutatingAdmissionPolicyBinding', metadata: wide, spec: { policyName: 'nobody' } },
} as const satisfies Record<string, KubeObject>

export type GuardKind = keyof typeof GUARD_BASES

function rules(at: string): readonly Mutation[] {
  return [
    [`${at}.0.operations`, []],
    [`${at}.0.operations`, ['CREATE', '*']],
    [`${at}.0.operations`, ['create']],
    [`${at}.0.operations`, ['DELETE', 'CONNECT']],
    [`${at}.0.apiGroups`, []],
    [`${at}.0.apiGroups`, ['', '*']],
    [`${at}.0.apiVersions`, ['v1', '*']],
    [`${at}.0.apiVersions`, ['']],
    [`${at}.0.apiVersions`, undefined],
    [`${at}.0.resources`, ['', 'things']],
    [`${at}.0.resources`, ['*', 'things']],
    [`${at}.0.resources`, ['things', '*']],
    [`${at}.0.resources`, ['*/*', 'things/status']],
    [`${at}.0.resources`, ['things/*', 'things/status', '*/status', 'other/status']],
    [`${at}.0.scope`, 'Cluster'],
    [`${at}.0.scope`, 'Galaxy'],
  ]
}

function conditions(at: string): readonly Mutation[] {
  return [
    [at, [{ name: 'a', expression: 'request.operation == "CREATE"' }]],
    [at, [{ name: 'a', expression: 'true' }, { name: 'a', expression: 'true' }]],
    [at, [{ name: '', expression: ' ' }]],
    [at, [{ name: 'not a name', expression: 'object.metadata.name != ""' }]],
  ]
}

function selectors(at: string): readonly Mutation[] {
  return [
    [`${at}namespaceSelector`, SELECTOR],
    [`${at}namespaceSelector`, BROKEN_SELECTOR],
    [`${at}objectSelector`, { matchLabels: { 'bad key!': 'x' } }],
    [`${at}matchPolicy`, 'Exact'],
    [`${at}matchPolicy`, 'Roughly'],
  ]
}

const webhook: readonly Mutation[] = [
  ...metadata,
  ...rules('webhooks.0.rules'),
  ...conditions('webhooks.0.matchConditions'),
  ...selectors('webhooks.0.'),
  ['webhooks', []],
  ['webhooks.0.name', 'short.name'],
  ['webhooks.0.name', ''],
  ['webhooks.0.name', 'Not.A.Name'],
  ['webhooks.1', HOOK],
  ['webhooks.1', { ...HOOK, name: 'b.hook.example.com', failurePolicy: 'Ignore', timeoutSeconds: 5 }],
  ['webhooks.0.failurePolicy', 'Perhaps'],
  ['webhooks.0.sideEffects', 'Some'],
  ['webhooks.0.sideEffects', undefined],
  ['webhooks.0.sideEffects', 'NoneOnDryRun'],
  ['webhooks.0.timeoutSeconds', 31],
  ['webhooks.0.timeoutSeconds', 0],
  ['webhooks.0.admissionReviewVersions', []],
  ['webhooks.0.admissionReviewVersions', ['v2']],
  ['webhooks.0.admissionReviewVersions', ['v1', 'v1']],
  ['webhooks.0.admissionReviewVersions', ['V1', 'v1beta1']],
  ['webhooks.0.clientConfig', {}],
  ['webhooks.0.clientConfig', { url: 'http://hook.example.com' }],
  ['webhooks.0.clientConfig', { url: 'https://hook.example.com/a?b=c#d' }],
  ['webhooks.0.clientConfig', { url: 'https://hook.example.com:door/a' }],
  ['webhooks.0.clientConfig', { url: 'just words' }],
  ['webhooks.0.clientConfig', { url: 'https://hook.example.com', service: { name: 'a', namespace: 'b' } }],
  ['webhooks.0.clientConfig', { service: { name: 'a', namespace: 'b' } }],
  ['webhooks.0.clientConfig', { service: { name: 'a', namespace: 'b', port: 70_000 } }],
  ['webhooks.0.clientConfig', { service: { name: '', namespace: 'b', path: '/a//b/C' } }],
  ['webhooks.0.clientConfig', { service: { name: 'a', namespace: '', path: 'a/b/' } }],
]

const policy: readonly Mutation[] = [
  ...metadata,
  ...rules('spec.matchConstraints.resourceRules'),
  ...conditions('spec.matchConditions'),
  ...selectors('spec.matchConstraints.'),
  ['spec.failurePolicy', 'Ignore'],
  ['spec.failurePolicy', 'Perhaps'],
  ['spec.matchConstraints', undefined],
  ['spec.matchConstraints.resourceRules', []],
  ['spec.matchConstraints.resourceRules.0.resourceNames', ['a', 'b/c', 'a']],
  ['spec.matchConstraints.excludeResourceRules', [{ ...RULE, operations: ['*'] }]],
  ['spec.matchConstraints.excludeResourceRules', [{ ...RULE, operations: ['Never'] }]],
  ['spec.paramKind', { apiVersion: 'v1', kind: 'ConfigMap' }],
  ['spec.paramKind', { apiVersion: 'a/b/c', kind: 'Not Kind' }],
  ['spec.paramKind', { apiVersion: 'Bad_Group/V1', kind: '' }],
  ['spec.paramKind', { apiVersion: '', kind: 'ConfigMap' }],
  ['spec.variables', [{ name: 'size', expression: 'object.spec.size' }]],
  ['spec.variables', [{ name: 'not-a-name', expression: '1' }, { name: '', expression: '' }, { name: 'in', expression: 'true' }]],
]

const validating: readonly Mutation[] = [
  ...policy,
  ['spec.validations', []],
  ['spec.validations.0.message', 'it is too big'],
  ['spec.validations.0.message', '  '],
  ['spec.validations.0.message', 'two\nlines'],
  ['spec.validations.0.reason', 'Forbidden'],
  ['spec.validations.0.reason', 'Because'],
  ['spec.validations.0.messageExpression', '"it has " + string(object.spec.size)'],
  ['spec.validations.0.messageExpression', '  '],
  ['spec.validations.1', { expression: '' }],
  ['spec.auditAnnotations', [{ key: 'size', valueExpression: 'string(object.spec.size)' }]],
  ['spec.auditAnnotations', [{ key: 'a b', valueExpression: '""' }, { key: '', valueExpression: ' ' }]],
  ['spec.auditAnnotations', [{ key: 'a', valueExpression: '"x"' }, { key: 'a', valueExpression: 'null' }]],
]

const mutating: readonly Mutation[] = [
  ...policy,
  ['spec.reinvocationPolicy', 'IfNeeded'],
  ['spec.reinvocationPolicy', ''],
  ['spec.reinvocationPolicy', 'Often'],
  ['spec.mutations', []],
  ['spec.mutations.0.patchType', 'JSONPatch'],
  ['spec.mutations.0.patchType', ''],
  ['spec.mutations.0.patchType', 'Merge'],
  ['spec.mutations.0.jsonPatch', { expression: '[JSONPatch{op: "add", path: "/a", value: "b"}]' }],
  ['spec.mutations.0', { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/a", value: "b"}]' } }],
  ['spec.mutations.0.applyConfiguration', undefined],
  ['spec.mutations.0.applyConfiguration', { expression: ' ' }],
]

function binding(operations: readonly string[]): readonly Mutation[] {
  return [
    ...metadata,
    ['spec.policyName', ''],
    ['spec.policyName', 'Not_A_Name'],
    ['spec.paramRef', { name: 'a', parameterNotFoundAction: 'Deny' }],
    ['spec.paramRef', { name: 'a', selector: SELECTOR, parameterNotFoundAction: 'Allow' }],
    ['spec.paramRef', { name: 'a/b' }],
    ['spec.paramRef', { parameterNotFoundAction: 'Shrug' }],
    ['spec.paramRef', { selector: BROKEN_SELECTOR, parameterNotFoundAction: 'Deny' }],
    ['spec.matchResources', { resourceRules: [{ ...RULE, operations }] }],
    ['spec.matchResources', { namespaceSelector: BROKEN_SELECTOR, matchPolicy: 'Roughly' }],
    ['spec.matchResources', {}],
  ]
}

export const GUARD_MENUS: Readonly<Record<GuardKind, readonly Mutation[]>> = {
  validatingWebhook: webhook,
  mutatingWebhook: [...webhook, ['webhooks.0.reinvocationPolicy', 'IfNeeded'], ['webhooks.0.reinvocationPolicy', 'Often']],
  validatingPolicy: validating,
  validatingBinding: [...binding(['DELETE']), ['spec.validationActions', []], ['spec.validationActions', ['Deny', 'Warn']], ['spec.validationActions', ['Audit', 'Audit', 'Shout']], ['spec.validationActions', ['Warn', 'Audit']]],
  mutatingPolicy: mutating,
  mutatingBinding: binding(['DELETE', 'UPDATE']),
}
