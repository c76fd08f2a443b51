/**
 * The questions a client may ask about rights: its own, somebody's, all of its own in a namespace, and who it is
 * (`pkg/registry/{authorization,authentication}`).
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { isRecord } from '../../kernel/json.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import type { Requester } from '../api/api.ts'
import type { ApiEnvironment } from '../api/environment.ts'
import { invalidField, invalidObject, type FieldError } from '../api/field-error.ts'
import { badRequest } from '../api/status-error.ts'
import { authorize, isMaster } from './authorize.ts'
import type { Access } from './policy-rule.ts'
import { resolveRules } from './resolve-rules.ts'

interface ReviewSpec {
  readonly resourceAttributes?: { readonly verb?: string; readonly group?: string; readonly resource?: string; readonly subresource?: string; readonly name?: string; readonly namespace?: string }
  readonly nonResourceAttributes?: { readonly verb?: string; readonly path?: string }
  readonly user?: string
  readonly groups?: readonly string[]
  readonly uid?: string
  readonly extra?: Requester['extra']
  readonly namespace?: string
}

/** The review with its status, or undefined for other kinds. `track` records whose fields they are, as for every object that is sent. */
export function answerReview(environment: Pick<ApiEnvironment, 'store' | 'requester' | 'nowMs'>, sent: KubeObject, track: (review: KubeObject) => KubeObject): KubeObject | undefined {
  const { requester } = environment
  const kind = groupKind(sent.apiVersion, sent.kind)
  const spec = (sent['spec'] ?? {}) as ReviewSpec
  if (kind === 'authorization.k8s.io/SelfSubjectRulesReview') {
    if ((spec.namespace ?? '') === '') throw badRequest('no namespace on request')
    // The server answers with a review of its own.
    return { apiVersion: sent.apiVersion, kind: sent.kind, metadata: {}, spec: {}, status: rulesStatus(environment, spec.namespace ?? '') } as KubeObject
  }
  if (kind === 'authentication.k8s.io/SelfSubjectReview') return { apiVersion: sent.apiVersion, kind: sent.kind, metadata: { creationTimestamp: toKubeTime(environment.nowMs()) }, status: { userInfo: userInfo(requester) } }
  if (!ACCESS_REVIEWS.has(kind)) return undefined
  const review = track(sent)
  refuseReview(review)
  return judged(environment, review, kind === 'authorization.k8s.io/SelfSubjectAccessReview' ? requester : subjectOf(spec))
}

const ACCESS_REVIEWS = new Set(['authorization.k8s.io/SelfSubjectAccessReview', 'authorization.k8s.io/SubjectAccessReview', 'authorization.k8s.io/LocalSubjectAccessReview'])

/** As reviews and tokens show somebody. */
export function userInfo({ user, groups = ['system:masters', 'system:authenticated'], uid, extra }: Requester): object {
  return { username: user, ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }) }
}

function judged({ store }: Pick<ApiEnvironment, 'store' | 'requester'>, review: KubeObject, subject: Requester): KubeObject {
  const { allowed, reason } = authorize(store, subject, accessOf(review))
  return { ...review, status: { allowed, ...(reason === '' ? {} : { reason }) } }
}

/** The server's own type has no names for JSON. */
function insideOf({ path = '', verb = '' }: NonNullable<ReviewSpec['nonResourceAttributes']>): object {
  return { Path: path, Verb: verb }
}

/** In the order of `pkg/apis/authorization/validation`. */
function refuseReview(review: KubeObject): void {
  const { resourceAttributes, nonResourceAttributes, user = '', groups = [] } = (review['spec'] ?? {}) as ReviewSpec
  const { kind, metadata } = review
  const isLocal = kind === 'LocalSubjectAccessReview'
  const errors: FieldError[] = []
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) errors.push(invalidField('spec.nonResourceAttributes', insideOf(nonResourceAttributes), 'cannot be specified in combination with resourceAttributes'))
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) errors.push(invalidField('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'))
  if (kind !== 'SelfSubjectAccessReview' && user === '' && groups.length === 0) errors.push(invalidField('spec.user', '', 'at least one of user or group must be specified'))
  const { managedFields: _, namespace = '', ...rest } = metadata
  const isNamed = Object.keys(rest).length > 0 || (!isLocal && namespace !== '')
  if (isNamed) errors.push(invalidField('metadata', sortedFields(metadata), isLocal ? 'must be empty except for namespace' : 'must be empty'))
  const asked = resourceAttributes?.namespace ?? ''
  if (isLocal && resourceAttributes !== undefined && asked !== namespace) errors.push(invalidField('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace'))
  if (isLocal && nonResourceAttributes !== undefined) errors.push(invalidField('spec.nonResourceAttributes', insideOf(nonResourceAttributes), 'disallowed on this kind of request'))
  // Upstream names no kind here: what it validates has lost it.
  if (errors.length > 0) throw invalidObject({ apiVersion: review.apiVersion, kind: '' }, '', errors)
}

/** Go writes the keys of a map in order, and so the fields of managers. */
function sortedFields(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((item) => sortedFields(item))
  if (!isRecord(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, sortedFields(inner, isMap || key === 'fieldsV1')] as const)
  return Object.fromEntries(isMap ? entries.sort(([left], [right]) => (left < right ? -1 : 1)) : entries)
}

function accessOf(review: KubeObject): Access {
  const { resourceAttributes = {}, nonResourceAttributes } = (review['spec'] ?? {}) as ReviewSpec
  if (nonResourceAttributes !== undefined) return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' }
  const { verb = '', group = '', resource = '', subresource = '', name = '', namespace = '' } = resourceAttributes
  return { verb, group, resource, subresource, name, namespace }
}

function subjectOf({ user = '', groups = [], uid, extra }: ReviewSpec): Requester {
  return { user, groups, ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) }
}

const EVERYTHING = { resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }] }

/** The administrator passes before any role is looked at; where the roles do not say so (a snapshot without them), clients are told, as by other authorizers than RBAC. */
function rulesStatus({ store, requester }: Pick<ApiEnvironment, 'store' | 'requester'>, namespace: string): object {
  const resolved = [...resolveRules(store, requester, namespace)]
  const rules = resolved.flatMap((entry) => (entry.type === 'rule' ? [entry.rule] : []))
  const isTold = rules.some(({ verbs, resources = [] }) => verbs.includes('*') && resources.includes('*'))
  if (isMaster(requester) && !isTold) return { ...EVERYTHING, incomplete: true, evaluationError: 'for the administrator of a simulated cluster roles are not evaluated' }
  const errors = resolved.flatMap((entry) => (entry.type === 'error' ? [entry.message] : []))
  return {
    resourceRules: rules.filter(({ resources = [] }) => resources.length > 0).map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }) })),
    nonResourceRules: rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length === 0 ? {} : { evaluationError: errors.join(', ') }),
  }
}
