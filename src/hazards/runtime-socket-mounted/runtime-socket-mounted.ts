/** The socket of the container runtime inside a container: whoever writes to it is root on the node. After the end of dockershim it is often not even there. */

import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditTemplates, ownerText, WORKLOAD_KINDS } from '../shared/templates.ts'

const SOCKET = /(^|\/)(docker|containerd|crio|podman|cri-dockerd|dockershim)\.sock$|^\/(var\/)?run\/(containerd|crio|docker|podman)\/?$/

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) =>
    (template.spec.volumes ?? []).flatMap(({ hostPath }, index) => (hostPath !== undefined && SOCKET.test(hostPath.path) ? [{ path: [...template.path, 'volumes', index, 'hostPath', 'path'], summary: `${ownerText(template)} mounts ${hostPath.path}${hostPath.path.includes('docker') ? ', which nodes with containerd or CRI-O do not have' : ''}`, advice: 'Build with a rootless builder (BuildKit, Kaniko), and read the runtime through the kubelet or CRI.' }] : [])),
  )
}

export const runtimeSocketMounted: AuditRule = {
  id: 'runtime-socket-mounted',
  title: 'The socket of the container runtime in a container',
  severity: 1,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['another socket of the node', 'a path in an emptyDir of the same name'],
  prevention: 'No hostPath to sockets; exceptions for node agents, one by one.',
  sources: [{ title: 'Dockershim removal FAQ', url: 'https://kubernetes.io/blog/2022/02/17/dockershim-faq/' }],
  reviewBy: '2027-06-30',
}
