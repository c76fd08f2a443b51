/**
 * Signatures of votes and links: Ed25519, so that both can be checked with the public key alone, from an export, years later.
 * The newest key signs; an older one still verifies, so that a rotation breaks nothing that is under way.
 */

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import type { Signature } from '../model/approval.ts'

export interface KeyRing {
  /** Of the key that signs. */
  readonly kid: string
  sign(text: string): Signature
  /** False for a key that is not known, as for a signature that is not right. */
  verify(text: string, signature: Signature): boolean
  /** The public keys by id, in PEM, for who checks offline. */
  readonly publicKeys: Readonly<Record<string, string>>
}

/** Private keys in PEM (PKCS #8), the newest first. Throws when there is none, or one that is not Ed25519. */
export function createKeyRing(privateKeys: readonly string[]): KeyRing {
  const keys = privateKeys.map(readKey)
  const [newest] = keys
  if (newest === undefined) throw new Error('a ring of keys holds at least one')
  const byId = new Map(keys.map((key) => [key.kid, key]))
  return {
    kid: newest.kid,
    sign: (text) => ({ kid: newest.kid, sig: sign(null, Buffer.from(text), newest.privateKey).toString('base64url') }),
    verify(text, { kid, sig }) {
      const key = byId.get(kid)
      return key !== undefined && isSigned(text, sig, key.publicKey)
    },
    publicKeys: Object.fromEntries(keys.map(({ kid, publicKey }) => [kid, publicKey.export({ type: 'spki', format: 'pem' }).toString()])),
  }
}

/** For who has the public keys only: by id, in PEM. Throws for one that cannot be read. */
export function createVerifier(publicKeys: Readonly<Record<string, string>>): Pick<KeyRing, 'verify'> {
  const byId = new Map(Object.entries(publicKeys).map(([kid, pem]) => [kid, createPublicKey(pem)]))
  return {
    verify(text, { kid, sig }) {
      const key = byId.get(kid)
      return key !== undefined && isSigned(text, sig, key)
    },
  }
}

/** One signature has one spelling: the last letter of base64 holds bits that nobody reads, and another one there is a change. */
function isSigned(text: string, sig: string, key: KeyObject): boolean {
  const bytes = Buffer.from(sig, 'base64url')
  return bytes.toString('base64url') === sig && verify(null, Buffer.from(text), key, bytes)
}

/** A new private key in PEM. */
export function newPrivateKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

interface Key {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

function readKey(pem: string): Key {
  const privateKey = createPrivateKey(pem)
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`an Ed25519 key is needed, this is ${privateKey.asymmetricKeyType ?? 'none'}`)
  const publicKey = createPublicKey(privateKey)
  // The beginning of the key's digest: the same on every machine that holds the key.
  const kid = createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex').slice(0, 12)
  return { kid, privateKey, publicKey }
}
