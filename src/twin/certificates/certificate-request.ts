/** A certificate request (PKCS #10, RFC 2986) in PEM: taken apart and its signature verified, in the words of Go's `crypto/x509`. */

import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { DerError, objectIdentifier, partsOf, readDer, type Der } from './der.ts'
import { pemBlocks } from './pem.ts'

export type ParsedRequest = { readonly type: 'request'; readonly organizations: readonly string[] } | { readonly type: 'unreadable'; readonly why: string } | { readonly type: 'forged'; readonly why: string; readonly organizations: readonly string[] }

const BLOCK_TYPE = 'CERTIFICATE REQUEST'
const ORGANIZATION = '2.5.4.10'
const SEQUENCE = 16

/** Hash and how a failure is told, by the algorithm of the signature (RFC 4055, 5758, 8410). Ed25519 has a hash of its own. */
const ALGORITHMS: Readonly<Record<string, { readonly hash: string | null; readonly failure: string }>> = {
  ...Object.fromEntries([['5', 'sha1'], ['11', 'sha256'], ['12', 'sha384'], ['13', 'sha512']].map(([last, hash = '']) => [`1.2.840.113549.1.1.${last}`, { hash, failure: 'crypto/rsa: verification error' }])),
  '1.2.840.10045.4.1': { hash: 'sha1', failure: 'x509: ECDSA verification failure' },
  ...Object.fromEntries([['2', 'sha256'], ['3', 'sha384'], ['4', 'sha512']].map(([last, hash = '']) => [`1.2.840.10045.4.3.${last}`, { hash, failure: 'x509: ECDSA verification failure' }])),
  '1.3.101.112': { hash: null, failure: 'x509: Ed25519 verification failure' },
}
const UNKNOWN_ALGORITHM = 'x509: cannot verify signature: algorithm unimplemented'

/** `text`: the PEM. Nothing is thrown for what is not a request. */
export function parseRequest(text: string): ParsedRequest {
  const [block] = pemBlocks(text)
  if (block?.type !== BLOCK_TYPE) return { type: 'unreadable', why: `PEM block type must be ${BLOCK_TYPE}` }
  try {
    return parsed(block.bytes)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return { type: 'unreadable', why: error.message }
  }
}

function parsed(bytes: Buffer): ParsedRequest {
  const outer = sequence(readDer(bytes), 'certificateRequest')
  const [first] = partsOf(outer, 1)
  const info = first === undefined ? undefined : sequence(first, 'tbsCertificateRequest')
  const [, algorithm, signature] = partsOf(outer, 3)
  const [, subject, publicKey] = info === undefined ? [] : partsOf(info, 3)
  if (info === undefined || subject === undefined || publicKey === undefined || algorithm === undefined || signature === undefined) throw new DerError('asn1: syntax error: sequence truncated')
  const organizations = organizationsOf(subject)
  const why = signatureProblem({ signed: info.whole, publicKey: publicKey.whole, algorithm, signature: signature.content.subarray(1) })
  return why === undefined ? { type: 'request', organizations } : { type: 'forged', why, organizations }
}

function sequence(value: Der, name: string): Der {
  const { tag, isConstructed, whole, content } = value
  if (tag === SEQUENCE && isConstructed) return value
  const found = `{class:${(whole[0] ?? 0) >> 6} tag:${tag} length:${content.length} isCompound:${isConstructed}}`
  const wanted = '{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> stringType:0 timeType:0 set:false omitEmpty:false}'
  throw new DerError(`asn1: structure error: tags don't match (16 vs ${found}) ${wanted} ${name} @2`)
}

function organizationsOf(subject: Der): readonly string[] {
  return partsOf(subject).flatMap((set) =>
    partsOf(set).flatMap((pair) => {
      const [type, value] = partsOf(pair, 2)
      return type !== undefined && value !== undefined && objectIdentifier(type) === ORGANIZATION ? [value.content.toString('utf8')] : []
    }),
  )
}

interface Signed {
  readonly signed: Buffer
  readonly publicKey: Buffer
  readonly algorithm: Der
  readonly signature: Buffer
}

function signatureProblem({ signed, publicKey, algorithm, signature }: Signed): string | undefined {
  const [type] = partsOf(algorithm, 1)
  const known = type === undefined ? undefined : ALGORITHMS[objectIdentifier(type)]
  const key = keyFrom(publicKey)
  if (known === undefined || key === undefined) return UNKNOWN_ALGORITHM
  return verify(known.hash, signed, key, signature) ? undefined : known.failure
}

function keyFrom(publicKey: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: publicKey, format: 'der', type: 'spki' })
  } catch {
    return undefined
  }
}
