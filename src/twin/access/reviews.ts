/**
 * The questions a client may ask about rights: its own, somebody's, all of its own in a namespace, and who it is
 * (`pkg/registry/{authorization,authentication}`).
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import type { Requester } from '../api/api.ts'
import type { ApiEnvironment } from '../api/environment.ts'
import { invalidField, invalidObject } from '../api/field-error.ts'
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

/** The review with its status, or undefined for other kinds. */
export function answerReview(environment: Pick<ApiEnvironment, 'store' | 'requester'>, review: KubeObject): KubeObject | undefined {
  const { requester } = environment
  const spec = (review['spec'] ?? {}) as ReviewSpec
  switch (groupKind(review.apiVersion, review.kind)) {
    case 'authorization.k8s.io/SelfSubjectAccessReview':
      return judged(environment, review, requester)
    case 'authorization.k8s.io/SubjectAccessReview':
      return judged(environment, review, subjectOf(review, spec))
    case 'authorization.k8s.io/LocalSubjectAccessReview':
      refuseOtherNamespace(review, spec)
      return judged(environment, review, subjectOf(review, spec))
    case 'authorization.k8s.io/SelfSubjectRulesReview':
      if ((spec.namespace ?? '') === '') throw badRequest('no namespace on request')
      return { ...review, status: rulesStatus(environment, spec.namespace ?? '') }
    case 'authentication.k8s.io/SelfSubjectReview':
      return { ...review, status: { userInfo: userInfo(requester) } }
    default:
      return undefined
  }
}

/** As reviews and tokens show somebody. */
export function userInfo({ user, groups = ['system:masters', 'system:authenticated'], uid, extra }: Requester): object {
  return { username: user, ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra }) }
}

function judged({ store }: Pick<ApiEnvironment, 'store'>, review: KubeObject, subject: Requester): KubeObject {
  const { allowed, reason } = authorize(store, subject, accessOf(review))
  return { ...review, status: { allowed, ...(reason === '' ? {} : { reason }) } }
}

function accessOf(review: KubeObject): Access {
  const { resourceAttributes, nonResourceAttributes } = (review['spec'] ?? {}) as ReviewSpec
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
    const field = resourceAttributes === undefined ? 'spec.resourceAttributes' : 'spec.nonResourceAttributes'
    throw invalidObject(review, '', [invalidField(field, nonResourceAttributes ?? null, resourceAttributes === undefined ? 'exactly one of nonResourceAttributes or resourceAttributes must be specified' : 'cannot be specified in combination with resourceAttributes')])
  }
  if (nonResourceAttributes !== undefined) return { verb: nonResourceAttributes.verb ?? '', path: nonResourceAttributes.path ?? '' }
  const { verb = '', group = '', resource = '', subresource = '', name = '', namespace = '' } = resourceAttributes ?? {}
  return { verb, group, resource, subresource, name, namespace }
}

function subjectOf(review: KubeObject, { user = '', groups = [], uid, extra }: ReviewSpec): Requester {
  if (user === '' && groups.length === 0) throw invalidObject(review, '', [invalidField('spec.user', '', 'at least one of user or group must be specified')])
  return { user, groups, ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }) }
}

function refuseOtherNamespace(review: KubeObject, { resourceAttributes }: ReviewSpec): void {
  const { namespace = '' } = review.metadata
  const asked = resourceAttributes?.namespace ?? ''
  if (asked !== namespace) throw invalidObject(review, '', [invalidField('spec.resourceAttributes.namespace', asked, 'must match metadata.namespace')])
}

const EVERYTHING: readonly object[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]

/** The administrator passes before any role is looked at, so the list does not come from roles; clients are told, as by other authorizers than RBAC. */
function rulesStatus({ store, requester }: Pick<ApiEnvironment, 'store' | 'requester'>, namespace: string): object {
  if (isMaster(requester)) return { resourceRules: EVERYTHING, nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }], incomplete: true, evaluationError: 'for the administrator of a simulated cluster roles are not evaluated' }
  const resolved = [...resolveRules(store, requester, namespace)]
  const rules = resolved.flatMap((entry) => (entry.type === 'rule' ? [entry.rule] : []))
  const errors = resolved.flatMap((entry) => (entry.type === 'error' ? [entry.message] : []))
  return {
    resourceRules: rules.filter(({ resources = [] }) => resources.length > 0).map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }) })),
    nonResourceRules: rules.filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length === 0 ? {} : { evaluationError: errors.join(', ') }),
  }
}
