/** How much more a namespace's quotas and limit ranges let a container have. */

import { parseQuantity } from '../../model/kube/quantity.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { View } from '../../model/view.ts'

type Amounts = Readonly<Record<string, string>>

/** Bytes (or millis, counts) left of `resource` under the tightest quota; undefined when no quota limits it. */
export function quotaRoom(view: View, namespace: string | undefined, resource: string): { readonly left: number; readonly quota: KubeObject } | undefined {
  const rooms = view.list('', 'ResourceQuota', namespace).flatMap((quota) => {
    const status = quota['status'] as { hard?: Amounts; used?: Amounts } | undefined
    const hard = parseQuantity((status?.hard ?? (quota['spec'] as { hard?: Amounts } | undefined)?.hard)?.[resource])
    return hard === undefined ? [] : [{ left: hard - (parseQuantity(status?.used?.[resource]) ?? 0), quota }]
  })
  return rooms.sort((left, right) => left.left - right.left)[0]
}

/** The largest value a LimitRange allows one container for `resource`; undefined when none says. */
export function limitRangeMax(view: View, namespace: string | undefined, resource: string): number | undefined {
  const limits = view.list('', 'LimitRange', namespace).flatMap((range) => {
    const items = (range['spec'] as { limits?: readonly { type?: string; max?: Amounts }[] } | undefined)?.limits ?? []
    return items.filter((item) => item.type === 'Container').map((item) => parseQuantity(item.max?.[resource]))
  })
  const known = limits.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}
