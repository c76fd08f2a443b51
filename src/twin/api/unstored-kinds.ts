/**
 * Kinds that are questions or commands, not objects: a Binding, and the reviews by which a client asks who it is and what it may do.
 */

import { answerReview } from '../access/reviews.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { bindPod } from './bind.ts'
import type { ApiEnvironment } from './environment.ts'

/** The answer, or undefined for kinds that are stored. */
export function answerUnstored(environment: ApiEnvironment, object: KubeObject): KubeObject | undefined {
  if (groupKind(object.apiVersion, object.kind) === '/Binding') return bound(environment, object)
  return answerReview(environment, object)
}

function bound(environment: ApiEnvironment, binding: KubeObject): KubeObject {
  const { name = '', namespace = 'default' } = binding.metadata
  const target = (binding['target'] ?? {}) as { name?: string }
  bindPod(environment, { apiVersion: 'v1', kind: 'Pod', name, namespace }, target.name ?? '')
  return binding
}
