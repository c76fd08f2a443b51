/**
 * A Service that is replaced: what the server gave it once it keeps where the writer says nothing, and loses where its new type
 * has no use for it (`pkg/registry/core/service/storage`: patchAllocatedValues, normalizeClusterIPs, updateNodePorts;
 * `strategy.go`: dropTypeDependentFields).
 */

import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, invalidObject, requiredField, type FieldError } from './field-error.ts'
import { takesNodePorts } from './node-ports.ts'
import { statusError } from './status-error.ts'
import { needsHealthCheck } from './validate-service.ts'

interface Port {
  readonly name?: string
  readonly protocol?: string
  readonly nodePort?: number
}

interface ServiceSpec {
  readonly type?: string
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly ipFamilies?: readonly string[]
  readonly ipFamilyPolicy?: string
  readonly externalIPs?: readonly string[]
  readonly externalTrafficPolicy?: string
  readonly internalTrafficPolicy?: string
  readonly allocateLoadBalancerNodePorts?: boolean
  readonly loadBalancerClass?: string
  readonly healthCheckNodePort?: number
  readonly ports?: readonly Port[]
}

/** Throws 422 where the two fields for addresses do not fit together, and 500 where two ports share a node port: nothing else is looked at then. */
export function replacedService(before: KubeObject, next: KubeObject): KubeObject {
  const old = (before['spec'] ?? {}) as ServiceSpec
  const spec = normalised(old, patched(old, (next['spec'] ?? {}) as ServiceSpec))
  const errors = addressErrors(spec)
  if (errors.length > 0) throw invalidObject(next, next.metadata.name ?? '', errors)
  refuseSharedNodePorts(spec)
  return { ...next, spec: withoutUseless(old, spec) }
}

function takesAddress({ type }: ServiceSpec): boolean {
  return type !== 'ExternalName'
}

function patched(old: ServiceSpec, spec: ServiceSpec): ServiceSpec {
  const keeps = takesAddress(old) && takesAddress(spec)
  const clusterIP = keeps && isUnset(spec.clusterIP) ? old.clusterIP : spec.clusterIP
  const clusterIPs = keeps && isUnset(spec.clusterIPs) ? old.clusterIPs : spec.clusterIPs
  const healthCheckNodePort = needsHealthCheck(old) && needsHealthCheck(spec) ? (spec.healthCheckNodePort ?? old.healthCheckNodePort) : spec.healthCheckNodePort
  return withKnown({ ...spec, ...(takesNodePorts(old) && takesNodePorts(spec) ? { ports: withNodePorts(old, spec) } : {}) }, { clusterIP, clusterIPs, healthCheckNodePort })
}

/** By name; a number that another port has by now is not given again. */
function withNodePorts(old: ServiceSpec, spec: ServiceSpec): readonly Port[] {
  const known = new Map(old.ports?.map(({ name = '', nodePort }) => [name, nodePort]))
  const asked = new Set(spec.ports?.map(({ nodePort }) => nodePort))
  return (spec.ports ?? []).map((port) => {
    const nodePort = port.nodePort ?? known.get(port.name ?? '')
    return nodePort === undefined || (port.nodePort === undefined && asked.has(nodePort)) ? port : { ...port, nodePort }
  })
}

/** Also two ports without names that both got the number of the one before them. The server takes it for a fault of its own. */
function refuseSharedNodePorts({ type, ports = [] }: ServiceSpec): void {
  if (type !== 'NodePort' && type !== 'LoadBalancer') return
  const given = ports.filter(({ nodePort }) => nodePort !== undefined && nodePort !== 0).map(({ protocol = 'TCP', nodePort }) => `{${protocol} ${nodePort}}`)
  const shared = given.find((port, index) => given.indexOf(port) !== index)
  if (shared !== undefined) throw statusError('', `duplicate nodePort: ${shared}`)
}

