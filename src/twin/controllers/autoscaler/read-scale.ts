/** The scale of an autoscaler's target: whatever the API server serves one for. */

import { isFault, type Fault } from '../../../kernel/fault.ts'
import { groupKind, groupOf, type ObjectRef } from '../../../model/kube-object.ts'
import { pluralOf } from '../../../model/kube/plural.ts'
import type { Context } from '../../controller.ts'
import type { AutoscalerObject } from './autoscaler-object.ts'

export type ScaleRead =
  | { readonly type: 'read'; readonly target: ObjectRef; readonly replicas: number; readonly statusReplicas: number; readonly selector: string }
  | { readonly type: 'failed'; readonly message: string }

interface ScaleFields {
  readonly spec?: { readonly replicas?: number }
  readonly status?: { readonly replicas?: number; readonly selector?: string }
}

/** The store finds by group and kind: the version that the autoscaler names is of no matter. */
export function readScale(context: Context, autoscaler: AutoscalerObject): ScaleRead {
  const { apiVersion = 'v1', kind = '', name = '' } = autoscaler.spec?.scaleTargetRef ?? {}
  const target = { apiVersion, kind, name, namespace: autoscaler.metadata.namespace ?? '' }
  try {
    const scale = context.api.scale(target)
    const { spec, status } = scale as ScaleFields
    const found = { ...target, apiVersion: context.store.get(target)?.apiVersion ?? apiVersion }
    return { type: 'read', target: found, replicas: spec?.replicas ?? 0, statusReplicas: status?.replicas ?? 0, selector: status?.selector ?? '' }
  } catch (error) {
    if (!isFault(error)) throw error
    return { type: 'failed', message: whyUnread(context, target, error) }
  }
}

function whyUnread(context: Context, target: ObjectRef, error: Fault): string {
  if (context.store.get(target) !== undefined) return error.message
  const wanted = groupKind(target.apiVersion, target.kind)
  const isServed = context.api.kinds().some((served) => groupKind(served.apiVersion, served.kind) === wanted)
  return isServed ? notFoundText(target) : `no matches for kind "${target.kind}" in group "${groupOf(target.apiVersion)}"`
}

/** Reading a scale names the target; only a write of it names the subresource. */
function notFoundText({ apiVersion, kind, name }: ObjectRef): string {
  const group = groupOf(apiVersion)
  return `${pluralOf(kind)}${group === '' ? '' : `.${group}`} "${name}" not found`
}
