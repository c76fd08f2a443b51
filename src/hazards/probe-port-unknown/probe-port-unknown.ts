/** A probe asks at a port that the container does not declare: by a name nobody has, or by a number beside those that are declared. */

import type { Container, Probe } from 'kubernetes-types/core/v1.d.ts'
import type { AuditFinding, AuditView } from '../../model/audit.ts'
import type { AuditRule } from '../../model/hazard.ts'
import { auditContainers, containerText, WORKLOAD_KINDS } from '../shared/templates.ts'

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const

function audit({ cluster }: AuditView): AuditFinding[] {
  return auditContainers(cluster, (item) =>
    PROBES.flatMap((name) => {
      const found = portOf(item.container[name])
      if (found === undefined || isDeclared(item.container, item.template.spec.containers, found.port)) return []
      return [{ path: [...item.path, name, ...found.path], summary: `the ${name} of ${containerText(item)} asks at port ${found.port}, which it does not declare`, advice: `Use one of ${declared(item.container).join(', ') || 'the ports it listens on, and declare it'}.`, severity: typeof found.port === 'string' ? 2 : 3 }]
    }),
  )
}

function portOf(probe: Probe | undefined): { readonly port: number | string; readonly path: readonly string[] } | undefined {
  if (probe?.httpGet !== undefined) return { port: probe.httpGet.port, path: ['httpGet', 'port'] }
  if (probe?.tcpSocket !== undefined) return { port: probe.tcpSocket.port, path: ['tcpSocket', 'port'] }
  return undefined
}

/** A name must be there. A number is only wrong beside others: declaring is optional, and containers of a pod share their ports. */
function isDeclared(container: Container, all: readonly Container[], port: number | string): boolean {
  const named = typeof port === 'string' && !/^\d+$/.test(port)
  if (named) return (container.ports ?? []).some(({ name }) => name === port)
  return (container.ports ?? []).length === 0 || all.some((other) => (other.ports ?? []).some(({ containerPort }) => containerPort === Number(port)))
}

function declared({ ports = [] }: Container): string[] {
  return ports.map(({ name, containerPort }) => (name === undefined ? String(containerPort) : `${name} (${containerPort})`))
}

export const probePortUnknown: AuditRule = {
  id: 'probe-port-unknown',
  title: 'A probe asks at a port that the container does not have',
  severity: 2,
  appliesTo: WORKLOAD_KINDS,
  audit,
  lookAlikes: ['a number in a container that declares no ports at all', 'a port that another container of the pod declares: they share the network', 'a gRPC or exec probe'],
  prevention: 'Name the port once, and use the name in probes and Services.',
  sources: [{ title: 'Use a named port', url: 'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port' }],
  reviewBy: '2027-06-30',
}
