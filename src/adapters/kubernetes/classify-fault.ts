/**
 * Turns whatever the Kubernetes API or the network throws into a `Fault`. There is one classifier, so that each
 * failure has one name, one recovery and one hint wherever it happens.
 *
 * The API's own `Status` object decides first (its `reason` and `details` say more than the HTTP code: 409 is
 * both "the name is taken" and "somebody else wrote"; 403 is both "you may not" and "the quota is used up"). Where
 * there is none, the HTTP code does; where there is no answer at all, the code of the socket or TLS error.
 *
 * Reasons: https://kubernetes.io/docs/reference/using-api/api-concepts/ and apimachinery `meta/v1` StatusReason.
 */

import { processRedactor } from '../../kernel/redact/process-redactor.ts'
import { fault, isFault, type Fault, type FaultInit, type Recovery } from '../../kernel/fault.ts'

/** `meta/v1` Status, as far as we read it. */
export interface ApiStatus {
  readonly kind?: string
  readonly code?: number
  readonly reason?: string
  readonly message?: string
  readonly details?: {
    readonly retryAfterSeconds?: number
    readonly causes?: readonly { readonly reason?: string; readonly field?: string; readonly message?: string }[]
  }
}

export interface FaultContext {
  /** `kubernetes patch`. */
  readonly operation: string
  /** `Deployment shop/cart`. */
  readonly subject?: string
}

/** An answer with an HTTP code of 400 or more. `body` is what came with it, parsed or not. */
export function faultOfResponse(response: { readonly statusCode: number; readonly body: string; readonly retryAfter?: string }, context: FaultContext): Fault {
  const status = parseStatus(response.body)
  const message = status?.message ?? (response.body.trim().slice(0, 300) || `HTTP ${response.statusCode}`)
  return faultOfStatus({ ...status, message, code: response.statusCode }, context, retryAfterMs(response.retryAfter))
}

/** A Status object: the body of a refusal, or an ERROR event of a watch. */
export function faultOfStatus(status: ApiStatus, context: FaultContext, retryAfterHeaderMs?: number): Fault {
  const statusCode = status.code ?? 500
  const seconds = status.details?.retryAfterSeconds
  const waitMs = seconds === undefined ? retryAfterHeaderMs : seconds * 1000
  return fault({
    ...context,
    ...verdictOf(statusCode, status),
    // Validation repeats the value that it refuses.
    message: processRedactor.text(status.message ?? status.reason ?? `HTTP ${statusCode}`),
    statusCode,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    cause: status,
  })
}

/** An error that was thrown before there was an answer: socket, TLS, time-out, credentials. */
export function faultOfError(error: unknown, context: FaultContext): Fault {
  if (isFault(error)) return error
  const { code, message } = rootOf(error)
  return fault({ ...context, ...networkVerdict(code, message), message: code === '' ? message : `${message} (${code})`, cause: error })
}

/** The Status that a fault was made from; undefined for faults of the network. */
function statusOf(value: Fault): ApiStatus | undefined {
  const { cause } = value
  return typeof cause === 'object' && cause !== null && !(cause instanceof Error) ? (cause as ApiStatus) : undefined
}

/** The sentence of a cause that the answer carries, empty where it has none; undefined where the answer does not carry it. */
export function causeOf(value: Fault, reason: string): string | undefined {
  const found = statusOf(value)?.details?.causes?.find((cause) => cause.reason === reason)
  return found === undefined ? undefined : (found.message ?? '')
}

type Verdict = Pick<FaultInit, 'code'> & { readonly hint?: string; readonly recovery?: Recovery }

const BY_STATUS_CODE: Readonly<Record<number, Verdict>> = {
  400: { code: 'invalid' },
  401: { code: 'unauthenticated', hint: 'The credentials were not accepted: renew the token or the certificate in the kubeconfig.' },
  404: { code: 'not-found' },
  405: { code: 'invalid', hint: 'This kind does not support the operation.' },
  406: { code: 'invalid' },
  408: { code: 'timeout' },
  410: { code: 'expired' },
  413: { code: 'too-large', hint: 'The API server takes up to 3 MiB a request, etcd 1.5 MiB an object.' },
  415: { code: 'invalid', hint: 'This kind does not take this type of patch (strategic merge is for built-in kinds only).' },
  422: { code: 'invalid' },
  429: { code: 'rate-limited' },
  502: { code: 'unavailable', hint: 'Something between here and the API server failed: check the load balancer and the control plane.' },
  503: { code: 'unavailable', hint: 'The API server, or the aggregated API behind it, is not ready.' },
  504: { code: 'timeout' },
}

