/** A container that offers a remote shell: a door of its own beside the one of the API, with keys that nobody rotates and nothing that records who came. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => (item.container.ports ?? []).flatMap(({ containerPort, protocol = 'TCP' }, index) => (containerPort === 22 && protocol === 'TCP' ? [{ path: [...item.path, 'ports', index], summary: `${containerText(item)} listens on port 22`, advice: 'kubectl exec or an ephemeral container; where SSH is the product, another port.' }] : [])))
}

export const sshInContainer: AuditRule = {
  id: 'ssh-in-container',
  title: 'A remote shell in a container',
  severity: 3,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['port 22 of another protocol', 'a product that speaks SSH on a port of its own, such as 2222'],
  prevention: 'Go in through the API of the cluster.',
  sources: [{ title: 'Debug running pods', url: 'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/' }],
  reviewBy: '2027-06-30',
}
