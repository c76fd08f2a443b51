/**
 * Node ports of Services (`pkg/registry/core/service/storage/alloc.go`): at creation ports of one number share one, as DNS over
 * TCP and UDP does; an update gives each port that has none one of its own. What somebody asks for must be free and in range.
 */

import type { KubeObject } from '../../model/kube-object.ts'
import type { ApiEnvironment } from './environment.ts'
import { invalidField, invalidObject } from './field-error.ts'

interface Port {
  readonly port?: number
  readonly nodePort?: number
}

interface ServiceSpec {
  readonly type?: string
  readonly allocateLoadBalancerNodePorts?: boolean
  readonly ports?: readonly Port[]
}

export function takesNodePorts({ type, allocateLoadBalancerNodePorts = true }: ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts)
}

/** The ports of a Service, each with a node port where its type takes them. `before` is absent for a new one. Throws 422 for a number that cannot be had. */
export function withNodePorts(environment: ApiEnvironment, service: KubeObject, before: KubeObject | undefined): readonly Port[] {
  const spec = (service['spec'] ?? {}) as ServiceSpec
  const { ports = [], type } = spec
  if (type !== 'NodePort' && type !== 'LoadBalancer') return ports
  refuseTaken(environment, { service, ports, before })
  if (!takesNodePorts(spec)) return ports
  return before === undefined ? sharedByNumber(environment, ports) : ports.map((port) => (isGiven(port) ? port : { ...port, nodePort: environment.addresses.allocateNodePort() }))
}

function isGiven({ nodePort = 0 }: Port): boolean {
  return nodePort !== 0
}

function sharedByNumber(environment: ApiEnvironment, ports: readonly Port[]): readonly Port[] {
  const given = new Map<number | undefined, number | undefined>()
  for (const { port, nodePort } of ports.filter(isGiven)) if (!given.has(port)) given.set(port, nodePort)
  return ports.map((each) => {
    if (isGiven(each)) return each
    const nodePort = given.get(each.port) ?? environment.addresses.allocateNodePort()
    given.set(each.port, nodePort)
    return { ...each, nodePort }
  })
}

/** A number that stands twice in one Service is asked for once; of an update, what was its own stays its own. */
function refuseTaken(environment: ApiEnvironment, { service, ports, before }: { readonly service: KubeObject; readonly ports: readonly Port[]; readonly before: KubeObject | undefined }): void {
  const own = new Set(((before?.['spec'] ?? {}) as ServiceSpec).ports?.map(({ nodePort }) => nodePort))
  const errors = ports.flatMap(({ nodePort = 0 }, index) => {
    if (nodePort === 0 || own.has(nodePort)) return []
    own.add(nodePort)
    const why = environment.addresses.nodePortProblem(nodePort)
    return why === undefined ? [] : [invalidField(`spec.ports[${index}].nodePort`, nodePort, why)]
  })
  if (errors.length > 0) throw invalidObject(service, service.metadata.name ?? '', errors)
}
