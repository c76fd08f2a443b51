/**
 * Refusals in the API server's own words.
 *
 * Clients read `reason`, `code` and `details`, people read the sentence, so both follow
 * k8s.io/apimachinery/pkg/api/errors. Inside the twin a refusal is a `Fault`, as from a real cluster; the HTTP door
 * sends the `Status` that it carries.
 */

import { fault, isFault, type Fault, type FaultCode } from '../../kernel/fault.ts'

export interface StatusCause {
  readonly reason?: string
  readonly message: string
  readonly field?: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  /** The resource's plural, or the kind for validation errors: as the real server mixes them. */
  readonly kind?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

export interface KubeStatus {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: Readonly<Record<string, never>>
  readonly status: 'Failure' | 'Success'
  readonly message: string
  readonly reason?: string
  readonly details?: StatusDetails
  readonly code: number
}

export type ApiFault = Fault & { readonly kubeStatus: KubeStatus }

/** A resource as error texts name it: `pods`, `deployments.apps`. */
export interface NamedResource {
  readonly group: string
  readonly plural: string
}

const CODES: Readonly<Record<string, { readonly code: number; readonly fault: FaultCode }>> = {
  BadRequest: { code: 400, fault: 'invalid' },
  Unauthorized: { code: 401, fault: 'unauthenticated' },
  Forbidden: { code: 403, fault: 'forbidden' },
  NotFound: { code: 404, fault: 'not-found' },
  MethodNotAllowed: { code: 405, fault: 'invalid' },
  NotAcceptable: { code: 406, fault: 'invalid' },
  AlreadyExists: { code: 409, fault: 'already-exists' },
  Conflict: { code: 409, fault: 'conflict' },
  Expired: { code: 410, fault: 'expired' },
  RequestEntityTooLarge: { code: 413, fault: 'too-large' },
  UnsupportedMediaType: { code: 415, fault: 'invalid' },
  Invalid: { code: 422, fault: 'invalid' },
  TooManyRequests: { code: 429, fault: 'rate-limited' },
  InternalError: { code: 500, fault: 'internal' },
  Timeout: { code: 504, fault: 'timeout' },
}

/** A fault that carries the Status a client would see. `reason` must be one that the API server uses; a few answers of 500 have none. */
export function statusError(reason: string, message: string, details?: StatusDetails): ApiFault {
  const { code, fault: faultCode } = CODES[reason] ?? { code: 500, fault: 'internal' as const }
  const kubeStatus: KubeStatus = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  }
  const retryAfterMs = details?.retryAfterSeconds === undefined ? {} : { retryAfterMs: details.retryAfterSeconds * 1000 }
  return Object.assign(fault({ code: faultCode, operation: 'kubernetes request', message, statusCode: code, ...retryAfterMs }), { kubeStatus })
}

export function isApiFault(value: unknown): value is ApiFault {
  return isFault(value) && 'kubeStatus' in value
}

export function resourceText(resource: NamedResource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
}

export function notFound(resource: NamedResource, name: string): ApiFault {
  return statusError('NotFound', `${resourceText(resource)} "${name}" not found`, detailsOf(resource, name))
}

/** `isLeaving`: the one that is there is on its way out, and holds its name until it is gone. `isGenerated`: the name was to be made up, and is worth another try. */
export function alreadyExists(resource: NamedResource, name: string, { isLeaving, isGenerated }: { readonly isLeaving: boolean; readonly isGenerated: boolean }): ApiFault {
  const sentence = `${isLeaving ? 'object is being deleted: ' : ''}${resourceText(resource)} "${name}" already exists`
  if (!isGenerated) return statusError('AlreadyExists', sentence, detailsOf(resource, name))
  return statusError('AlreadyExists', `${sentence}, the server was not able to generate a unique name for the object`, { ...detailsOf(resource, name), retryAfterSeconds: 1 })
}

const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

export function conflict(resource: NamedResource, name: string, why: string = MODIFIED): ApiFault {
  return statusError('Conflict', `Operation cannot be fulfilled on ${resourceText(resource)} "${name}": ${why}`, detailsOf(resource, name))
}

export function forbidden(resource: NamedResource, name: string, why: string, causes?: readonly StatusCause[]): ApiFault {
  const target = name === '' ? resourceText(resource) : `${resourceText(resource)} "${name}"`
  return statusError('Forbidden', `${target} is forbidden: ${why}`, { ...detailsOf(resource, name), ...(causes === undefined ? {} : { causes }) })
}

/** What a path does not take, whatever is sent. */
export function methodNotAllowed(): ApiFault {
  return statusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {})
}

/** A path that nothing answers to. */
export function missingPath(): ApiFault {
  return statusError('NotFound', 'the server could not find the requested resource', {})
}

export function badRequest(message: string): ApiFault {
  return statusError('BadRequest', message)
}

function detailsOf(resource: NamedResource, name: string): StatusDetails {
  return { ...(name === '' ? {} : { name }), ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural }
}
