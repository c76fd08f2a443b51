/**
 * The object as its writer wants it, without what the server drew, kept or took away at this change: addresses, ports and what hangs
 * on a Service's type are settled when it is stored, after everybody's fields were recorded
 * (`pkg/registry/core/service/{strategy.go,storage}`).
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import type { VersionProfile } from '../profile.ts'
import { defaultObject } from './default-object.ts'
import { withSentFamilies } from './prepare-create.ts'

interface Drawing {
  /** What was sent. */
  readonly sent: KubeObject
  readonly stored: KubeObject
  readonly profile: VersionProfile
}

/** Undefined where everything is its writer's. */
export function withoutDrawn({ sent, stored, profile }: Drawing): KubeObject | undefined {
  if (groupKind(stored.apiVersion, stored.kind) !== '/Service') return undefined
  return withSentFamilies({ ...stored, spec: defaultObject(sent, profile)['spec'] }, sent)
}
