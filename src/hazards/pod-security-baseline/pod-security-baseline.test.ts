import { expect, test } from 'vitest'
import { findingsOf, oneContainer, workload } from '../testing/audit.ts'
import { podSecurityBaseline } from './pod-security-baseline.ts'

test.each([
  { name: 'namespaces of the host', spec: oneContainer({}, { hostNetwork: true, hostPID: true, hostIPC: true }), want: ['hostNetwork', 'hostPID', 'hostIPC'] },
  { name: 'privileged', spec: oneContainer({ securityContext: { privileged: true } }), want: ['privileged'] },
  { name: 'in an init container', spec: { initContainers: [{ name: 'i', image: 'i', securityContext: { privileged: true } }], containers: [{ name: 'm', image: 'm' }] }, want: ['privileged'] },
  { name: 'capabilities', spec: oneContainer({ securityContext: { capabilities: { add: ['NET_ADMIN', 'CAP_SYS_ADMIN', 'CHOWN'] } } }), want: ['capabilities', 'capabilities'] },
  { name: 'a path and a port of the node', spec: oneContainer({ ports: [{ containerPort: 80, hostPort: 80 }] }, { volumes: [{ name: 'h', hostPath: { path: '/etc' } }] }), want: ['hostPath', 'hostPort'] },
  { name: 'no seccomp, own SELinux, /proc, sysctl', spec: oneContainer({ securityContext: { procMount: 'Unmasked', seLinuxOptions: { type: 'spc_t' } } }, { securityContext: { seccompProfile: { type: 'Unconfined' }, sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }), want: ['a sysctl of the node', 'seccomp is off', 'procMount', 'SELinux'] },
  { name: 'good', spec: oneContainer(), want: [] },
  { name: 'look-alike: what Baseline allows', spec: oneContainer({ securityContext: { privileged: false, capabilities: { add: ['NET_BIND_SERVICE'] }, procMount: 'Default' } }, { securityContext: { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] }, hostNetwork: false }), want: [] },
  { name: 'look-alike: ports of a pod on the network of its host', spec: oneContainer({ ports: [{ containerPort: 80, hostPort: 80 }] }, { hostNetwork: true }), want: ['hostNetwork'] },
])('$name', ({ spec, want }) => expect(findingsOf(podSecurityBaseline, { objects: [workload(spec)] }).map(({ cause }) => cause)).toEqual(want))

test('what owns the node is worse than what reads a log', () => {
  const severity = (path: string) => findingsOf(podSecurityBaseline, { objects: [workload(oneContainer({}, { volumes: [{ name: 'h', hostPath: { path } }] }))] }).map((finding) => finding.severity)
  expect([severity('/'), severity('/etc/'), severity('/var/log/app')]).toEqual([[1], [1], [undefined]])
})
