/**
 * Virtual addresses and node ports of Services, as the API server allocates them: never two the same.
 *
 * What is taken is read from the stored Services when the first one is asked for, then kept in step; a twin whose
 * run creates no Service pays nothing.
 */

import type { Rng } from '../../kernel/rng.ts'
import { required } from '../../kernel/assert.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import type { Store } from '../store.ts'
import { statusError } from './status-error.ts'

export interface ClusterAddresses {
  /** A free address of the service range. */
  allocateIp(): string
  allocateNodePort(): number
  isIpTaken(address: string): boolean
  /** Why somebody cannot have this port; undefined where it is free. */
  nodePortProblem(port: number): string | undefined
}

/** kubeadm's service range 10.96.0.0/12; the first address belongs to the `kubernetes` Service, the tenth to DNS. */
const SERVICE_NETWORK = { first: 10, second: 96, hosts: 2 ** 20 }
const RESERVED_HOSTS = 16
/** kube-apiserver --service-node-port-range. */
const NODE_PORTS = { first: 30_000, count: 2_768 }

export function createClusterAddresses(store: Store, rng: Rng): ClusterAddresses {
  let taken: { readonly ips: Set<string>; readonly ports: Set<number> } | undefined
  const takenNow = (): NonNullable<typeof taken> => {
    if (taken === undefined) {
      taken = { ips: new Set(), ports: new Set() }
      for (const service of store.list('/Service')) count(service, taken, true)
    }
    return taken
  }
  store.onChange((change) => {
    if (taken === undefined || change.groupKind !== '/Service') return
    if (change.before !== undefined) count(change.before, taken, false)
    if (change.after !== undefined) count(change.after, taken, true)
  })
  return {
    allocateIp: () =>
      required(firstFree(() => addressOf(RESERVED_HOSTS + rng.below(SERVICE_NETWORK.hosts - RESERVED_HOSTS - 1)), takenNow().ips), 'a free service address'),
    allocateNodePort() {
      const port = firstFree(() => NODE_PORTS.first + rng.below(NODE_PORTS.count), takenNow().ports)
      if (port === undefined) throw statusError('InternalError', 'failed to allocate a nodePort: range is full')
      return port
    },
    nodePortProblem(port) {
      const { first, count: length } = NODE_PORTS
      if (port < first || port >= first + length) return `provided port is not in the valid range. The range of valid ports is ${first}-${first + length - 1}`
      return takenNow().ports.has(port) ? 'provided port is already allocated' : undefined
    },
    isIpTaken: (address) => takenNow().ips.has(address),
  }
}

function count(service: KubeObject, taken: { readonly ips: Set<string>; readonly ports: Set<number> }, isThere: boolean): void {
  const spec = (service['spec'] ?? {}) as { clusterIP?: string; healthCheckNodePort?: number; ports?: readonly { nodePort?: number }[] }
  const change = isThere ? <T>(set: Set<T>, value: T) => set.add(value) : <T>(set: Set<T>, value: T) => set.delete(value)
  if (spec.clusterIP !== undefined && spec.clusterIP !== 'None' && spec.clusterIP !== '') change(taken.ips, spec.clusterIP)
  for (const nodePort of [...(spec.ports ?? []).map((port) => port.nodePort), spec.healthCheckNodePort]) if (nodePort !== undefined) change(taken.ports, nodePort)
}

/** Draws until something free comes up; gives up once the range must be nearly full. */
function firstFree<T>(draw: () => T, taken: ReadonlySet<T>): T | undefined {
  for (let attempt = 0; attempt < 100_000; attempt += 1) {
    const candidate = draw()
    if (!taken.has(candidate)) return candidate
  }
  return undefined
}

function addressOf(host: number): string {
  return `${SERVICE_NETWORK.first}.${SERVICE_NETWORK.second + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`
}
