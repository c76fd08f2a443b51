/** What must hold for a container: name, image, ports, variables, resources, mounts, probes. */

import type { Container, ContainerPort, EnvVar, Probe, Volume } from 'kubernetes-types/core/v1.d.ts'
import { isRecord } from '../../kernel/json.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { duplicateField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelNameProblem } from './object-names.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const PORT_MAX = 65_535
export const QUANTITY_WORDS = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"

export interface Place {
  readonly field: string
  readonly volumes: readonly Volume[]
}

export function containerErrors(container: Container, place: Place): FieldError[] {
  const { field } = place
  return [
    ...nameErrors(container.name, `${field}.name`),
    ...((container.image ?? '') === '' ? [requiredField(`${field}.image`)] : []),
    ...(container.image !== undefined && container.image !== container.image.trim() ? [invalidField(`${field}.image`, container.image, 'must not have leading or trailing whitespace')] : []),
    ...(container.imagePullPolicy === undefined || PULL_POLICIES.includes(container.imagePullPolicy) ? [] : [unsupportedField(`${field}.imagePullPolicy`, container.imagePullPolicy, PULL_POLICIES)]),
    ...portErrors(container.ports ?? [], `${field}.ports`),
    ...(container.env ?? []).flatMap((variable, index) => variableErrors(variable, `${field}.env[${index}]`)),
    ...resourceErrors(container, `${field}.resources`),
    ...mountErrors(container, place),
    ...(['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((probe) => probeErrors(container[probe], `${field}.${probe}`, probe)),
  ]
}

function nameErrors(name: string | undefined, field: string): FieldError[] {
  if (name === undefined || name === '') return [requiredField(field)]
  const problem = labelNameProblem(name)
  return problem === undefined ? [] : [invalidField(field, name, problem)]
}

function portErrors(ports: readonly ContainerPort[], field: string): FieldError[] {
  return ports.flatMap((port, index) => {
    const at = `${field}[${index}]`
    const isDuplicate = port.name !== undefined && port.name !== '' && ports.slice(0, index).some(({ name }) => name === port.name)
    return [
      ...(port.containerPort === undefined || port.containerPort === 0 ? [requiredField(`${at}.containerPort`)] : portNumberErrors(port.containerPort, `${at}.containerPort`)),
      ...(port.protocol === undefined || PROTOCOLS.includes(port.protocol) ? [] : [unsupportedField(`${at}.protocol`, port.protocol, PROTOCOLS)]),
      ...(isDuplicate ? [duplicateField(`${at}.name`, port.name)] : []),
    ]
  })
}

export function portNumberErrors(port: unknown, field: string): FieldError[] {
  const isPort = typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= PORT_MAX
  return isPort ? [] : [invalidField(field, port, `must be between 1 and ${PORT_MAX}, inclusive`)]
}

function variableErrors(variable: EnvVar, field: string): FieldError[] {
  const sources = Object.keys(variable.valueFrom ?? {})
  return [
    ...((variable.name ?? '') === '' ? [requiredField(`${field}.name`)] : []),
    ...(variable.name?.includes('=') === true ? [invalidField(`${field}.name`, variable.name, "a valid environment variable name must consist only of printable ASCII characters other than '='")] : []),
    ...(variable.valueFrom !== undefined && (variable.value ?? '') !== '' ? [invalidField(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty')] : []),
    ...(variable.valueFrom !== undefined && sources.length > 1 ? [invalidField(`${field}.valueFrom`, '', 'may not have more than one field specified at a time')] : []),
  ]
}

function resourceErrors(container: Container, field: string): FieldError[] {
  const limits = (container.resources?.limits ?? {}) as Record<string, string>
  const requests = (container.resources?.requests ?? {}) as Record<string, string>
  return [
    ...quantityErrors(limits, `${field}.limits`),
    ...quantityErrors(requests, `${field}.requests`),
    ...Object.entries(requests).flatMap(([name, request]) => {
      const limit = limits[name]
      const isOver = limit !== undefined && (parseMilli(request) ?? 0) > (parseMilli(limit) ?? 0)
      return isOver ? [invalidField(`${field}.requests`, String(request), `must be less than or equal to ${name} limit of ${limit}`)] : []
    }),
  ]
}

export function quantityErrors(quantities: Readonly<Record<string, unknown>>, field: string): FieldError[] {
  return Object.entries(quantities).flatMap(([name, value]) => {
    const amount = typeof value === 'string' || typeof value === 'number' ? parseMilli(value) : undefined
    if (amount === undefined) return [invalidField(`${field}[${name}]`, value, QUANTITY_WORDS)]
    return amount < 0 ? [invalidField(`${field}[${name}]`, value, 'must be greater than or equal to 0')] : []
  })
}

function mountErrors(container: Container, { field, volumes }: Place): FieldError[] {
  const mounts = container.volumeMounts ?? []
  return mounts.flatMap((mount, index) => {
    const at = `${field}.volumeMounts[${index}]`
    if ((mount.name ?? '') === '') return [requiredField(`${at}.name`)]
    return [
      ...(volumes.some(({ name }) => name === mount.name) ? [] : [{ reason: 'FieldValueInvalid', field: `${at}.name`, message: `Not found: "${mount.name}"` } satisfies FieldError]),
      ...((mount.mountPath ?? '') === '' ? [requiredField(`${at}.mountPath`)] : []),
      ...(mounts.slice(0, index).some(({ mountPath }) => mountPath === mount.mountPath) ? [invalidField(`${at}.mountPath`, mount.mountPath, 'must be unique')] : []),
    ]
  })
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc']

function probeErrors(probe: Probe | undefined, field: string, kind: string): FieldError[] {
  if (probe === undefined) return []
  const handlers = HANDLERS.filter((handler) => isRecord((probe as Record<string, unknown>)[handler]))
  const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const
  return [
    ...(handlers.length === 0 ? [requiredField(field, 'must specify a handler type')] : []),
    ...handlers.slice(1).map((handler): FieldError => ({ reason: 'FieldValueForbidden', field: `${field}.${handler}`, message: 'Forbidden: may not specify more than 1 handler type' })),
    ...numbers.flatMap((name) => ((probe[name] ?? 0) < 0 ? [invalidField(`${field}.${name}`, probe[name], 'must be greater than or equal to 0')] : [])),
    ...(kind !== 'readinessProbe' && (probe.successThreshold ?? 1) !== 1 ? [invalidField(`${field}.successThreshold`, probe.successThreshold, 'must be 1')] : []),
  ]
}
