/** Devices asked for by number: no memory, model or topology can be asked for. On a cluster with dynamic resource allocation they can. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText } from '../shared/templates.ts'

/** The minor version from which resource.k8s.io/v1 is served and on by default. */
const STABLE_SINCE_MINOR = 34

function audit({ cluster }: AuditView): AuditFinding[] {
  const offered = cluster.list('resource.k8s.io', 'DeviceClass').length > 0 && cluster.snapshot.clusterVersion.minor >= STABLE_SINCE_MINOR
  if (!offered) return []
  return auditContainers(cluster, (item) => {
    const name = Object.keys(item.container.resources?.limits ?? {}).find((key) => /^(nvidia\.com|amd\.com)\/gpu$/.test(key))
    return name === undefined ? [] : [{ path: [...item.path, 'resources', 'limits', name], summary: `${containerText(item)} asks for ${name} by number, and the set has device classes`, advice: 'A ResourceClaim can ask for memory, model and sharing; move where that matters.' }]
  })
}

export const acceleratorByCount: AuditRule = {
  id: 'accelerator-by-count',
  title: 'Devices by number where they could be asked for by what they are',
  severity: 5,
  appliesTo: ['resource.k8s.io/DeviceClass'],
  audit,
  lookAlikes: ['a cluster without device classes', 'a version in which the API was not stable'],
  prevention: 'Claims for new workloads.',
  sources: [{ title: 'Dynamic resource allocation', url: 'https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/' }],
  reviewBy: '2027-03-31',
}
