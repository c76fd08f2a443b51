/**
 * Writes `src/twin/api/unstored-fields.json`: which fields of the built-in kinds the server does not store at their zero value. Go leaves
 * out false, 0, '' and empty lists and maps where a field is `omitempty` and no pointer; so they are the same as what was never said.
 *
 * A type is a record of the fields that matter: `?` where a zero is left out, then the type inside, if it has such fields itself. Statuses
 * are not looked at. Read from the sources of k8s.io/api and k8s.io/apimachinery of the newest release.
 *
 * Needs Go, to fetch the modules. Usage: node scripts/generate/unstored-fields.ts
 */

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { releaseOf } from '../goldens-binary.ts'

const OUTPUT = 'src/twin/api/unstored-fields.json'
const META = 'meta/v1'
const SCALARS = /^(string|bool|int|int32|int64|uint32|float64|byte)$/
/** Written by the server, or on every write. */
const LEFT_ALONE = new Set(['managedFields', 'creationTimestamp', 'deletionTimestamp', 'status'])

/** An update of a claim tells an empty map from none (`ValidatePersistentVolumeClaimUpdate`), and refuses both; no policies of an autoscaler are refused, and none said is the default. */
const TOLD_APART = new Set(['core/v1.VolumeResourceRequirements requests', 'autoscaling/v2.HPAScalingRules policies'])

interface Field {
  readonly json: string
  readonly goType: string
  readonly omitempty: boolean
}

interface Package {
  /** Of structs; embedded ones under the name `''`. */
  readonly structs: ReadonlyMap<string, readonly Field[]>
  /** `type RestartPolicy string`. */
  readonly names: ReadonlyMap<string, string>
  /** Alias to package: `v1` to `core/v1`. */
  readonly imports: ReadonlyMap<string, string>
}

const folders = { api: moduleFolder('k8s.io/api'), apimachinery: moduleFolder('k8s.io/apimachinery') }
const packages = new Map<string, Package>()
const types: Record<string, Record<string, string>> = {}
const kinds: Record<string, string> = {}

for (const group of readdirSync(folders.api, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  for (const version of readdirSync(join(folders.api, group.name)).filter((name) => /^v\d+$/.test(name))) {
    const path = `${group.name}/${version}`
    for (const [name, fields] of packageAt(path)?.structs ?? []) {
      const isKind = fields.some(({ json, goType }) => json === '' && goType.endsWith('TypeMeta')) && fields.some(({ json }) => json === 'metadata') && !name.endsWith('List')
      if (isKind && isTold(`${path}.${name}`)) kinds[`${groupOf(path)}/${version}/${name}`] = `${path}.${name}`
    }
  }
}
const sorted = Object.fromEntries(Object.entries(types).filter(([, fields]) => Object.keys(fields).length > 0).sort(([left], [right]) => (left < right ? -1 : 1)))
writeFileSync(OUTPUT, `${JSON.stringify({ kinds, types: sorted }, undefined, 1)}\n`)
console.log(`${Object.keys(kinds).length} kinds, ${Object.keys(sorted).length} types`)

function moduleFolder(name: string): string {
  const asked = spawnSync('go', ['mod', 'download', '-json', `${name}@${releaseOf(36).replace(/^v1/, 'v0')}`], { encoding: 'utf8' })
  if (asked.status !== 0) throw new Error(`go mod download ended with ${asked.status}: ${asked.stderr}`)
  return (JSON.parse(asked.stdout) as { Dir: string }).Dir
}

/** `rbac.authorization.k8s.io` of `rbac/v1`, as the package registers itself. */
function groupOf(path: string): string {
  return /GroupName = "([^"]*)"/.exec(readFileSync(join(folders.api, path, 'register.go'), 'utf8'))?.[1] ?? ''
}

