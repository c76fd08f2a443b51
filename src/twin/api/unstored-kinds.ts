/**
 * Kinds that are questions or commands, not objects: a Binding, and the reviews by which a client asks who it is and what it may do.
 */

import { answerReview } from '../access/reviews.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { bindPod } from './bind.ts'
import type { WriteOptions } from '../../ports/cluster.ts'
import type { ApiEnvironment } from './environment.ts'
import { trackManagers } from './field-managers.ts'
import { shapeOf } from './merge/shape.ts'

/** The answer, or undefined for kinds that are stored. */
export function answerUnstored(environment: ApiEnvironment, object: KubeObject, { fieldManager: manager }: WriteOptions = {}): KubeObject | undefined {
  if (groupKind(object.apiVersion, object.kind) === '/Binding') return bound(environment, object)
  return answerReview(environment, object, (review) => trackManagers({ next: review, written: review, manager, shape: shapeOf(environment.resources.demand(review.apiVersion, review.kind)), nowMs: environment.nowMs(), author: environment.requester.user }))
}

function bound(environment: ApiEnvironment, binding: KubeObject): KubeObject {
  const { name = '', namespace = 'default' } = binding.metadata
  const target = (binding['target'] ?? {}) as { name?: string }
  bindPod(environment, { apiVersion: 'v1', kind: 'Pod', name, namespace }, target.name ?? '')
  return binding
}
