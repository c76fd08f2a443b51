/**
 * Kinds that are questions or commands, not objects: a Binding, and the reviews by which a client asks what it may do.
 *
 * The twin's doors know one kind of caller, who may do everything, and say so. RBAC objects are stored and not
 * evaluated.
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { bindPod } from './bind.ts'
import type { ApiEnvironment } from './environment.ts'

const EVERYTHING = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
const EVERY_URL = { verbs: ['*'], nonResourceURLs: ['*'] }

/** The answer, or undefined for kinds that are stored. */
export function answerUnstored(environment: ApiEnvironment, object: KubeObject, user: string): KubeObject | undefined {
  switch (groupKind(object.apiVersion, object.kind)) {
    case '/Binding':
      return bound(environment, object)
    case 'authorization.k8s.io/SelfSubjectAccessReview':
      return { ...object, status: { allowed: true, reason: 'the twin grants everything to whoever holds its token' } }
    case 'authorization.k8s.io/SelfSubjectRulesReview':
      return { ...object, status: { resourceRules: [EVERYTHING], nonResourceRules: [EVERY_URL], incomplete: true, evaluationError: 'RBAC objects are stored and not evaluated' } }
    case 'authentication.k8s.io/SelfSubjectReview':
      return { ...object, status: { userInfo: { username: user, groups: ['system:masters', 'system:authenticated'] } } }
    default:
      return undefined
  }
}

function bound(environment: ApiEnvironment, binding: KubeObject): KubeObject {
  const { name = '', namespace = 'default' } = binding.metadata
  const target = (binding['target'] ?? {}) as { name?: string }
  bindPod(environment, { apiVersion: 'v1', kind: 'Pod', name, namespace }, target.name ?? '')
  return binding
}
