/**
 * ResourceQuota admission, the last of all: an object that would take a namespace over its quota is refused, and one
 * that is let in is charged at once (`staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota`).
 *
 * Giving back is the quota controller's work (`quota-controller.ts`).
 */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import type { ApiEnvironment } from './environment.ts'
import { addAmounts, formatAmount, parseAmounts, type Amounts } from './pod-usage.ts'
import { isInScope, usageOf, type QuotaSpec } from './quota-usage.ts'
import type { Resource } from './resource.ts'
import { forbidden } from './status-error.ts'

export interface Quota extends KubeObject {
  readonly spec?: QuotaSpec
  readonly status?: { readonly hard?: Readonly<Record<string, string>>; readonly used?: Readonly<Record<string, string>> }
}

/**
 * Checks `object` against the quotas of its namespace. Returns what to write once the object is stored.
 * `before` is the object that an update replaces: only what it adds is charged.
 */
export function admitQuotas(environment: ApiEnvironment, resource: Resource, object: KubeObject, update: { readonly before?: KubeObject; readonly subresource?: string | undefined } = {}): readonly Quota[] {
  const { before, subresource } = update
  if (before !== undefined && subresource !== 'resize' && !CHARGED_ON_UPDATE.includes(resource.plural)) return []
  const quotas = [...environment.store.list('/ResourceQuota', object.metadata.namespace)] as Quota[]
  if (quotas.length === 0) return []
  const added = usageAdded(environment, resource, object, before)
  const concerned = quotas.filter((quota) => isInScope(quota.spec ?? {}, object))
  // What must be stated is asked of all before any is charged.
  for (const quota of concerned) refuseUnspecified({ quota, object, resource, name: object.metadata.name ?? '' })
  return concerned.flatMap((quota) => chargeQuota(quota, { resource, object, added }) ?? [])
}

/** The rest cannot come to use more by an update, but a pod that is resized; above all, a pod from before the quota may still be labelled. */
const CHARGED_ON_UPDATE = ['services', 'persistentvolumeclaims']

function usageAdded(environment: ApiEnvironment, resource: Resource, object: KubeObject, before: KubeObject | undefined): Amounts {
  const usage = usageOf(object, resource, environment.nowMs())
  if (before === undefined) return usage
  const previous = usageOf(before, resource, environment.nowMs())
  return Object.fromEntries(Object.entries(usage).map(([name, amount]) => [name, amount - (previous[name] ?? 0)]))
}

interface Request {
  readonly resource: Resource
  readonly object: KubeObject
  readonly added: Amounts
}

function chargeQuota(quota: Quota, { resource, object, added }: Request): Quota | undefined {
  const hard = parseAmounts(quota.spec?.hard ?? {})
  const touched = Object.fromEntries(Object.entries(added).filter(([name]) => name in hard))
  if (Object.keys(touched).length === 0 && groupKind(object.apiVersion, object.kind) !== '/Pod') return undefined
  const name = object.metadata.name ?? ''
  const used = parseAmounts(quota.status?.used ?? {})
  const total = addAmounts(used, touched)
  const exceeded = Object.keys(touched).filter((key) => (touched[key] ?? 0) > 0 && (total[key] ?? 0) > (hard[key] ?? 0)).sort()
  if (exceeded.length > 0) {
    const show = (amounts: Amounts): string => exceeded.map((key) => `${key}=${formatAmount(key, amounts[key] ?? 0)}`).join(',')
    const limited = exceeded.map((key) => `${key}=${quota.spec?.hard?.[key]}`).join(',')
    throw forbidden(resource, name, `exceeded quota: ${quota.metadata.name}, requested: ${show(touched)}, used: ${show(used)}, limited: ${limited}`)
  }
  if (Object.values(touched).every((amount) => amount === 0)) return undefined
  return { ...quota, status: { hard: quota.spec?.hard ?? {}, used: formatUsed(quota, total) } }
}

function formatUsed(quota: Quota, total: Amounts): Record<string, string> {
  return Object.fromEntries(Object.keys(quota.spec?.hard ?? {}).map((key) => [key, formatAmount(key, total[key] ?? 0)]))
}

/** A quota on cpu or memory makes its requests or limits compulsory: `must specify limits.cpu for: web`. Stated for the pod as a whole will do. */
function refuseUnspecified(options: { readonly quota: Quota; readonly object: KubeObject; readonly resource: Resource; readonly name: string }): void {
  const { quota, object, resource, name } = options
  if (groupKind(object.apiVersion, object.kind) !== '/Pod') return
  const spec = object['spec'] as PodSpec
  if ('resources' in spec) return
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const missing = Object.keys(quota.spec?.hard ?? {})
    .sort()
    .flatMap((key) => {
      const lacking = containers.filter((container) => lacks(container, key)).map((container) => container.name)
      return lacking.length === 0 ? [] : [`${key} for: ${lacking.sort().join(',')}`]
    })
  if (missing.length > 0) throw forbidden(resource, name, `failed quota: ${quota.metadata.name}: must specify ${missing.join('; ')}`)
}

const COMPUTE = /^(?:(requests|limits)\.)?(cpu|memory)$/

function lacks(container: Container, key: string): boolean {
  const match = COMPUTE.exec(key)
  if (match === null) return false
  const side = match[1] === 'limits' ? container.resources?.limits : container.resources?.requests
  return parseMilli((side as Record<string, string> | undefined)?.[match[2] ?? '']) === undefined
}