/** Old clients know the single field only. */
function normalised(old: ServiceSpec, spec: ServiceSpec): ServiceSpec {
  const [was, is] = [old.clusterIP ?? '', spec.clusterIP ?? '']
  const filled = !isUnset(old.clusterIPs) && isUnset(spec.clusterIPs) && was === is ? old.clusterIPs : spec.clusterIPs
  if (was === is || !jsonEqual(old.clusterIPs ?? [], filled ?? [])) return withKnown(spec, { clusterIPs: filled })
  return withKnown(spec, { clusterIPs: is === '' ? undefined : [is] })
}

function addressErrors({ type, clusterIP = '', clusterIPs = [] }: ServiceSpec): FieldError[] {
  const field = 'spec.clusterIPs'
  if (type === 'ExternalName') return []
  if (clusterIP === '') return clusterIPs.length === 0 ? [] : [invalidField(field, clusterIPs, 'must be empty when `clusterIP` is not specified')]
  if (clusterIPs.length === 0) return [requiredField(field)]
  return clusterIPs[0] === clusterIP ? [] : [invalidField(field, clusterIPs, 'first value must match `clusterIP`')]
}

function withoutUseless(old: ServiceSpec, spec: ServiceSpec): ServiceSpec {
  const losesAddress = takesAddress(old) && !takesAddress(spec)
  const losesPorts = takesNodePorts(old) && !takesNodePorts(spec) && jsonEqual(nodePortsOf(old), nodePortsOf(spec))
  const unless = <T>(loses: boolean, was: T, is: T): T | undefined => (loses && jsonEqual(was, is) ? undefined : is)
  const { clusterIP, ...addresses } = spec
  const isSame = jsonEqual(old.clusterIPs ?? [], spec.clusterIPs ?? [])
  return withKnown(addresses, {
    clusterIP: losesAddress && isSame ? undefined : clusterIP,
    clusterIPs: unless(losesAddress, old.clusterIPs, spec.clusterIPs),
    ipFamilies: unless(losesAddress, old.ipFamilies, spec.ipFamilies),
    ipFamilyPolicy: unless(losesAddress, old.ipFamilyPolicy, spec.ipFamilyPolicy),
    allocateLoadBalancerNodePorts: unless(old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer', old.allocateLoadBalancerNodePorts, spec.allocateLoadBalancerNodePorts),
    loadBalancerClass: unless(old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer', old.loadBalancerClass, spec.loadBalancerClass),
    healthCheckNodePort: unless(needsHealthCheck(old) && !needsHealthCheck(spec), old.healthCheckNodePort, spec.healthCheckNodePort),
    // Never shown of such a Service (storage: defaultOnReadInternalTrafficPolicy); a word that is none is left to be refused.
    internalTrafficPolicy: !takesAddress(spec) && ['Cluster', 'Local'].includes(spec.internalTrafficPolicy ?? '') ? undefined : spec.internalTrafficPolicy,
    externalTrafficPolicy: unless(isReachable(old) && !isReachable(spec), old.externalTrafficPolicy, spec.externalTrafficPolicy),
    ...(losesPorts ? { ports: (spec.ports ?? []).map((port) => withoutNumber(port)) } : {}),
  })
}

function withoutNumber(port: Port): Port {
  const { nodePort: _, ...rest } = port
  return rest
}

function isReachable({ type, externalIPs = [] }: ServiceSpec): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0)
}

function nodePortsOf({ ports = [] }: ServiceSpec): readonly (number | undefined)[] {
  return ports.map(({ nodePort }) => nodePort)
}

function isUnset(value: string | readonly string[] | undefined): boolean {
  return value === undefined || value.length === 0
}

/** The fields as given, those without a value taken away. */
function withKnown(spec: ServiceSpec, fields: { readonly [Key in keyof ServiceSpec]?: ServiceSpec[Key] | undefined }): ServiceSpec {
  return Object.fromEntries(Object.entries({ ...spec, ...fields }).filter(([, value]) => value !== undefined)) as ServiceSpec
}
