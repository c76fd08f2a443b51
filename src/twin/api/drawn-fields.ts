/**
 * The object without what the server drew for it at this change: addresses and ports of a Service are given when it is stored, after
 * everybody's fields were recorded, and so are nobody's (`pkg/registry/core/service/storage/alloc.go`).
 */

import { groupKind, type KubeObject } from '../../model/kube-object.ts'

interface ServiceSpec {
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly healthCheckNodePort?: number
  readonly ports?: readonly { readonly nodePort?: number }[]
}

interface Drawing {
  readonly before: KubeObject
  /** What was sent. */
  readonly sent: KubeObject
  readonly stored: KubeObject
}

/** Undefined where everything is its writer's. */
export function withoutDrawn({ before, sent, stored }: Drawing): KubeObject | undefined {
  if (groupKind(stored.apiVersion, stored.kind) !== '/Service') return undefined
  const known = [specOf(before), specOf(sent)]
  const { clusterIP, clusterIPs, healthCheckNodePort, ports, ...rest } = specOf(stored)
  const ipKnown = known.some((spec) => spec.clusterIP === clusterIP)
  const isPortKnown = (port: number | undefined): boolean => known.some((spec) => spec.ports?.some(({ nodePort }) => nodePort === port) === true)
  const written = {
    ...rest,
    ...(ipKnown && clusterIP !== undefined ? { clusterIP } : {}),
    ...(ipKnown && clusterIPs !== undefined ? { clusterIPs } : {}),
    ...(healthCheckNodePort !== undefined && known.some((spec) => spec.healthCheckNodePort === healthCheckNodePort) ? { healthCheckNodePort } : {}),
    ...(ports === undefined ? {} : { ports: ports.map(({ nodePort, ...port }) => (nodePort !== undefined && isPortKnown(nodePort) ? { ...port, nodePort } : port)) }),
  }
  return { ...stored, spec: written }
}

function specOf(service: KubeObject): ServiceSpec {
  return (service['spec'] ?? {}) as ServiceSpec
}
