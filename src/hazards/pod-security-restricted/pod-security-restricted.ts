/** What the Restricted level asks beyond Baseline: not as root, no new privileges, no capabilities, seccomp on. One finding a container. */

import type { Container, PodSpec } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) => {
    const { container, template, path } = item
    if (template.spec.os?.name === 'windows') return []
    const missing = missingOf(container, template.spec)
    if (missing.length === 0) return []
    const root = missing.includes('runAsUser other than 0')
    return [{ path: [...path, ...(container.securityContext === undefined ? [] : ['securityContext'])], summary: `${containerText(item)} is not Restricted: it lacks ${missing.join(', ')}`, advice: 'securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}', severity: root ? (2 as const) : (4 as const), cause: root ? 'it runs as root' : 'what Restricted asks for is not set' }]
  })
}

function missingOf({ securityContext: own }: Container, { securityContext: pod }: PodSpec): string[] {
  const nonRoot = own?.runAsNonRoot ?? pod?.runAsNonRoot
  const seccomp = own?.seccompProfile?.type ?? pod?.seccompProfile?.type
  const user = own?.runAsUser ?? pod?.runAsUser
  const caps = own?.capabilities
  return [
    ...(user === 0 ? ['runAsUser other than 0'] : []),
    ...(nonRoot === true || (user !== undefined && user !== 0) ? [] : ['runAsNonRoot']),
    ...(own?.allowPrivilegeEscalation === false ? [] : ['allowPrivilegeEscalation: false']),
    ...((caps?.drop ?? []).some((name) => name.toUpperCase() === 'ALL') && (caps?.add ?? []).every((name) => name === 'NET_BIND_SERVICE') ? [] : ['capabilities.drop: [ALL]']),
    ...(seccomp === 'RuntimeDefault' || seccomp === 'Localhost' ? [] : ['seccompProfile']),
  ]
}

export const podSecurityRestricted: AuditRule = {
  id: 'pod-security-restricted',
  title: 'A container that could do with less',
  severity: 4,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['settings of the pod that hold for its containers', 'a user that is a number other than 0', 'a Windows pod, which has none of these'],
  prevention: 'The Restricted level as a default of templates, and enforced where workloads allow it.',
  sources: [{ title: 'Pod Security Standards: Restricted', url: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted' }],
  reviewBy: '2027-06-30',
}
