/**
 * Keys of signed notes (C2SP signed-note): Ed25519, named, in the texts that the tools around transparency logs read.
 *
 *   public   <name>+<key id in hex>+<base64(0x01 ‖ 32 bytes)>
 *   private  PRIVATE+KEY+<name>+<key id in hex>+<base64(0x01 ‖ 32 bytes of seed)>
 *
 * The key id is the first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key).
 */

import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { strictBase64 } from './base64.ts'

const ED25519 = 0x01
const KEY_BYTES = 32
/** PKCS #8 of an Ed25519 key up to its 32 bytes of seed, and SPKI up to its public key (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const PRIVATE = 'PRIVATE+KEY+'

export interface NoteKey {
  readonly name: string
  /** Eight hex digits. */
  readonly id: string
  /** The public text, as above: what is given to auditors. */
  readonly text: string
  verify(content: string, signature: Uint8Array): boolean
}

export interface NoteSigner {
  readonly key: NoteKey
  sign(content: string): Buffer
}

/** A name without spaces, line breaks or plus signs. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+\p{Cc}]/u.test(name)
}

/** Undefined for a text that is no public key, or whose id is not that of its key. */
export function parseNoteKey(text: string): NoteKey | undefined {
  const parts = partsOf(text)
  return parts === undefined ? undefined : publicKey(parts.name, parts.bytes, text)
}

/** Undefined for a text that is no private key, or whose id is not that of its key. */
export function parseNoteSigner(text: string): NoteSigner | undefined {
  const parts = text.startsWith(PRIVATE) ? partsOf(text.slice(PRIVATE.length)) : undefined
  if (parts === undefined) return undefined
  const signer = signerOf(parts.name, createPrivateKey({ key: Buffer.concat([PKCS8, parts.bytes]), format: 'der', type: 'pkcs8' }))
  return signer.key.id === parts.id ? signer : undefined
}

/** A new key pair: the private text, to be kept where only its owner reads it. */
export function generateNoteSigner(name: string): { readonly signer: NoteSigner; readonly privateText: string } {
  const { privateKey } = generateKeyPairSync('ed25519')
  const signer = signerOf(name, privateKey)
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8.length)
  return { signer, privateText: `${PRIVATE}${name}+${signer.key.id}+${encoded(seed)}` }
}

function partsOf(text: string): { readonly name: string; readonly id: string; readonly bytes: Buffer } | undefined {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text)
  const [, name = '', id = '', base64 = ''] = match ?? []
  const bytes = strictBase64(base64)
  if (!isKeyName(name) || bytes?.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return undefined
  return { name, id, bytes: bytes.subarray(1) }
}

function publicKey(name: string, bytes: Uint8Array, expected?: string): NoteKey | undefined {
  const id = createHash('sha256').update(name).update(Uint8Array.of(0x0a, ED25519)).update(bytes).digest('hex').slice(0, 8)
  const text = `${name}+${id}+${encoded(bytes)}`
  if (expected !== undefined && expected !== text) return undefined
  const key = createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' })
  return { name, id, text, verify: (content, signature) => verify(null, Buffer.from(content), key, signature) }
}

function signerOf(name: string, privateKey: KeyObject): NoteSigner {
  const bytes = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(SPKI.length)
  return { key: publicKey(name, bytes) as NoteKey, sign: (content) => sign(null, Buffer.from(content), privateKey) }
}

function encoded(bytes: Uint8Array): string {
  return Buffer.concat([Uint8Array.of(ED25519), bytes]).toString('base64')
}
