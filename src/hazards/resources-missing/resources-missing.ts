/**
 * A container that does not say what it needs. Without requests the scheduler packs blindly, the first to be evicted is this one,
 * and an autoscaler has nothing to compute with; without a memory limit one leak takes the node.
 */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS, type AuditedContainer } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => (item.init || item.path.includes('ephemeralContainers') ? [] : missing(item)))
}

function missing(item: AuditedContainer): Omit<AuditFinding, 'of'>[] {
  const { requests, limits } = item.container.resources ?? {}
  const has = (name: string): boolean => requests?.[name] !== undefined || limits?.[name] !== undefined
  const unrequested = ['cpu', 'memory'].filter((name) => !has(name))
  const path = [...item.path, 'resources']
  if (unrequested.length > 0) return [{ path, summary: `${containerText(item)} requests no ${unrequested.join(' and no ')}`, advice: `Set resources.requests.${unrequested.join(' and resources.requests.')} to what it uses.`, cause: 'no requests' }]
  if (limits?.['memory'] !== undefined) return []
  return [{ path, summary: `${containerText(item)} has no memory limit`, advice: 'Set resources.limits.memory above its peak.', cause: 'no memory limit', severity: 4 }]
}

export const resourcesMissing: AuditRule = {
  id: 'resources-missing',
  title: 'A container does not say what it needs',
  severity: 3,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a limit without a request: the request is then the same', 'no CPU limit, which is a choice and often the better one', 'an init container that ends before the others start', 'an ephemeral container, which may not ask for anything'],
  prevention: 'Set requests from measured use, and a LimitRange for what nobody set.',
  sources: [{ title: 'Resource management for pods and containers', url: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/' }],
  reviewBy: '2027-06-30',
}
