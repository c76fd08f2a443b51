/** Services, new and changed: `ValidateService`, `ValidateServiceUpdate`. */

import type { KubeObject } from '../../model/kube-object.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelNameProblems, subdomainProblems } from './object-names.ts'
import { labelErrors } from './validate-metadata.ts'
import { addressErrors } from './validate-pod-spec.ts'
import { portErrorsOf, portNumberErrors } from './validate-port.ts'

interface ServicePort {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
  readonly targetPort?: string | number
  readonly nodePort?: number
}

interface ServiceSpec {
  readonly type?: string
  readonly clusterIP?: string
  readonly clusterIPs?: readonly string[]
  readonly externalName?: string
  readonly selector?: Readonly<Record<string, string>>
  readonly ports?: readonly ServicePort[]
  readonly sessionAffinity?: string
  readonly sessionAffinityConfig?: { readonly clientIP?: { readonly timeoutSeconds?: number } }
  readonly externalIPs?: readonly string[]
  readonly externalTrafficPolicy?: string
  readonly internalTrafficPolicy?: string
  readonly healthCheckNodePort?: number
  readonly loadBalancerSourceRanges?: readonly string[]
}

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const AFFINITIES = ['ClientIP', 'None']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const POLICIES = ['Cluster', 'Local']
const HEALTH_PORT = 'spec.healthCheckNodePort'
const AFFINITY_SECONDS_MAX = 86_400

export function serviceErrors(service: KubeObject): FieldError[] {
  const spec = (service['spec'] ?? {}) as ServiceSpec
  const { type = 'ClusterIP', ports = [], sessionAffinity = 'None', externalIPs = [], internalTrafficPolicy: inside = 'Cluster' } = spec
  return [
    ...(TYPES.includes(type) ? [] : [unsupportedField('spec.type', type, TYPES)]),
    ...(ports.length === 0 && spec.clusterIP !== 'None' && type !== 'ExternalName' ? [requiredField('spec.ports')] : []),
    ...typeErrors(spec, type),
    ...ports.flatMap((port, index) => portErrors(port, { ports, type, index })),
    ...labelErrors(spec.selector, 'spec.selector'),
    ...(AFFINITIES.includes(sessionAffinity) ? [] : [unsupportedField('spec.sessionAffinity', sessionAffinity, AFFINITIES)]),
    ...affinityErrors(spec, sessionAffinity),
    ...externalIPs.flatMap((address, index) => externalErrors(address, `spec.externalIPs[${index}]`)),
    ...rangeErrors(spec.loadBalancerSourceRanges ?? [], type),
    ...outsideErrors(spec, type),
    ...healthErrors(spec),
    ...(POLICIES.includes(inside) ? [] : [unsupportedField('spec.internalTrafficPolicy', inside, POLICIES)]),
  ]
}

function typeErrors({ clusterIP = '', clusterIPs = [], externalName = '' }: ServiceSpec, type: string): FieldError[] {
  if (type === 'LoadBalancer' || type === 'NodePort') return clusterIP === 'None' ? [invalidField('spec.clusterIPs[0]', clusterIP, `may not be set to 'None' for ${type} services`)] : []
  if (type !== 'ExternalName') return []
  return [
    ...(clusterIPs.length > 0 || clusterIP !== '' ? [forbiddenField('spec.clusterIPs', 'may not be set for ExternalName services')] : []),
    ...(externalName === '' ? [requiredField('spec.externalName')] : invalidFields('spec.externalName', externalName, subdomainProblems(externalName.replace(/\.$/, '')))),
  ]
}

