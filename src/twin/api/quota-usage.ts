/**
 * What an object uses of a ResourceQuota, and which quotas count it: `pkg/quota/v1/evaluator/core`.
 *
 * All amounts are in thousandths of a unit. Modelled: pods (compute and counts), claims for volumes and for devices, services, object counts of
 * every kind, the scopes Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass and CrossNamespacePodAffinity.
 */

import type { PodSpec } from 'kubernetes-types/core/v1.d.ts'
import { parseTimeMs } from '../../kernel/clock.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { groupKind } from '../../model/kube-object.ts'
import { isPod, isTerminal, type PodObject } from '../../model/kube/workload.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { devicesByClass } from '../devices/claim-usage.ts'
import { podAmounts, type Amounts } from './pod-usage.ts'
import { qosClass } from './pod-status.ts'
import { resourceText, type NamedResource } from './status-error.ts'

export interface QuotaSpec {
  readonly hard?: Readonly<Record<string, string>>
  readonly scopes?: readonly string[]
  readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeTerm[] }
}

interface ScopeTerm {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}

const UNIT = 1000

/** Every quota resource that this object uses, before it is cut to what a quota names. */
export function usageOf(object: KubeObject, resource: NamedResource, nowMs: number): Amounts {
  const counted = { [`count/${resourceText(resource)}`]: UNIT }
  switch (groupKind(object.apiVersion, object.kind)) {
    case '/Pod':
      return { ...counted, ...(isPod(object) && countsAsRunning(object, nowMs) ? runningUsage(object) : {}) }
    case '/PersistentVolumeClaim':
      return { ...counted, ...claimUsage(object) }
    case 'resource.k8s.io/ResourceClaim':
      return { ...counted, ...Object.fromEntries(Object.entries(devicesByClass(object)).map(([name, count]) => [name, count * UNIT])) }
    case '/Service':
      return { ...counted, ...serviceUsage(object) }
    case '/ConfigMap':
    case '/Secret':
    case '/ReplicationController':
    case '/ResourceQuota':
      return { ...counted, [resource.plural]: UNIT }
    default:
      return counted
  }
}

/** Finished pods are free, and so are pods that should have been gone by now: a lost node must not block replacements. */
export function countsAsRunning(pod: PodObject, nowMs: number): boolean {
  if (isTerminal(pod)) return false
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true
  return nowMs <= (parseTimeMs(deletionTimestamp) ?? nowMs) + deletionGracePeriodSeconds * 1000
}

function runningUsage(pod: PodObject): Amounts {
  const usage: Record<string, number> = { pods: UNIT }
  const spec = pod.spec as PodSpec
  for (const [name, amount] of Object.entries(podAmounts(spec, 'requests'))) {
    if (!isExtended(name)) usage[name] = amount
    usage[`requests.${name}`] = amount
  }
  for (const [name, amount] of Object.entries(podAmounts(spec, 'limits'))) usage[`limits.${name}`] = amount
  return usage
}

function isExtended(name: string): boolean {
  return name.includes('/')
}

function claimUsage(claim: KubeObject): Amounts {
  const spec = (claim['spec'] ?? {}) as { storageClassName?: string; resources?: { requests?: { storage?: string } } }
  const storage = parseMilli(spec.resources?.requests?.storage) ?? 0
  const usage = { persistentvolumeclaims: UNIT, 'requests.storage': storage }
  if (spec.storageClassName === undefined) return usage
  const prefix = `${spec.storageClassName}.storageclass.storage.k8s.io/`
  return { ...usage, [`${prefix}persistentvolumeclaims`]: UNIT, [`${prefix}requests.storage`]: storage }
}

function serviceUsage(service: KubeObject): Amounts {
  const spec = (service['spec'] ?? {}) as { type?: string; ports?: readonly object[] }
  const ports = (spec.ports?.length ?? 0) * UNIT
  const isBalanced = spec.type === 'LoadBalancer'
  return {
    services: UNIT,
    'services.loadbalancers': isBalanced ? UNIT : 0,
    'services.nodeports': isBalanced || spec.type === 'NodePort' ? ports : 0,
  }
}

/** Does the quota's scope cover this object? Without scopes it covers everything. */
export function isInScope(spec: QuotaSpec, object: KubeObject): boolean {
  const scoped = (spec.scopes ?? []).map((scopeName): ScopeTerm => ({ scopeName, operator: 'Exists' }))
  return [...scoped, ...(spec.scopeSelector?.matchExpressions ?? [])].every((term) => matchesScope(term, object))
}

function matchesScope(term: ScopeTerm, object: KubeObject): boolean {
  if (!isPod(object)) return false
  const spec = object.spec as PodSpec
  switch (term.scopeName) {
    case 'Terminating':
      return (spec.activeDeadlineSeconds ?? -1) >= 0
    case 'NotTerminating':
      return spec.activeDeadlineSeconds === undefined
    case 'BestEffort':
      return qosClass(spec) === 'BestEffort'
    case 'NotBestEffort':
      return qosClass(spec) !== 'BestEffort'
    case 'PriorityClass':
      return matchesPriorityClass(term, spec.priorityClassName ?? '')
    case 'CrossNamespacePodAffinity':
      return looksIntoOthers(spec)
    default:
      return false
  }
}

/** Has it a term of affinity that means pods of other namespaces? */
function looksIntoOthers({ affinity }: PodSpec): boolean {
  const terms = [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((side) => [
    ...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ])
  return terms.some((term) => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined)
}

function matchesPriorityClass(term: ScopeTerm, name: string): boolean {
  if (term.operator === 'In') return term.values?.includes(name) === true
  if (term.operator === 'NotIn') return term.values?.includes(name) !== true
  return term.operator === 'Exists' ? name !== '' : name === ''
}
