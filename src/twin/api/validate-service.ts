/** Services, new and changed: `ValidateService`, `ValidateServiceUpdate`. */

import type { KubeObject } from '../../model/kube-object.ts'
import { duplicateField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { portNumberErrors } from './validate-container.ts'
import { labelErrors } from './validate-metadata.ts'

interface ServicePort {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
}

interface ServiceSpec {
  readonly type?: string
  readonly clusterIP?: string
  readonly externalName?: string
  readonly selector?: Readonly<Record<string, string>>
  readonly ports?: readonly ServicePort[]
}

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

export function serviceErrors(service: KubeObject): FieldError[] {
  const spec = (service['spec'] ?? {}) as ServiceSpec
  const { type = 'ClusterIP', ports = [] } = spec
  if (!TYPES.includes(type)) return [unsupportedField('spec.type', type, TYPES)]
  if (type === 'ExternalName') return (spec.externalName ?? '') === '' ? [requiredField('spec.externalName')] : []
  return [
    ...(ports.length === 0 && spec.clusterIP !== 'None' ? [requiredField('spec.ports')] : []),
    ...ports.flatMap((port, index) => portErrors(port, ports, index)),
    ...labelErrors(spec.selector, 'spec.selector'),
  ]
}

function portErrors(port: ServicePort, ports: readonly ServicePort[], index: number): FieldError[] {
  const at = `spec.ports[${index}]`
  const earlier = ports.slice(0, index)
  return [
    ...(ports.length > 1 && (port.name ?? '') === '' ? [requiredField(`${at}.name`)] : []),
    ...portNumberErrors(port.port, `${at}.port`),
    ...(port.name !== undefined && port.name !== '' && earlier.some(({ name }) => name === port.name) ? [duplicateField(`${at}.name`, port.name)] : []),
    ...(earlier.some((other) => other.port === port.port && other.protocol === port.protocol) ? [duplicateField(at, { port: port.port, protocol: port.protocol })] : []),
  ]
}

export function serviceChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const old = (before['spec'] ?? {}) as ServiceSpec
  const spec = (next['spec'] ?? {}) as ServiceSpec
  const isTyped = old.type === 'ExternalName' || spec.type === 'ExternalName'
  if (isTyped || (old.clusterIP ?? '') === '' || old.clusterIP === spec.clusterIP) return []
  return [invalidField('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set')]
}
