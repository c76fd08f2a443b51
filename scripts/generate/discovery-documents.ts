/**
 * Writes `src/twin/http/discovery-1.36.br`: the discovery documents that Kubernetes publishes with the newest release (`api/discovery` of
 * the Go module k8s.io/kubernetes), for the test that compares ours with them.
 *
 * Needs Go, to fetch the module. Usage: node scripts/generate/discovery-documents.ts
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { kubernetesModule } from './kubernetes-module.ts'

const OUTPUT = 'src/twin/http/discovery-1.36.br'

const folder = join(kubernetesModule(36), 'api', 'discovery')
const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8')) as unknown
const packed = brotliCompressSync(Buffer.from(JSON.stringify({ aggregated: read('aggregated_v2.json'), core: read('api__v1.json') })))
writeFileSync(OUTPUT, packed)
console.log(`${packed.length} bytes`)