function verdictOf(statusCode: number, status: ApiStatus): Verdict {
  if (statusCode === 409) return { code: status.reason === 'AlreadyExists' ? 'already-exists' : 'conflict' }
  if (statusCode === 403) return forbidden(status)
  if (statusCode === 500) return serverError(status)
  return BY_STATUS_CODE[statusCode] ?? { code: statusCode > 500 ? 'unavailable' : 'internal' }
}

/** RBAC says `User "x" cannot list resource …`; admission says something else, and more rights would not help. */
function forbidden(status: ApiStatus): Verdict {
  const message = status.message ?? ''
  if (/\bcannot \S+ (resource|path)\b/.test(message)) {
    return { code: 'forbidden', hint: 'Grant this permission to the account Boyd uses; `boyd doctor` lists what is missing.' }
  }
  if (message.includes('exceeded quota')) {
    return { code: 'forbidden', recovery: 'reread', hint: "The namespace's ResourceQuota is used up: raise it or free some of it." }
  }
  if (status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating') === true) {
    return { code: 'forbidden', recovery: 'reread', hint: 'The namespace is being deleted; nothing new can be created in it.' }
  }
  return { code: 'forbidden', hint: 'An admission rule of the cluster refuses this; its message says which.' }
}

/** Most 500s are final (two budgets over one pod); these heal: etcd changing its leader, a webhook that is down. */
function serverError(status: ApiStatus): Verdict {
  const message = status.message ?? ''
  if (status.reason === 'ServerTimeout' || message.includes('etcdserver:')) return { code: 'unavailable' }
  if (message.includes('failed calling webhook')) {
    return { code: 'unavailable', hint: 'An admission webhook does not answer: check the Service and pods behind it.' }
  }
  return { code: 'internal' }
}

const NETWORK_HINTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens at the server of the kubeconfig: check the address, and that the API server runs.',
  ENOTFOUND: 'The host name of the server in the kubeconfig does not resolve: check DNS or the VPN.',
  EAI_AGAIN: 'The host name of the server in the kubeconfig does not resolve: check DNS or the VPN.',
  EHOSTUNREACH: 'There is no route to the API server: check the network or the VPN.',
  ENETUNREACH: 'There is no route to the API server: check the network or the VPN.',
  ENOENT: "The kubeconfig's credential plugin is not installed, or a file it names is gone.",
}

const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|ERR_OSSL|EPROTO)/
const TIMEOUT_CODE = /^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/
const SOCKET_CODE = /^(E[A-Z]+|UND_ERR_.*)$/

function networkVerdict(code: string, message: string): Verdict {
  if (code === 'ENOENT') return { code: 'unauthenticated', ...hintOf(code) }
  if (TLS_CODE.test(code)) {
    // A certificate does not mend itself, so this is not worth a retry.
    return { code: 'unavailable', recovery: 'ask-human', hint: 'The TLS certificate was not accepted: check certificate-authority in the kubeconfig and the clock.' }
  }
  if (TIMEOUT_CODE.test(code) || message.includes('no answer within')) {
    return { code: 'timeout', hint: 'The API server did not answer in time: check the network path and its load.' }
  }
  if (SOCKET_CODE.test(code) || message === 'terminated' || message === 'fetch failed') return { code: 'unavailable', ...hintOf(code) }
  return { code: 'internal' }
}

function hintOf(code: string): { readonly hint?: string } {
  const hint = NETWORK_HINTS[code]
  return hint === undefined ? {} : { hint }
}

/** `fetch failed` says nothing; the cause it wraps does. Happy Eyeballs wraps once more, in an AggregateError. */
function rootOf(error: unknown): { readonly code: string; readonly message: string } {
  let current = error
  for (let depth = 0; depth < 5; depth += 1) {
    const next = innerOf(current)
    if (next === undefined) break
    current = next
  }
  const code = (current as { code?: unknown } | undefined)?.code
  const message = current instanceof Error ? (current.message.trim().split('\n')[0] ?? '') : String(current)
  return { code: typeof code === 'string' ? code : '', message }
}

function innerOf(error: unknown): unknown {
  if (error instanceof AggregateError) return error.errors[0]
  return error instanceof Error && error.cause instanceof Error ? error.cause : undefined
}

function parseStatus(body: string): ApiStatus | undefined {
  try {
    const value = JSON.parse(body) as ApiStatus | null
    return value?.kind === 'Status' ? value : undefined
  } catch {
    return undefined
  }
}

/** Retry-After in seconds; the date form is not used by Kubernetes. */
function retryAfterMs(header: string | undefined): number | undefined {
  const seconds = Number(header)
  return header === undefined || !Number.isFinite(seconds) ? undefined : seconds * 1000
}

