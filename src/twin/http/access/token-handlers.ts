/** TokenRequest and TokenReview: how a service account gets a token, and how a service asks whose one is. */

import { toKubeTime } from '../../../kernel/clock.ts'
import { userInfo } from '../../access/reviews.ts'
import { invalidField, invalidObject } from '../../api/field-error.ts'
import { trackManagers } from '../../api/field-managers.ts'
import { shapeOf } from '../../api/merge/shape.ts'
import { badRequest, conflict, notFound } from '../../api/status-error.ts'
import { json, type Answer } from '../exchange.ts'
import { demandFormat } from '../decode-body.ts'
import { readObject } from '../read-body.ts'
import { demandObject } from '../read-handlers.ts'
import { readingOf, writeOptions, type Writing } from '../write-handlers.ts'
import { ISSUER, type BoundObject, type TokenIssuer } from './token-issuer.ts'

/** `pkg/apis/authentication/validation`: ten minutes at least. */
const EXPIRES_MIN_SECONDS = 600
const EXPIRES_DEFAULT_SECONDS = 3600
const EXPIRES_MAX_SECONDS = 2 ** 32

interface TokenSpec {
  readonly audiences?: readonly string[] | null
  readonly expirationSeconds?: number | null
  readonly boundObjectRef?: { readonly kind?: string; readonly apiVersion?: string; readonly name?: string; readonly uid?: string } | null
}

export function requestToken(writing: Writing, issuer: TokenIssuer): Answer {
  const { twin, request } = writing
  demandFormat(request.incoming)
  const options = writeOptions(request)
  const given = readObject(readingOf(writing))
  const spec = (given['spec'] ?? {}) as TokenSpec
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' }
  const { name: said = '' } = given.metadata
  const wanted = request.route.name ?? ''
  if (said !== '' && said !== wanted) throw invalidObject(review, wanted, [invalidField('metadata.name', said, 'must match the service account name if specified')])
  const account = demandObject(twin, request)
  const expiresInSeconds = spec.expirationSeconds ?? EXPIRES_DEFAULT_SECONDS
  if (expiresInSeconds < EXPIRES_MIN_SECONDS) throw invalidObject(review, '', [invalidField('spec.expirationSeconds', expiresInSeconds, 'may not specify a duration less than 10 minutes')])
  if (expiresInSeconds > EXPIRES_MAX_SECONDS) throw invalidObject(review, '', [invalidField('spec.expirationSeconds', expiresInSeconds, 'may not specify a duration larger than 2^32 seconds')])
  const audiences = spec.audiences === undefined || spec.audiences === null || spec.audiences.length === 0 ? [ISSUER] : spec.audiences
  const bound = boundObject({ twin, request }, spec.boundObjectRef)
  const token = issuer.issue({ account, audiences, expiresInSeconds, ...(bound === undefined ? {} : { bound }) })
  const written = { ...given, spec: { ...spec, expirationSeconds: expiresInSeconds } }
  const tracked = trackManagers({ next: written, written, manager: options.fieldManager, subresource: 'token', shape: shapeOf({ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }), nowMs: twin.nowMs(), author: '' })
  const { managedFields } = tracked.metadata
  const { name, namespace, uid, creationTimestamp } = { ...account.metadata, creationTimestamp: toKubeTime(twin.nowMs()) }
  const expirationTimestamp = toKubeTime((Math.floor(twin.nowMs() / 1000) + expiresInSeconds) * 1000)
  const shown = { audiences, expirationSeconds: expiresInSeconds, boundObjectRef: spec.boundObjectRef ?? null }
  return json(201, { ...review, metadata: { name, namespace, uid, creationTimestamp, ...(managedFields === undefined ? {} : { managedFields }) }, spec: shown, status: { token, expirationTimestamp } })
}

function boundObject({ twin, request }: Pick<Writing, 'twin' | 'request'>, reference: TokenSpec['boundObjectRef']): BoundObject | undefined {
  if (reference === undefined || reference === null) return undefined
  const { apiVersion = '', kind = '', name = '', uid = '' } = reference
  if (kind !== 'Pod' && kind !== 'Secret' && kind !== 'Node') throw badRequest(`cannot bind token to object of type ${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`)
  const namespace = request.route.namespace ?? ''
  const found = twin.store.get({ apiVersion: 'v1', kind, name, ...(kind === 'Node' ? {} : { namespace }) })
  const resource = { group: '', plural: `${kind.toLowerCase()}s` }
  if (found === undefined) throw notFound(resource, name)
  if (uid !== '' && uid !== found.metadata.uid) throw conflict(resource, name, `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`)
  const account = (found['spec'] as { serviceAccountName?: string } | undefined)?.serviceAccountName ?? 'default'
  if (kind === 'Pod' && account !== request.route.name) throw badRequest(`cannot bind token for serviceaccount "${request.route.name}" to pod running with different serviceaccount name.`)
  return { kind, name, uid: found.metadata.uid ?? '' }
}

export function reviewToken(writing: Writing, reviewer: TokenIssuer['verify']): Answer {
  const review = readObject(readingOf(writing))
  const { token = '', audiences } = (review['spec'] ?? {}) as { token?: string; audiences?: readonly string[] }
  if (token === '') throw badRequest('token is required for TokenReview in authentication')
  const asked = audiences === undefined || audiences.length === 0 ? [ISSUER] : audiences
  const found = reviewer(token, asked)
  const status = found === undefined ? { user: {}, error: '[invalid bearer token, token lookup failed]' } : { authenticated: true, user: userInfo(found.requester), audiences: found.audiences }
  return json(201, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: { creationTimestamp: null }, spec: { token, ...(audiences === undefined ? {} : { audiences }) }, status })
}
