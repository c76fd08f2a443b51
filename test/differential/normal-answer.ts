/**
 * What a write answered, without what must differ: uids, versions, times, names and addresses that the server draws.
 *
 * Everything else stays, field managers included. What controllers write between two steps of a script is not part of
 * an answer: the status of an object that was updated, and the entries of field managers of controllers.
 */

import { isFault, type Fault } from '../../src/kernel/fault.ts'
import { isRecord } from '../../src/kernel/json.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { REVISION_ANNOTATION } from '../../src/model/kube/revision.ts'
import { rename, type Names } from './names.ts'

export type Answer = { readonly object: unknown } | { readonly refused: unknown } | { readonly result: unknown }

const DRAWN: Readonly<Record<string, string>> = { clusterIP: 'ADDRESS', nodePort: 'PORT', healthCheckNodePort: 'PORT' }

export function objectAnswer(object: KubeObject, names: Names, options: { readonly isNew: boolean }): Answer {
  const { status, ...rest } = withoutAuthor(object)
  return { object: rename({ ...(plain(rest) as object), metadata: metadataOf(object, options.isNew), ...(options.isNew && status !== undefined ? { status: plain(status) } : {}) }, names) }
}

/** Who asks for a certificate is called differently on each side. */
function withoutAuthor(object: KubeObject): KubeObject {
  if (object.kind !== 'CertificateSigningRequest') return object
  const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...asked } = object['spec'] as Readonly<Record<string, unknown>>
  return { ...object, spec: asked }
}

function metadataOf(object: KubeObject, isNew: boolean): unknown {
  const { uid: _uid, resourceVersion: _version, creationTimestamp: _created, managedFields = [], annotations, ownerReferences, ...rest } = object.metadata
  const { [REVISION_ANNOTATION]: _revision, ...written } = annotations ?? {}
  const managers = managedFields.filter(({ manager }) => isNew || manager === 'boyd').map(({ time: _time, ...entry }) => (object.kind === 'Deployment' && !isNew ? withoutBeing(entry) : entry))
  return {
    ...rest,
    ...(Object.keys(written).length === 0 ? {} : { annotations: written }),
    ...(rest.deletionTimestamp === undefined ? {} : { deletionTimestamp: 'SET' }),
    ...(ownerReferences === undefined ? {} : { ownerReferences: ownerReferences.map(({ uid: _uid, ...owner }) => owner) }),
    managedFields: managers,
  }
}

/** Whether a patch made the map of annotations depends on whether the Deployment controller had written its revision by then. */
function withoutBeing(entry: object): unknown {
  const text = JSON.stringify(entry)
  return JSON.parse(text.replace('"f:annotations":{".":{},', '"f:annotations":{').replace('"f:annotations":{".":{}}', '"f:annotations":{}'))
}

/** Without addresses, ports and versions that the server draws, and without lists that hold nothing: Go writes some of them as `null`. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (isNothing(inner) || key === 'resourceVersion' ? [] : [[key, drawn(key, inner) ?? plain(inner)]])))
}

function isNothing(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}

function drawn(key: string, value: unknown): unknown {
  if (key === 'clusterIPs' && Array.isArray(value)) return value.map((address) => (address === 'None' ? address : 'ADDRESS'))
  return DRAWN[key] === undefined || value === 'None' || value === '' || value === undefined ? undefined : DRAWN[key]
}

interface StatusBody {
  readonly reason?: string
  readonly details?: unknown
}

/** A refusal: code, reason, sentence and causes. Anything but a fault is a bug and thrown on. */
export function refusalAnswer(error: unknown, names: Names): Answer {
  if (!isFault(error)) throw error
  const { reason, details } = statusOf(error)
  return { refused: rename({ code: error.code, statusCode: error.statusCode, reason, message: portless(error.message), details: withoutUid(details), retryAfterMs: error.retryAfterMs }, names) }
}

/** Node ports that the server drew, where it names one. */
function portless(message: string): string {
  return message.replace(/(duplicate nodePort: \{\w+) \d+/, '$1 PORT')
}

/** The Status that the API server sent: the twin's faults carry it, the adapter's have it as their cause. */
function statusOf(value: Fault): StatusBody {
  const carried = (value as { readonly kubeStatus?: StatusBody }).kubeStatus ?? value.cause
  return isRecord(carried) && !(carried instanceof Error) ? carried : {}
}

function withoutUid(details: unknown): unknown {
  if (!isRecord(details)) return details
  const { uid: _, ...rest } = details
  return rest
}
