/**
 * The OpenAPI documents that Kubernetes published with a release, as `scripts/generate/openapi-documents.ts` packed them. Unpacked when
 * the first client asks; a document is parsed when it is asked for.
 */

import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import type { VersionProfile } from '../../profile.ts'

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, unknown>>
  readonly [part: string]: unknown
}

const LINE_START = /^\{"path":"([^"]+)"/
const texts = new Map<string, ReadonlyMap<string, string>>()

/** `v2`, `v3/api/v1`, `v3/apis/apps/v1`; undefined for a document that the release does not have. */
export function releaseDocument(profile: VersionProfile, path: string): OpenApiDocument | undefined {
  const text = linesOf(profile.name).get(path)
  return text === undefined ? undefined : (JSON.parse(text) as { document: OpenApiDocument }).document
}

function linesOf(release: string): ReadonlyMap<string, string> {
  const known = texts.get(release)
  if (known !== undefined) return known
  const text = brotliDecompressSync(readFileSync(new URL(`documents-${release}.br`, import.meta.url))).toString('utf8')
  const lines = new Map(text.split('\n').map((line) => [LINE_START.exec(line)?.[1] ?? '', line]))
  texts.set(release, lines)
  return lines
}
