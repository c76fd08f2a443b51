/** A user id below 10000 is likely to be somebody on the node: who breaks out is then not nobody, but the owner of that one's files. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

/** Distributions give out ids from 1000 on to people and below to services. */
const LEAST = 10_000

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { container, template, path } = item
    const own = container.securityContext?.runAsUser
    const user = own ?? template.spec.securityContext?.runAsUser
    if (user === undefined || user === 0 || user >= LEAST || template.spec.hostUsers === false) return []
    return [{ path: own === undefined ? [...template.path, 'securityContext', 'runAsUser'] : [...path, 'securityContext', 'runAsUser'], summary: `${containerText(item)} runs as user ${user}, an id that its node may use too`, advice: 'An id of 10000 or more, or hostUsers: false.' }]
  })
}

export const userIdOfTheNode: AuditRule = {
  id: 'user-id-of-the-node',
  title: 'A user that may exist on the node',
  severity: 5,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['root, which is told as that', 'a pod with a user namespace of its own', 'an image that chooses its user, which no manifest shows'],
  prevention: 'High ids in images and manifests, or user namespaces.',
  sources: [{ title: 'User namespaces', url: 'https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/' }],
  reviewBy: '2027-06-30',
}
