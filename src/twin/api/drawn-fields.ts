/**
 * The object as its writer wants it, without what the server drew, kept or took away at this change: addresses, ports and what hangs
 * on a Service's type are settled when it is stored, after everybody's fields were recorded
 * (`pkg/registry/core/service/{strategy.go,storage}`).
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import type { VersionProfile } from '../profile.ts'
import { defaultObject } from './default-object.ts'
import { withSentFamilies } from './prepare-create.ts'

/** A namespace's finalizers, a lease's strategy: the server does not take them here, and who sends them owns them all the same. */
const UNHEARD = new Set(['/Namespace', 'coordination.k8s.io/Lease'])

interface Drawing {
  /** What was sent. */
  readonly sent: KubeObject
  readonly stored: KubeObject
  readonly profile: VersionProfile
}

/** Undefined where everything is its writer's. */
export function withoutDrawn({ sent, stored, profile }: Drawing): KubeObject | undefined {
  const kind = groupKind(stored.apiVersion, stored.kind)
  if (UNHEARD.has(kind)) return { ...stored, spec: defaultObject(sent, profile)['spec'] }
  if (kind !== '/Service') return undefined
  return withSentFamilies({ ...stored, spec: defaultObject(sent, profile)['spec'] }, sent)
}
