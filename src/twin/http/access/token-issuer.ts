/**
 * Tokens of service accounts: signed by a key that lives as long as the server, bound to the account and, where asked, to a pod, a
 * secret or a node. A token dies with its time and with what it is bound to (`pkg/serviceaccount`).
 */

import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { systemClock } from '../../../kernel/clock.ts'
import { systemIds } from '../../../kernel/ids.ts'
import { isRecord } from '../../../kernel/json.ts'
import type { KubeObject } from '../../../model/kube-object.ts'
import type { Requester } from '../../api/api.ts'
import type { StoreReader } from '../../store.ts'

export const ISSUER = 'https://kubernetes.default.svc.cluster.local'

export interface BoundObject {
  readonly kind: 'Pod' | 'Secret' | 'Node'
  readonly name: string
  readonly uid: string
}

export interface TokenOrder {
  readonly account: KubeObject
  readonly audiences: readonly string[]
  readonly expiresInSeconds: number
  readonly bound?: BoundObject
}

export interface TokenIssuer {
  issue(order: TokenOrder): string
  /** Who the token speaks for; undefined when it is none of ours, has expired, or what it is bound to is gone. */
  verify(token: string, audiences?: readonly string[]): { readonly requester: Requester; readonly audiences: readonly string[] } | undefined
  /** The public key, as `/openid/v1/jwks` shows it. */
  publicKeys(): object
}

export function createTokenIssuer({ store, nowMs }: { readonly store: StoreReader; nowMs(): number }): TokenIssuer {
  const ids = systemIds(systemClock())
  let pair: { readonly publicKey: KeyObject; readonly privateKey: KeyObject } | undefined
  const keys = (): NonNullable<typeof pair> => (pair ??= generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  return {
    issue(order) {
      const claims = claimsOf(order, { nowMs: nowMs(), id: ids.uuid() })
      const content = `${encode({ alg: 'ES256', kid: KEY_ID })}.${encode(claims)}`
      return `${content}.${sign('sha256', Buffer.from(content), { key: keys().privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
    },
    verify(token, audiences = [ISSUER]) {
      const [head = '', body = '', signature = ''] = token.split('.')
      if (pair === undefined || !verify('sha256', Buffer.from(`${head}.${body}`), { key: pair.publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))) return undefined
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims
      const shared = claims.aud.filter((audience) => audiences.includes(audience))
      const isAlive = claims.exp * 1000 > nowMs() && isStillThere(store, claims)
      return isAlive && shared.length > 0 ? { requester: requesterOf(claims), audiences: shared } : undefined
    },
    publicKeys: () => ({ keys: [{ ...keys().publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: KEY_ID }] }),
  }
}

const KEY_ID = 'twin'

interface Claims {
  readonly aud: readonly string[]
  readonly exp: number
  readonly jti: string
  readonly sub: string
  readonly 'kubernetes.io': {
    readonly namespace: string
    readonly serviceaccount: { readonly name: string; readonly uid: string }
    readonly pod?: NamedClaim
    readonly secret?: NamedClaim
    readonly node?: NamedClaim
  }
}

interface NamedClaim {
  readonly name: string
  readonly uid: string
}

function claimsOf({ account, audiences, expiresInSeconds, bound }: TokenOrder, { nowMs, id }: { readonly nowMs: number; readonly id: string }): Claims & Record<string, unknown> {
  const { name = '', namespace = '', uid = '' } = account.metadata
  const issued = Math.floor(nowMs / 1000)
  const binding = bound === undefined ? {} : { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } }
  return {
    aud: audiences.length === 0 ? [ISSUER] : audiences,
    exp: issued + expiresInSeconds,
    iat: issued,
    iss: ISSUER,
    jti: id,
    'kubernetes.io': { namespace, ...binding, serviceaccount: { name, uid } },
    nbf: issued,
    sub: `system:serviceaccount:${namespace}:${name}`,
  }
}

function isStillThere(store: StoreReader, { 'kubernetes.io': { namespace, serviceaccount, pod, secret, node } }: Claims): boolean {
  const isSame = (kind: string, claim: NamedClaim | undefined, home: string | undefined): boolean => {
    if (claim === undefined) return true
    const found = store.get({ apiVersion: 'v1', kind, name: claim.name, ...(home === undefined ? {} : { namespace: home }) })
    return found?.metadata.uid === claim.uid
  }
  return isSame('ServiceAccount', serviceaccount, namespace) && isSame('Pod', pod, namespace) && isSame('Secret', secret, namespace) && isSame('Node', node, undefined)
}

function requesterOf({ sub, jti, 'kubernetes.io': { namespace, serviceaccount, pod, node } }: Claims): Requester {
  const extra: Record<string, readonly string[]> = { 'authentication.kubernetes.io/credential-id': [`JTI=${jti}`] }
  for (const [kind, claim] of Object.entries({ pod, node })) {
    if (!isRecord(claim)) continue
    extra[`authentication.kubernetes.io/${kind}-name`] = [String(claim['name'])]
    extra[`authentication.kubernetes.io/${kind}-uid`] = [String(claim['uid'])]
  }
  return { user: sub, uid: serviceaccount.uid, groups: accountGroups(namespace), extra }
}

/** The groups that every service account of a namespace is in. */
export function accountGroups(namespace: string): readonly string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated']
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
