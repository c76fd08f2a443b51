/** What the Baseline level forbids: the known ways out of a container. In the order of the checks' names, with the release that brought each. */

import type { LifecycleHandler, Probe } from 'kubernetes-types/core/v1.d.ts'
import { distinct, everyContainer, namedContainers, namesWhere, plural, quoted, setters, unlessOwnUsers, type Check, type JudgedContainer, type JudgedPod, type VersionedCheck, type Violation } from './check.ts'
import { appArmor, seLinux } from './confinement.ts'
import { SECCOMP_BASELINE } from './seccomp.ts'

const CAPABILITIES = new Set(['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'])

function addedCapabilities(pod: JudgedPod): Violation | undefined {
  const badOf = ({ securityContext }: JudgedContainer): string[] => (securityContext?.capabilities?.add ?? []).filter((name) => !CAPABILITIES.has(name))
  const names = namesWhere(pod, (container) => badOf(container).length > 0)
  const added = distinct(everyContainer(pod).flatMap(badOf))
  return names.length === 0 ? undefined : { reason: 'non-default capabilities', detail: `${namedContainers(names)} must not include ${quoted(added)} in securityContext.capabilities.add` }
}

function hostNamespaces({ spec }: JudgedPod): Violation | undefined {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name] === true)
  return shared.length === 0 ? undefined : { reason: 'host namespaces', detail: shared.map((name) => `${name}=true`).join(', ') }
}

function hostPaths({ spec }: JudgedPod): Violation | undefined {
  const names = (spec.volumes ?? []).filter(({ hostPath }) => (hostPath ?? undefined) !== undefined).map(({ name }) => name)
  return names.length === 0 ? undefined : { reason: 'hostPath volumes', detail: `${plural('volume', names)} ${quoted(names)}` }
}

function hostPorts(pod: JudgedPod): Violation | undefined {
  const badOf = ({ ports = [] }: JudgedContainer): string[] => ports.flatMap(({ hostPort = 0 }) => (hostPort === 0 ? [] : [`${hostPort}`]))
  const names = namesWhere(pod, (container) => badOf(container).length > 0)
  const taken = distinct(everyContainer(pod).flatMap(badOf))
  return names.length === 0 ? undefined : { reason: 'hostPort', detail: `${namedContainers(names)} ${plural('uses', names, 'use')} ${plural('hostPort', taken)} ${taken.join(', ')}` }
}

/** A kubelet that asks another host on a pod's behalf can be made to ask anybody. */
function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: JudgedContainer): string[] {
  const asked: readonly (Probe | LifecycleHandler | undefined)[] = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop]
  return asked.flatMap((one) => [one?.httpGet?.host ?? '', one?.tcpSocket?.host ?? '']).filter((host) => host !== '')
}

function probedHosts(pod: JudgedPod): Violation | undefined {
  const names = distinct(namesWhere(pod, (container) => hostsOf(container).length > 0))
  const hosts = distinct(everyContainer(pod).flatMap(hostsOf))
  const reason = 'probe or lifecycle host'
  return names.length === 0 ? undefined : { reason, detail: `${namedContainers(names)} ${plural('uses', names, 'use')} ${plural(reason, hosts)} ${quoted(hosts)}` }
}

function privileged(pod: JudgedPod): Violation | undefined {
  const names = namesWhere(pod, ({ securityContext }) => securityContext?.privileged === true)
  return names.length === 0 ? undefined : { reason: 'privileged', detail: `${namedContainers(names)} must not set securityContext.privileged=true` }
}

export function procMount(pod: JudgedPod): Violation | undefined {
  const badOf = ({ securityContext }: JudgedContainer): string[] => [securityContext?.procMount].filter((mount) => mount !== undefined && mount !== 'Default') as string[]
  const names = namesWhere(pod, (container) => badOf(container).length > 0)
  return names.length === 0 ? undefined : { reason: 'procMount', detail: `${namedContainers(names)} must not set securityContext.procMount to ${quoted(distinct(everyContainer(pod).flatMap(badOf)))}` }
}

const SYSCTLS = ['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start']
const SYSCTLS_27 = [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports']
const SYSCTLS_29 = [...SYSCTLS_27, 'net.ipv4.tcp_keepalive_time', 'net.ipv4.tcp_fin_timeout', 'net.ipv4.tcp_keepalive_intvl', 'net.ipv4.tcp_keepalive_probes']
const SYSCTLS_32 = [...SYSCTLS_29, 'net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']

function sysctls(allowed: readonly string[]): Check {
  return ({ spec }) => {
    const forbidden = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name))
    return forbidden.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: forbidden.join(', ') }
  }
}

interface OnWindows {
  readonly securityContext?: { readonly windowsOptions?: { readonly hostProcess?: boolean } }
}

function hostProcess(pod: JudgedPod): Violation | undefined {
  const isBad = ({ securityContext }: OnWindows): boolean => securityContext?.windowsOptions?.hostProcess === true
  const by = setters(isBad(pod.spec as OnWindows), namesWhere(pod, (container) => isBad(container as OnWindows)))
  return by === '' ? undefined : { reason: 'hostProcess', detail: `${by} must not set securityContext.windowsOptions.hostProcess=true` }
}

const CONTAINER_TYPES = ['container_t', 'container_init_t', 'container_kvm_t']

export const BASELINE: readonly VersionedCheck[] = [
  { id: 'appArmorProfile', since: [[0, appArmor]] },
  { id: 'capabilities_baseline', since: [[0, addedCapabilities]] },
  { id: 'hostNamespaces', since: [[0, hostNamespaces]] },
  { id: 'hostPathVolumes', since: [[0, hostPaths]] },
  { id: 'hostPorts', since: [[0, hostPorts]] },
  { id: 'hostProbesAndHostLifecycle', since: [[34, probedHosts]] },
  { id: 'privileged', since: [[0, privileged]] },
  { id: 'procMount', since: [[0, procMount], [35, unlessOwnUsers(procMount)]] },
  { id: 'seLinuxOptions', since: [[0, seLinux(...CONTAINER_TYPES)], [31, seLinux(...CONTAINER_TYPES, 'container_engine_t')]] },
  SECCOMP_BASELINE,
  { id: 'sysctls', since: [[0, sysctls(SYSCTLS)], [27, sysctls(SYSCTLS_27)], [29, sysctls(SYSCTLS_29)], [32, sysctls(SYSCTLS_32)]] },
  { id: 'windowsHostProcess', since: [[0, hostProcess]] },
]
