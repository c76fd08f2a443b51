/** Probes and hooks: `validateProbe`, `validateHandler`, `validateLifecycle`. */

import type { Lifecycle, Probe } from 'kubernetes-types/core/v1.d.ts'
import { isRecord } from '../../kernel/json.ts'
import { forbiddenField, invalidField, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { portErrorsOf, portNumberErrors } from './validate-port.ts'

type Fields = Readonly<Record<string, unknown>>

const SCHEMES = ['HTTP', 'HTTPS']

export function probeErrors(probe: Probe | undefined, field: string, kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe'): FieldError[] {
  if (probe === undefined) return []
  const numbers = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const
  const grace = (probe as { terminationGracePeriodSeconds?: number }).terminationGracePeriodSeconds
  return [
    ...handlerErrors(probe as Fields, field, undefined),
    ...numbers.flatMap((name) => ((probe[name] ?? 0) < 0 ? [invalidField(`${field}.${name}`, probe[name], 'must be greater than or equal to 0')] : [])),
    ...(grace !== undefined && grace <= 0 ? [invalidField(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0')] : []),
    ...(kind !== 'readinessProbe' && (probe.successThreshold ?? 1) !== 1 ? [invalidField(`${field}.successThreshold`, probe.successThreshold, 'must be 1')] : []),
    ...(kind === 'readinessProbe' && grace !== undefined ? [invalidField(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')] : []),
  ]
}

export function lifecycleErrors(lifecycle: Lifecycle | undefined, field: string, graceSeconds: number | undefined): FieldError[] {
  return (['postStart', 'preStop'] as const).flatMap((hook) => {
    const handler = lifecycle?.[hook]
    return handler === undefined ? [] : handlerErrors(handler as Fields, `${field}.${hook}`, graceSeconds)
  })
}

const HANDLERS: Readonly<Record<string, (handler: Fields, field: string, graceSeconds: number | undefined) => FieldError[]>> = {
  exec: ({ command }, field) => ((command as readonly string[] | undefined)?.length ?? 0) > 0 ? [] : [requiredField(`${field}.command`)],
  httpGet: ({ path = '', port, scheme = 'HTTP' }, field) => [
    ...(path === '' ? [requiredField(`${field}.path`)] : []),
    ...portErrorsOf(port, `${field}.port`),
    ...(SCHEMES.includes(String(scheme)) ? [] : [unsupportedField(`${field}.scheme`, scheme, SCHEMES)]),
  ],
  tcpSocket: ({ port }, field) => portErrorsOf(port, `${field}.port`),
  grpc: ({ port }, field) => portNumberErrors(port ?? 0, `${field}.port`),
  sleep: ({ seconds }, field, graceSeconds) => {
    const isWithin = graceSeconds === undefined || (Number(seconds) >= 0 && Number(seconds) <= graceSeconds)
    return isWithin ? [] : [invalidField(field, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`)]
  },
}

function handlerErrors(handlers: Fields, field: string, graceSeconds: number | undefined): FieldError[] {
  const given = Object.entries(HANDLERS).filter(([name]) => isRecord(handlers[name]))
  if (given.length === 0) return [requiredField(field, 'must specify a handler type')]
  return given.flatMap(([name, check], position) =>
    position === 0 ? check(handlers[name] as Fields, `${field}.${name}`, graceSeconds) : [forbiddenField(`${field}.${name}`, 'may not specify more than 1 handler type')],
  )
}
