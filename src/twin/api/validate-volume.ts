/** Volumes of a pod: `ValidateVolumes`. */

import type { KeyToPath, Volume } from 'kubernetes-types/core/v1.d.ts'
import { parseMilli } from '../../model/kube/quantity.ts'
import { duplicateField, forbiddenField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { labelNameProblems } from './object-names.ts'
import { backstepErrors, descendingPathErrors } from './validate-port.ts'

const MODE_MAX = 0o777
const MODE_WORDS = 'must be a number between 0 and 0777 (octal), both inclusive'
const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']
const TOKEN_SECONDS_MIN = 600

export interface VolumeVerdict {
  readonly errors: readonly FieldError[]
  /** Volumes that are wrong cannot be mounted: a mount of one is an error of its own. */
  readonly names: ReadonlySet<string>
}

export function judgeVolumes(volumes: readonly Volume[], field: string): VolumeVerdict {
  const names = new Set<string>()
  const errors = volumes.flatMap((volume, index) => {
    const at = `${field}[${index}]`
    const { name = '' } = volume
    const found = [
      ...sourceErrors(volume, at),
      ...(name === '' ? [requiredField(`${at}.name`)] : invalidFields(`${at}.name`, name, labelNameProblems(name))),
      ...(names.has(name) ? [duplicateField(`${at}.name`, name)] : []),
    ]
    if (found.length === 0) names.add(name)
    return found
  })
  return { errors, names }
}

type Fields = Readonly<Record<string, unknown>>
type Check = (source: Fields, field: string) => FieldError[]

const needs = (...members: readonly string[]): Check => (source, field) => members.flatMap((member) => ((source[member] ?? '') === '' ? [requiredField(`${field}.${member}`)] : []))

/** In upstream's order: of two sources the later one is forbidden. */
const SOURCES: Readonly<Record<string, Check>> = {
  emptyDir: ({ sizeLimit }, field) => ((parseMilli(sizeLimit as string | undefined) ?? 0) < 0 ? [forbiddenField(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : []),
  hostPath: hostPathErrors,
  gcePersistentDisk: needs('pdName'),
  awsElasticBlockStore: needs('volumeID'),
  secret: (source, field) => [...needs('secretName')(source, field), ...fileErrors(source, field)],
  nfs: needs('server', 'path'),
  persistentVolumeClaim: needs('claimName'),
  downwardAPI: () => [],
  configMap: (source, field) => [...needs('name')(source, field), ...fileErrors(source, field)],
  projected: projectedErrors,
  csi: needs('driver'),
  ephemeral: ({ volumeClaimTemplate }, field) => (volumeClaimTemplate === undefined ? [requiredField(`${field}.volumeClaimTemplate`)] : []),
  image: needs('reference'),
}

function sourceErrors(volume: Volume, at: string): FieldError[] {
  const fields = volume as unknown as Fields
  const others = Object.keys(fields).filter((key) => key !== 'name' && !(key in SOURCES))
  const given = Object.keys(SOURCES).filter((key) => fields[key] !== undefined)
  if (given.length === 0 && others.length === 0) return [requiredField(at, 'must specify a volume type')]
  return given.flatMap((key, position) => (position === 0 ? (SOURCES[key] as Check)(fields[key] as Fields, `${at}.${key}`) : [forbiddenField(`${at}.${key}`, 'may not specify more than 1 volume type')]))
}

export function hostPathErrors({ path, type = '' }: Fields, field: string): FieldError[] {
  if ((path ?? '') === '') return [requiredField(`${field}.path`)]
  return [...backstepErrors(String(path), `${field}.path`), ...(HOST_PATH_TYPES.includes(String(type)) ? [] : [unsupportedField(`${field}.type`, type, HOST_PATH_TYPES)])]
}

function modeErrors(mode: unknown, field: string): FieldError[] {
  return mode === undefined || (Number(mode) >= 0 && Number(mode) <= MODE_MAX) ? [] : [invalidField(field, mode, MODE_WORDS)]
}

function fileErrors({ defaultMode, items }: Fields, field: string): FieldError[] {
  return [...modeErrors(defaultMode, `${field}.defaultMode`), ...((items ?? []) as readonly KeyToPath[]).flatMap((item, index) => itemErrors(item, `${field}.items[${index}]`))]
}

function itemErrors({ key = '', path = '', mode }: KeyToPath, at: string): FieldError[] {
  return [
    ...(key === '' ? [requiredField(`${at}.key`)] : []),
    ...(path === '' ? [requiredField(`${at}.path`)] : []),
    ...descendingPathErrors(path, `${at}.path`),
    ...(path.startsWith('..') && !path.startsWith('../') && path !== '..' ? [invalidField(`${at}.path`, path, "must not start with '..'")] : []),
    ...modeErrors(mode, `${at}.mode`),
  ]
}

function projectedErrors({ defaultMode, sources }: Fields, field: string): FieldError[] {
  const list = (sources ?? []) as readonly Readonly<Record<string, Fields | undefined>>[]
  return [...modeErrors(defaultMode, `${field}.defaultMode`), ...list.flatMap((source, index) => projectionErrors(source, `${field}.sources[${index}]`))]
}

function projectionErrors(source: Readonly<Record<string, Fields | undefined>>, at: string): FieldError[] {
  const { configMap, secret, serviceAccountToken: token } = source
  return [
    ...(secret === undefined ? [] : [...needs('name')(secret, `${at}.secret`), ...fileErrors(secret, `${at}.secret`)]),
    ...(configMap === undefined ? [] : [...needs('name')(configMap, `${at}.configMap`), ...fileErrors(configMap, `${at}.configMap`)]),
    ...(token === undefined ? [] : tokenErrors(token, `${at}.serviceAccountToken`)),
  ]
}

function tokenErrors({ path, expirationSeconds }: Fields, field: string): FieldError[] {
  const isShort = expirationSeconds !== undefined && Number(expirationSeconds) < TOKEN_SECONDS_MIN
  return [...(isShort ? [invalidField(`${field}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes')] : []), ...((path ?? '') === '' ? [requiredField(`${field}.path`)] : [])]
}