function portErrors(port: ServicePort, { ports, type, index }: { readonly ports: readonly ServicePort[]; readonly type: string; readonly index: number }): FieldError[] {
  const at = `spec.ports[${index}]`
  const { name = '', protocol = 'TCP' } = port
  const earlier = ports.slice(0, index)
  const isSame = (other: ServicePort): boolean => other.port === port.port && (other.protocol ?? 'TCP') === protocol
  return [
    ...(ports.length > 1 && name === '' ? [requiredField(`${at}.name`)] : []),
    ...(name === '' ? [] : invalidFields(`${at}.name`, name, labelNameProblems(name))),
    ...(name !== '' && earlier.some((other) => other.name === name) ? [duplicateField(`${at}.name`, name)] : []),
    ...portNumberErrors(port.port ?? 0, `${at}.port`),
    ...(PROTOCOLS.includes(protocol) ? [] : [unsupportedField(`${at}.protocol`, protocol, PROTOCOLS)]),
    ...portErrorsOf(port.targetPort ?? port.port, `${at}.targetPort`),
    ...((port.nodePort ?? 0) !== 0 && type === 'ClusterIP' ? [forbiddenField(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'")] : []),
    ...(earlier.some(isSame) ? [duplicateField(at, { Name: '', Protocol: protocol, AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0 })] : []),
  ]
}

function affinityErrors({ sessionAffinityConfig: config }: ServiceSpec, affinity: string): FieldError[] {
  const seconds = config?.clientIP?.timeoutSeconds
  if (config === undefined) return []
  if (affinity !== 'ClientIP') return []
  const isTime = seconds !== undefined && seconds > 0 && seconds <= AFFINITY_SECONDS_MAX
  return isTime ? [] : [invalidField('spec.sessionAffinityConfig.clientIP.timeoutSeconds', seconds ?? 0, `must be greater than 0 and less than ${AFFINITY_SECONDS_MAX}`)]
}

function rangeErrors(ranges: readonly string[], type: string): FieldError[] {
  const field = 'spec.LoadBalancerSourceRanges'
  const misplaced = ranges.length > 0 && type !== 'LoadBalancer' ? [forbiddenField(field, "may only be used when `type` is 'LoadBalancer'")] : []
  const isRange = (text: string): boolean => /^[^/]+\/\d{1,3}$/.test(text) && addressErrors(text.slice(0, text.indexOf('/')), field).length === 0
  return [...misplaced, ...ranges.flatMap((range, index) => (isRange(range.trim()) ? [] : [invalidField(`${field}[${index}]`, range, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]))]
}

function externalErrors(address: string, field: string): FieldError[] {
  const wrong = addressErrors(address, field)
  return wrong.length === 0 && address.startsWith('127.') ? [invalidField(field, address, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')] : wrong
}

function outsideErrors({ externalTrafficPolicy: policy = '', externalIPs = [] }: ServiceSpec, type: string): FieldError[] {
  const isReachable = type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0)
  if (!isReachable) return policy === '' ? [] : [invalidField('spec.externalTrafficPolicy', policy, 'may only be set for externally-accessible services')]
  return policy === '' || POLICIES.includes(policy) ? [] : [unsupportedField('spec.externalTrafficPolicy', policy, POLICIES)]
}

/** The port at which a balancer asks a node whether it has endpoints; given by the server where the writer left it out. */
function healthErrors(spec: ServiceSpec): FieldError[] {
  const port = spec.healthCheckNodePort ?? 0
  if (!needsHealthCheck(spec)) return port === 0 ? [] : [invalidField(HEALTH_PORT, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")]
  return port === 0 ? [requiredField(HEALTH_PORT)] : portNumberErrors(port, HEALTH_PORT)
}

/** `NeedsHealthCheck`. */
export function needsHealthCheck({ type, externalTrafficPolicy }: Pick<ServiceSpec, 'type' | 'externalTrafficPolicy'>): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local'
}

export function serviceChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const old = (before['spec'] ?? {}) as ServiceSpec
  const spec = (next['spec'] ?? {}) as ServiceSpec
  return [...addressChangeErrors(old, spec), ...(needsHealthCheck(old) && needsHealthCheck(spec) && old.healthCheckNodePort !== spec.healthCheckNodePort ? [forbiddenField(HEALTH_PORT, 'field is immutable')] : [])]
}

function addressChangeErrors(old: ServiceSpec, spec: ServiceSpec): FieldError[] {
  const isTyped = old.type === 'ExternalName' || spec.type === 'ExternalName'
  if (isTyped || (old.clusterIP ?? '') === '' || old.clusterIP === spec.clusterIP) return []
  return [invalidField('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set')]
}
