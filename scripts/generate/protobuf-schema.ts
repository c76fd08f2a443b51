/**
 * Writes `src/twin/http/protobuf/messages.json`: how Kubernetes types look on the wire, read from the Go modules
 * k8s.io/api and k8s.io/apimachinery (`node scripts/generate/protobuf-schema.ts API_DIR APIMACHINERY_DIR`, after
 * `go mod download`).
 *
 * Numbers and types come from `generated.proto`; what the proto does not tell (the names in JSON, inlined structs,
 * fields that Go leaves out when they are zero, fields that it always writes) from the tags in `types.go`.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const API_PACKAGES = [
  'core/v1', 'apps/v1', 'batch/v1', 'policy/v1', 'autoscaling/v1', 'autoscaling/v2', 'networking/v1', 'rbac/v1', 'storage/v1', 'scheduling/v1', 'coordination/v1',
  'discovery/v1', 'node/v1', 'flowcontrol/v1', 'certificates/v1', 'resource/v1', 'events/v1', 'admissionregistration/v1', 'authorization/v1', 'authentication/v1',
]
const MACHINERY_PACKAGES = ['pkg/apis/meta/v1', 'pkg/runtime', 'pkg/api/resource', 'pkg/util/intstr']
const OUTPUT = 'src/twin/http/protobuf/messages.json'

/** `core.v1.Pod` for `k8s.io.api.core.v1.Pod`, `meta.v1.Time` for `k8s.io.apimachinery.pkg.apis.meta.v1.Time`. */
function shortName(name: string): string {
  return name.replace(/^\.?k8s\.io\.api\./, '').replace(/^\.?k8s\.io\.apimachinery\.pkg\.(apis\.|api\.|util\.)?/, '')
}

const FIELD = /^\s*(optional|repeated|required)\s+(\S+)\s+(\w+)\s*=\s*(\d+);/
const MAP_FIELD = /^\s*map<string,\s*(\S+)>\s+(\w+)\s*=\s*(\d+);/
const SCALARS = new Set(['string', 'bytes', 'int32', 'int64', 'uint32', 'uint64', 'bool', 'double', 'float'])

function readMessages(protoFile: string, tags: ReadonlyMap<string, Tag>): Record<string, string> {
  const text = readFileSync(protoFile, 'utf8')
  const packageName = shortName(/^package (\S+);/m.exec(text)?.[1] ?? '')
  const qualified = (type: string): string => (SCALARS.has(type) ? type : type.startsWith('.') ? shortName(type) : `${packageName}.${type}`)
  const messages: Record<string, string> = {}
  let message = ''
  let fields: string[] = []
  for (const line of text.split('\n')) {
    message = /^message (\w+) \{/.exec(line)?.[1] ?? message
    const [, label, type = '', name = '', number = ''] = FIELD.exec(line) ?? []
    const [, mapType = '', mapName = '', mapNumber = ''] = MAP_FIELD.exec(line) ?? []
    const tag = tags.get(`${message}.${number}${mapNumber}`)
    const always = tag?.isAlways === true ? ' always' : ''
    if (label !== undefined) fields.push(`${number} ${tag?.name ?? name} ${qualified(type)} ${label === 'repeated' ? 'repeated' : (tag?.rule ?? '-')}${always}`.replace(/ -$/, ''))
    if (mapType !== '') fields.push(`${mapNumber} ${tag?.name ?? mapName} ${qualified(mapType)} map${always}`)
    if (line === '}' && message !== '') {
      messages[`${packageName}.${message}`] = fields.join('|')
      message = ''
      fields = []
    }
  }
  return messages
}

const TAG = /^\s*(?:\w+\s+)?(\S+)\s+`json:"([^"]*)"(?:\s+\w+:"[^"]*")*\s+protobuf:"\w+,(\d+),/

interface Tag {
  readonly name?: string
  readonly rule?: 'inline' | 'omit-zero'
  /** Written even when it is empty. */
  readonly isAlways?: true
}

/** What the Go tags say, by `Struct.number`. */
function readTags(folder: string): Map<string, Tag> {
  const tags = new Map<string, Tag>()
  for (const file of ['types.go', 'types_proto.go']) {
    const path = join(folder, file)
    if (!existsSync(path)) continue
    let struct = ''
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      struct = /^type (\w+) struct/.exec(line)?.[1] ?? struct
      const [, type = '', json = '', number = ''] = TAG.exec(line) ?? []
      if (number === '') continue
      const [name = ''] = json.split(',')
      const mayBeAbsent = /,omit(empty|zero)/.test(json)
      const isOmitted = mayBeAbsent && !/^[*[]|^map/.test(type)
      const isAlways = !mayBeAbsent && !json.includes(',inline') && !type.startsWith('*')
      const rule = json.includes(',inline') ? 'inline' : isOmitted ? 'omit-zero' : undefined
      tags.set(`${struct}.${number}`, { ...(name === '' || name === '-' ? {} : { name }), ...(rule === undefined ? {} : { rule }), ...(isAlways ? { isAlways } : {}) })
    }
  }
  return tags
}

const [apiDir = '', machineryDir = ''] = process.argv.slice(2)
const folders = [...API_PACKAGES.map((name) => join(apiDir, name)), ...MACHINERY_PACKAGES.map((name) => join(machineryDir, name))]
const messages = Object.assign({}, ...folders.map((folder) => readMessages(join(folder, 'generated.proto'), readTags(folder)))) as Record<string, string>
const sorted = Object.fromEntries(Object.entries(messages).filter(([name]) => !name.endsWith('List')).sort())
writeFileSync(OUTPUT, `${JSON.stringify(sorted, null, 1)}\n`)
console.log(`${Object.keys(sorted).length} messages in ${OUTPUT}`)
