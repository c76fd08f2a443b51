/**
 * What the Baseline level of the Pod Security Standards forbids: ways out of the container that are known and need no exploit.
 * Written as the standard writes it, so that a namespace which enforces it and a scan agree.
 */

import type { Container, PodSpec, SecurityContext } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView, FieldPath } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { containersOfTemplate, containerText, ownerText, auditTemplates, WORKLOAD_KINDS, type AuditedContainer, type PodTemplate } from '../shared/templates.ts'

/** Capabilities that Baseline lets a container add. */
const CAPABILITIES = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'])
const SYSCTLS = new Set(['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.ip_unprivileged_port_start', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_local_reserved_ports', 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes', 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem'])

/** Who may write there owns the node. */
const OWNS_NODE = /^\/(etc|root|boot|usr|lib|lib64|bin|sbin|dev|proc|var\/lib\/kubelet|var\/lib\/etcd)?(\/pods|\/pki)?\/?$/

type Fault = Omit<AuditFinding, 'of'>

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditTemplates(cluster, (template) => [...podFaults(template), ...containersOfTemplate(template).flatMap(containerFaults)])
}

function podFaults(template: PodTemplate): Fault[] {
  const { spec, path } = template
  const of = ownerText(template)
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name] === true).map((name): Fault => ({ path: [...path, name], summary: `${of} shares the host's ${name.slice(4)}`, advice: `Remove ${name}; what needs it belongs into a namespace of its own.`, cause: name }))
  const paths = (spec.volumes ?? []).flatMap(({ hostPath }, index): Fault[] => (hostPath === undefined ? [] : [{ path: [...path, 'volumes', index, 'hostPath'], summary: `${of} mounts ${hostPath.path} of its node`, advice: 'Use a volume of the cluster (a claim, emptyDir, a projected volume).', cause: 'hostPath', ...(OWNS_NODE.test(hostPath.path) ? { severity: 1 as const } : {}) }]))
  const sysctls = (spec.securityContext?.sysctls ?? []).flatMap(({ name }, index): Fault[] => (SYSCTLS.has(name) ? [] : [{ path: [...path, 'securityContext', 'sysctls', index], summary: `${of} sets ${name}, which is the node's`, advice: 'Leave it out.', cause: 'a sysctl of the node' }]))
  return [...shared, ...paths, ...sysctls, ...confinement(spec, path, of)]
}

function confinement(context: { readonly securityContext?: PodSpec['securityContext'] | SecurityContext }, path: FieldPath, of: string): Fault[] {
  const { seccompProfile, seLinuxOptions, windowsOptions } = context.securityContext ?? {}
  const at = (...more: readonly string[]): FieldPath => [...path, 'securityContext', ...more]
  return [
    ...(seccompProfile?.type === 'Unconfined' ? [{ path: at('seccompProfile', 'type'), summary: `${of} runs without seccomp`, advice: 'seccompProfile: {type: RuntimeDefault}', cause: 'seccomp is off' }] : []),
    ...(seLinuxOptions !== undefined && (!['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'].includes(seLinuxOptions.type ?? '') || seLinuxOptions.user !== undefined || seLinuxOptions.role !== undefined) ? [{ path: at('seLinuxOptions'), summary: `${of} chooses its own SELinux context`, advice: 'Leave it to the runtime.', cause: 'SELinux' }] : []),
    ...(windowsOptions?.hostProcess === true ? [{ path: at('windowsOptions', 'hostProcess'), summary: `${of} runs as a process of its Windows host`, advice: 'Remove hostProcess.', cause: 'hostProcess' }] : []),
  ]
}

function containerFaults(item: AuditedContainer): Fault[] {
  const { container, path } = item
  const { privileged, capabilities, procMount } = container.securityContext ?? {}
  const of = containerText(item)
  const at = (...more: readonly (string | number)[]): FieldPath => [...path, 'securityContext', ...more]
  const added = (capabilities?.add ?? []).map((name) => name.replace(/^CAP_/, ''))
  return [
    ...(privileged === true ? [{ path: at('privileged'), summary: `${of} is privileged: it is root on its node`, advice: 'Remove privileged, and add the one capability it needs.', cause: 'privileged', severity: 1 as const }] : []),
    ...added.flatMap((name, index): Fault[] => (CAPABILITIES.has(name) ? [] : [{ path: at('capabilities', 'add', index), summary: `${of} adds ${name}`, advice: 'Remove it, or isolate the workload that cannot do without.', cause: 'capabilities' }])),
    ...(procMount !== undefined && procMount !== 'Default' ? [{ path: at('procMount'), summary: `${of} sees an unmasked /proc`, advice: 'Remove procMount.', cause: 'procMount' }] : []),
    ...hostPorts(container, path, of, item.template.spec.hostNetwork === true),
    ...confinement(container, path, of),
  ]
}

// oxlint-disable-next-line max-params -- a place and its text
function hostPorts({ ports = [] }: Container, path: FieldPath, of: string, hostNetwork: boolean): Fault[] {
  return hostNetwork ? [] : ports.flatMap(({ hostPort }, index): Fault[] => ((hostPort ?? 0) === 0 ? [] : [{ path: [...path, 'ports', index, 'hostPort'], summary: `${of} takes port ${hostPort ?? 0} of its node`, advice: 'Use a Service.', cause: 'hostPort' }]))
}

export const podSecurityBaseline: AuditRule = {
  id: 'pod-security-baseline',
  title: 'A way out of the container that is known',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a capability that Baseline allows', 'privileged: false', 'a sysctl that is safe', 'ports of a pod that uses the network of its host, which are told once'],
  prevention: 'Enforce the Baseline level on every namespace, and list the exceptions.',
  sources: [{ title: 'Pod Security Standards: Baseline', url: 'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline' }],
  reviewBy: '2027-06-30',
}
