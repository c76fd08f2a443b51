/** What a server warns of in containers: amounts, variables that hide each other, and ports that meet (`pkg/api/pod/warnings.go`). */

import type { Container, ContainerPort, EnvVar } from 'kubernetes-types/core/v1.d.ts'
import { fractionWarnings } from './amounts.ts'

export interface Placed {
  readonly container: Container
  readonly path: string
}

interface Around {
  readonly annotations: Readonly<Record<string, string>>
  /** Of the annotations. */
  readonly path: string
  /** The pod as a whole says a profile of AppArmor. */
  readonly isProfiled: boolean
}

export function containerWarnings({ container, path }: Placed, { annotations, path: annotated, isProfiled }: Around): string[] {
  const { name, securityContext, resources } = container
  const armour = `container.apparmor.security.beta.kubernetes.io/${name}`
  const seccomp = `container.seccomp.security.alpha.kubernetes.io/${name}`
  return [
    ...(securityContext?.seccompProfile === undefined && annotations[seccomp] !== undefined ? [`${annotated}[${seccomp}]: non-functional in v1.27+; use the "seccompProfile" field instead`] : []),
    ...(securityContext?.appArmorProfile === undefined && !isProfiled && annotations[armour] !== undefined ? [`${annotated}[${armour}]: deprecated since v1.30; use the "appArmorProfile" field instead`] : []),
    ...['memory', 'ephemeral-storage'].flatMap((amount) => (['limits', 'requests'] as const).flatMap((part) => fractionWarnings(resources?.[part], `${path}.resources.${part}`, [amount]))),
    ...(container.env ?? []).flatMap((variable, index, all) => (hidesEarlier(variable, all.slice(0, index)) ? [`${path}.env[${index}]: hides previous definition of "${variable.name}", which may be dropped when using apply`] : [])),
  ]
}

/** One that adds to its earlier value means to (`X=abc`, `X=$(X)123`). */
function hidesEarlier({ name, value = '', valueFrom }: EnvVar, earlier: readonly EnvVar[]): boolean {
  const reference = `$(${name})`
  return earlier.some((other) => other.name === name) && (valueFrom !== undefined || value === reference || !value.includes(reference))
}

interface Port {
  readonly port: ContainerPort
  readonly path: string
}

export function portWarnings(placed: readonly Placed[]): string[] {
  const ports = placed.flatMap(({ container, path }): readonly Port[] => (container.ports ?? []).map((port, index) => ({ port, path: `${path}.ports[${index}]` })))
  return [...ports.flatMap((port, index) => meetings(port, ports.slice(0, index))), ...ports.flatMap((port, index) => sameName(port, ports.slice(0, index)))]
}

function meetings({ port, path }: Port, earlier: readonly Port[]): string[] {
  const { hostIP = '', hostPort = 0, containerPort, protocol = 'TCP', name = '' } = port
  const lost = hostIP !== '' && hostPort === 0 ? [`${path}: hostIP set without hostPort: {Name:${name} HostPort:0 ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`] : []
  const others = earlier.filter((other) => other.port.containerPort === containerPort && (other.port.protocol ?? 'TCP') === protocol)
  return [...lost, ...others.flatMap((other) => meeting(port, other.port).map((what) => `${path}: ${what} port definition with ${other.path}`))]
}

function meeting({ hostIP = '', hostPort = 0 }: ContainerPort, { hostIP: otherIP = '', hostPort: otherPort = 0 }: ContainerPort): string[] {
  if (hostIP === otherIP && hostPort === otherPort) return ['duplicate']
  if (hostPort === 0 || otherPort === 0) return ['overlapping']
  return hostPort === otherPort && (hostIP === '') !== (otherIP === '') ? ['dangerously ambiguous'] : []
}

function sameName({ port: { name = '' }, path }: Port, earlier: readonly Port[]): string[] {
  const first = name === '' ? undefined : earlier.find(({ port }) => port.name === name)
  return first === undefined ? [] : [`${path}: duplicate port name "${name}" with ${first.path}, services and probes that select ports by name will use ${first.path}`]
}
