/**
 * Keeps `status.used` of ResourceQuotas true: what admission charged is given back when objects finish or go
 * (`pkg/controller/resourcequota`). It counts a namespace afresh; only namespaces that have a quota are counted.
 */

import { jsonEqual } from '../../kernel/json.ts'
import { controllerlessState } from './stateless.ts'
import type { Context, Controller } from '../controller.ts'
import type { Change, StoreReader } from '../store.ts'
import { BUILT_IN_RESOURCES } from './built-in-resources.ts'
import { apiVersionOf } from './resource.ts'
import { addAmounts, formatAmount, parseAmounts, type Amounts } from './pod-usage.ts'
import { isInScope, usageOf } from './quota-usage.ts'
import type { Quota } from './admit-quota.ts'

const COUNTED = BUILT_IN_RESOURCES.filter((resource) => resource.namespaced && resource.verbs.includes('list') && resource.group !== 'events.k8s.io' && apiVersionOf(resource) !== 'autoscaling/v1')
const QUOTA = '/ResourceQuota'

/** A terminating pod is released when its grace has passed; nothing changes at that instant, so we look again. */
const RECOUNT_TERMINATING_MS = 31_000

export function createQuotaController(): Controller {
  return {
    name: 'resourcequota-controller',
    watches: COUNTED.map((resource) => `${resource.group}/${resource.kind}`),
    latencyMs: 20,
    createState: controllerlessState,
    keysFor: (change, store) => (isRelease(change) && hasQuota(store, namespaceOf(change)) ? [namespaceOf(change)] : []),
    sync: recount,
  }
}

/** Creations are charged by admission; everything else may give something back. */
function isRelease(change: Change): boolean {
  return change.groupKind === QUOTA || change.before !== undefined
}

function namespaceOf(change: Change): string {
  return (change.after ?? change.before)?.metadata.namespace ?? ''
}

function hasQuota(store: StoreReader, namespace: string): boolean {
  for (const _ of store.list(QUOTA, namespace)) return true
  return false
}

function recount(namespace: string, context: Context): void {
  for (const quota of [...context.store.list(QUOTA, namespace)] as Quota[]) {
    const status = quotaStatus(quota, context.store, context.nowMs())
    if (!jsonEqual(status, quota.status)) context.api.updateStatus(quota, status)
  }
  for (const pod of context.store.list('/Pod', namespace)) {
    if (pod.metadata.deletionTimestamp === undefined) continue
    context.wakeAfter(namespace, RECOUNT_TERMINATING_MS)
    return
  }
}

/** The status as a full count gives it. */
export function quotaStatus(quota: Quota, store: StoreReader, nowMs: number): NonNullable<Quota['status']> {
  const hard = quota.spec?.hard ?? {}
  let used: Amounts = {}
  for (const resource of COUNTED) {
    for (const object of store.list(`${resource.group}/${resource.kind}`, quota.metadata.namespace)) {
      if (isInScope(quota.spec ?? {}, object)) used = addAmounts(used, usageOf(object, resource, nowMs))
    }
  }
  const known = parseAmounts(hard)
  return { hard, used: Object.fromEntries(Object.keys(known).map((key) => [key, formatAmount(key, used[key] ?? 0)])) }
}
