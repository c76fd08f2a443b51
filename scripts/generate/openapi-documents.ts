/**
 * Writes `src/twin/http/openapi/documents-*.br`: the OpenAPI documents, v2 and v3, that Kubernetes publishes with each release the twin
 * knows (`api/openapi-spec` of the Go module k8s.io/kubernetes). One file a release: a line for each document, `{"path", "document"}`,
 * compressed as one, because the documents repeat each other. Alpha and beta versions are left out; the twin serves none.
 *
 * Needs Go, to fetch the modules. Usage: node scripts/generate/openapi-documents.ts
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { kubernetesModule } from './kubernetes-module.ts'

const MINORS = [34, 35, 36] as const
const OUTPUT = 'src/twin/http/openapi'
const UNSTABLE = /v\d+(alpha|beta)\d+/

for (const minor of MINORS) {
  const folder = join(kubernetesModule(minor), 'api', 'openapi-spec')
  const lines = [line('v2', join(folder, 'swagger.json')), ...v3Lines(join(folder, 'v3'))]
  const text = Buffer.from(lines.join('\n'))
  const packed = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } })
  writeFileSync(join(OUTPUT, `documents-1.${minor}.br`), packed)
  console.log(`1.${minor}: ${lines.length} documents, ${text.length} bytes, ${packed.length} packed`)
}

function v3Lines(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('_openapi.json') && !UNSTABLE.test(file))
    .sort()
    .map((file) => line(`v3/${file.slice(0, -'_openapi.json'.length).replaceAll('__', '/')}`, join(folder, file)))
}

function line(path: string, file: string): string {
  const document = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, unknown>; definitions?: Record<string, unknown> }
  const stable = <T>(entries: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(entries).filter(([name]) => !UNSTABLE.test(name)))
  const kept = { ...document, paths: stable(document.paths), ...(document.definitions === undefined ? {} : { definitions: stable(document.definitions) }) }
  return JSON.stringify({ path, document: kept })
}
