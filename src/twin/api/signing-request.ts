/**
 * Certificate signing requests, as their storage keeps them (`pkg/registry/certificates/certificates/strategy.go`): who asked is the
 * server's to say, what was asked never changes, and the answer is written in two parts, the decision and the certificate.
 */

import { toKubeTime } from '../../kernel/clock.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { groupKind, type KubeObject } from '../../model/kube-object.ts'
import { userInfo } from '../access/reviews.ts'
import { authorize } from '../access/authorize.ts'
import { parseRequest } from '../certificates/certificate-request.ts'
import type { Requester } from './api.ts'
import type { ApiEnvironment } from './environment.ts'
import type { Resource } from './resource.ts'
import { forbidden } from './status-error.ts'

export const SIGNING_REQUEST = 'certificates.k8s.io/CertificateSigningRequest'
/** Only they are decisions; others are told by who signs. */
const DECISIONS = ['Approved', 'Denied']
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client'

export interface Condition {
  readonly type?: string
  readonly status?: string
  readonly lastUpdateTime?: string | null
  readonly lastTransitionTime?: string | null
}

interface Status {
  readonly conditions?: readonly Condition[]
  readonly certificate?: string
}

export function isSigningRequest({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return groupKind(apiVersion, kind) === SIGNING_REQUEST
}

/** As it was asked, by whom. */
export function withAuthor(request: KubeObject, requester: Requester): KubeObject {
  const { username: _name, uid: _uid, groups: _groups, extra: _extra, ...asked } = (request['spec'] ?? {}) as Readonly<Record<string, unknown>>
  return { ...request, spec: { ...asked, ...userInfo(requester) } }
}

export function statusOfRequest(request: KubeObject): Status {
  return (request['status'] ?? {}) as Status
}

/** What its writer can come to own: of the object itself metadata alone, of each part of the answer that part. */
export function heardOfRequest(request: KubeObject, subresource: string | undefined): KubeObject {
  const { spec: _spec, status = {}, ...rest } = request
  const { conditions, certificate, ...others } = status as Status
  if (subresource === 'approval') return { ...rest, status: conditions === undefined ? others : { ...others, conditions } } as unknown as KubeObject
  if (subresource === 'status') return { ...rest, status: certificate === undefined ? others : { ...others, certificate } } as unknown as KubeObject
  return rest as KubeObject
}

/** PEM, base64 in the object. */
export function requestText(request: KubeObject): string {
  return Buffer.from((request['spec'] as { readonly request?: string } | undefined)?.request ?? '', 'base64').toString('latin1')
}

/** The status as it comes to be where somebody decides: conditions alone, with their times. */
export function decidedStatus(before: KubeObject, sent: unknown, nowMs: number): Status {
  const { conditions: _, ...kept } = statusOfRequest(before)
  const conditions = timed(((sent ?? {}) as Status).conditions ?? [], before, nowMs)
  return conditions.length === 0 ? kept : { ...kept, conditions }
}

/** The status as it comes to be where somebody signs, or says why not: decisions stay as they are as long as none comes or goes. */
export function signedStatus(before: KubeObject, sent: unknown, nowMs: number): Status {
  const { conditions = [], ...rest } = (sent ?? {}) as Status
  const kept = DECISIONS.reduce((list, type) => withOld(list, statusOfRequest(before).conditions ?? [], type), conditions)
  return conditions.length === 0 ? rest : { ...rest, conditions: timed(kept, before, nowMs) }
}

function withOld(conditions: readonly Condition[], old: readonly Condition[], type: string): readonly Condition[] {
  const was = old.filter((condition) => condition.type === type)
  if (was.length !== conditions.filter((condition) => condition.type === type).length) return conditions
  let next = 0
  return conditions.map((condition) => (condition.type === type ? (was[next++] ?? condition) : condition))
}

function timed(conditions: readonly Condition[], before: KubeObject, nowMs: number): readonly Condition[] {
  const now = toKubeTime(nowMs)
  const old = statusOfRequest(before).conditions ?? []
  return conditions.map((condition) => {
    const same = old.find(({ type, status, lastTransitionTime }) => type === condition.type && status === condition.status && (lastTransitionTime ?? '') !== '')
    return { ...condition, lastUpdateTime: condition.lastUpdateTime ?? now, lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? now }
  })
}

/** Nobody asks the signer of API clients to make them an administrator (admission plugin CertificateSubjectRestriction). */
export function refuseMasters(resource: Resource, request: KubeObject): void {
  if (!isSigningRequest(request) || signerOf(request) !== CLIENT_SIGNER) return
  const asked = parseRequest(requestText(request))
  if (asked.type !== 'unreadable' && asked.organizations.includes('system:masters')) throw forbidden(resource, request.metadata.name ?? '', `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`)
}

interface Answering {
  readonly resource: Resource
  readonly before: KubeObject
  readonly next: KubeObject
  readonly subresource: string | undefined
}

/** Who answers needs the right to do so for that signer, by its name or for all of its domain (admission plugins CertificateApproval and CertificateSigning). */
export function refuseSigner({ store, requester }: Pick<ApiEnvironment, 'store' | 'requester'>, { resource, before, next, subresource }: Answering): void {
  if (!isSigningRequest(before) || (subresource !== 'approval' && subresource !== 'status')) return
  if (subresource === 'status' && jsonEqual(statusOfRequest(before), statusOfRequest(next))) return
  const verb = subresource === 'approval' ? 'approve' : 'sign'
  const signer = signerOf(before)
  const isAllowed = [signer, `${signer.split('/')[0]}/*`].some((name) => authorize(store, requester, { verb, group: resource.group, resource: 'signers', subresource: '', name, namespace: '' }).allowed)
  if (!isAllowed) throw forbidden(resource, before.metadata.name ?? '', `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`)
}

function signerOf(request: KubeObject): string {
  return (request['spec'] as { readonly signerName?: string } | undefined)?.signerName ?? ''
}