function packageAt(path: string): Package | undefined {
  const folder = path === META ? join(folders.apimachinery, 'pkg/apis/meta/v1') : join(folders.api, path)
  if (!existsSync(join(folder, 'types.go'))) return undefined
  const known = packages.get(path)
  if (known !== undefined) return known
  const source = readFileSync(join(folder, 'types.go'), 'utf8').replaceAll(/^\s*\/\/.*$/gm, '')
  const structs = new Map([...source.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)].map(([, name = '', body = '']) => [name, fieldsOf(body)]))
  const names = new Map([...source.matchAll(/^(?:type |\t)(\w+) =? ?(\[\]\w+|map\[\w+\][\w.[\]]+|string|u?int\d*|bool)$/gm)].map(([, name = '', goType = '']) => [name, goType]))
  const imports = new Map([...source.matchAll(/^\s*(?:import )?(\w+)? ?"k8s\.io\/(?:api\/(\w+\/v\d+)|apimachinery\/pkg\/apis\/(meta\/v1))"/gm)].map(([, alias, api, meta]) => [alias ?? 'v1', api ?? meta ?? '']))
  const made = { structs, names, imports }
  packages.set(path, made)
  return made
}

function fieldsOf(body: string): Field[] {
  return [...body.matchAll(/^\s*(?:(\w+)\s+)?([*\w.[\]{}]+)\s+`json:"([^",]*)(,[^"]*)?"/gm)].map(([, , goType = '', json = '', options = '']) => ({ json: options.includes('inline') ? '' : json, goType, omitempty: options.includes('omitempty') }))
}

/** Collects the type; false where nothing in it matters. */
function isTold(type: string): boolean {
  if (types[type] === undefined) {
    const told: Record<string, string> = (types[type] = {})
    for (const [name, field] of flatFields(type)) {
      const text = fieldText(type, field)
      if (text !== '') told[name] = text
    }
  }
  return Object.keys(types[type]).length > 0
}

/** With those of embedded structs. */
function flatFields(type: string): (readonly [string, Field])[] {
  const [path, name] = split(type)
  return (packageAt(path)?.structs.get(name) ?? []).flatMap((field) => {
    if (field.json === '') return field.goType.endsWith('TypeMeta') ? [] : flatFields(resolved(path, field.goType)).map(([inner, one]) => [inner, { ...one, goType: qualified(resolved(path, field.goType), one.goType) }] as const)
    return LEFT_ALONE.has(field.json) ? [] : [[field.json, field] as const]
  })
}

function fieldText(type: string, { json, goType, omitempty }: Field): string {
  const [path] = split(type)
  const bare = goType.replace(/^\*/, '').replace(/^\[\]\*?/, '')
  const inside = isScalar(path, goType.replace(/^\*/, '')) || bare.startsWith('map[') ? '' : resolved(path, bare)
  const hasInside = inside !== '' && split(inside)[1] !== '' && packageAt(split(inside)[0])?.structs.has(split(inside)[1]) === true && isTold(inside)
  const isOmitted = omitempty && !TOLD_APART.has(`${type} ${json}`) && !goType.startsWith('*') && (goType.startsWith('[]') || goType.startsWith('map[') || isScalar(path, goType) || isNamedCollection(path, goType))
  return `${isOmitted ? '?' : ''}${hasInside ? inside : ''}`
}

function isScalar(path: string, goType: string): boolean {
  return SCALARS.test(goType) || SCALARS.test(underlying(path, goType))
}

function isNamedCollection(path: string, goType: string): boolean {
  return /^(\[\]|map\[)/.test(underlying(path, goType))
}

function underlying(path: string, goType: string): string {
  const [home, name] = split(resolved(path, goType))
  if (name === 'UID' || goType === 'types.UID') return 'string'
  return packageAt(home)?.names.get(name) ?? ''
}

/** `core/v1.Container` of `Container` in `core/v1`, of `v1.Container` in `apps/v1`; already whole names stay. */
function resolved(path: string, goType: string): string {
  if (goType.includes('/')) return goType
  const [alias, name] = goType.includes('.') ? goType.split('.') : [undefined, goType]
  return alias === undefined ? `${path}.${name}` : `${packageAt(path)?.imports.get(alias) ?? alias}.${name}`
}

/** A field of an embedded struct keeps the package that it was written in. */
function qualified(type: string, goType: string): string {
  const [, marks = '', bare = ''] = /^([*[\]]*)(.*)$/.exec(goType) ?? []
  return bare.startsWith('map[') || SCALARS.test(bare) ? goType : `${marks}${resolved(split(type)[0], bare)}`
}

function split(type: string): [path: string, name: string] {
  const dot = type.lastIndexOf('.')
  return [type.slice(0, dot), type.slice(dot + 1)]
}
