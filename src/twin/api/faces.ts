/** Kinds that are served in two groups or versions are stored in one: `v1` of events, `autoscaling/v2`, the storage version of custom ones. */

import type { KubeObject } from '../../model/kube-object.ts'
import { firstAutoscaler, isFirstAutoscaler, storedAutoscaler } from './autoscaler-versions.ts'
import { eventsFace, isEventsGroup, storedEvent } from './event-versions.ts'

type Named = Pick<KubeObject, 'apiVersion' | 'kind'>

/** The object as it is stored; of custom ones their definition knows. */
export function storedForm(object: KubeObject): KubeObject {
  return storedAutoscaler(storedEvent(object))
}

/** A stored object as this version shows it. */
export function faceOf(asked: Named, object: KubeObject): KubeObject {
  if (isEventsGroup(asked)) return eventsFace(object)
  if (object.apiVersion === asked.apiVersion) return object
  return isFirstAutoscaler(asked) ? firstAutoscaler(object) : { ...object, apiVersion: asked.apiVersion }
}
