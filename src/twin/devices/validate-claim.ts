/** What a claim for devices asks for: of ResourceClaims, and of the templates that they are made from (`pkg/apis/resource/validation`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { invalidField, requiredField, unsupportedField, type FieldError } from '../api/field-error.ts'
import type { VersionProfile } from '../profile.ts'
import { listErrors, setErrors } from './bounded-lists.ts'
import { classErrors, fullyQualifiedErrors, labelErrors } from './device-names.ts'
import { configurationErrors, selectorErrors, tolerationErrors, type Configuration, type Selector, type Toleration } from './validate-parts.ts'

export interface ClaimSpec {
  readonly devices?: DeviceClaim
}

interface DeviceClaim {
  readonly requests?: readonly Request[]
  readonly constraints?: readonly Constraint[]
  readonly config?: readonly ClaimConfiguration[]
}

interface Request {
  readonly name?: string
  readonly exactly?: ExactRequest
  readonly firstAvailable?: readonly SubRequest[]
}

interface ExactRequest {
  readonly deviceClassName?: string
  readonly selectors?: readonly Selector[]
  readonly allocationMode?: string
  readonly count?: number
  readonly adminAccess?: boolean
  readonly tolerations?: readonly Toleration[]
}

interface SubRequest extends ExactRequest {
  readonly name?: string
}

interface Constraint {
  readonly requests?: readonly string[]
  readonly matchAttribute?: string
  readonly distinctAttribute?: string
}

interface ClaimConfiguration extends Configuration {
  readonly requests?: readonly string[]
}

const REQUESTS_MAX = 32
const ALTERNATIVES_MAX = 8
const MODES = ['All', 'ExactCount']
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required'
const NO_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

/** Of a new one: what is asked never changes, so it is not asked again. */
export function claimErrors(claim: KubeObject, profile: VersionProfile): readonly FieldError[] {
  return claimSpecErrors((claim['spec'] ?? {}) as ClaimSpec, 'spec', profile)
}

export function claimSpecErrors({ devices = {} }: ClaimSpec, at: string, profile: VersionProfile): readonly FieldError[] {
  const { requests = [], constraints = [], config = [] } = devices
  const names = requestNames(devices)
  return [
    ...setErrors(requests, { at: `${at}.devices.requests`, max: REQUESTS_MAX, check: (request, place) => requestErrors(request, place, profile), key: ({ name = '' }) => name, ...keyPlace(profile) }),
    ...listErrors(constraints, { at: `${at}.devices.constraints`, max: 32, check: (constraint, place) => constraintErrors(constraint, place, { names, profile }) }),
    ...listErrors(config, { at: `${at}.devices.config`, max: 32, check: (one, place) => [...referenceErrors(one.requests ?? [], `${place}.requests`, names), ...configurationErrors(one, place)] }),
  ]
}

/** Until 1.34 a duplicate was told of where the key stands, and since then where its item does. */
function keyPlace({ minor }: Pick<VersionProfile, 'minor'>): { readonly keyField?: string } {
  return minor <= 34 ? { keyField: 'name' } : {}
}

/** `gpu`, and `gpu/small` for an alternative of it. */
export function requestNames({ requests = [] }: DeviceClaim): ReadonlySet<string> {
  return new Set(requests.flatMap(({ name = '', firstAvailable = [] }) => [name, ...firstAvailable.map((alternative) => `${name}/${alternative.name ?? ''}`)]))
}

export function referenceErrors(references: readonly string[], at: string, names: ReadonlySet<string>): readonly FieldError[] {
  return setErrors(references, { at, max: REQUESTS_MAX, check: (name, place) => referenceProblems(name, place, names), key: (name) => name })
}

export function referenceProblems(name: string, at: string, names: ReadonlySet<string>): readonly FieldError[] {
  const parts = name.split('/')
  if (parts.length > 2) return [invalidField(at, name, NO_REQUEST)]
  return [...parts.flatMap((part) => labelErrors(part, at)), ...(names.has(name) ? [] : [invalidField(at, name, NO_REQUEST)])]
}

function requestErrors({ name = '', exactly, firstAvailable = [] }: Request, at: string, profile: VersionProfile): readonly FieldError[] {
  const ofName = labelErrors(name, `${at}.name`)
  if (exactly === undefined && firstAvailable.length === 0) return [...ofName, requiredField(at, ONE_OF)]
  if (exactly !== undefined && firstAvailable.length > 0) return [...ofName, invalidField(at, null, `${ONE_OF}, but multiple fields are set`)]
  if (exactly !== undefined) return [...ofName, ...exactErrors(exactly, `${at}.exactly`)]
  const check = (alternative: SubRequest, place: string): readonly FieldError[] => [...labelErrors(alternative.name ?? '', `${place}.name`), ...exactErrors(alternative, place)]
  return [...ofName, ...setErrors(firstAvailable, { at: `${at}.firstAvailable`, max: ALTERNATIVES_MAX, check, key: (alternative) => alternative.name ?? '', ...keyPlace(profile) })]
}

function exactErrors({ deviceClassName = '', selectors = [], allocationMode = '', count = 0, tolerations = [] }: ExactRequest, at: string): readonly FieldError[] {
  return [
    ...classErrors(deviceClassName, `${at}.deviceClassName`),
    ...selectorErrors(selectors, `${at}.selectors`),
    ...modeErrors(allocationMode, count, at),
    ...tolerations.flatMap((toleration, index) => tolerationErrors(toleration, `${at}.tolerations[${index}]`)),
  ]
}

function modeErrors(mode: string, count: number, at: string): readonly FieldError[] {
  if (mode === 'All') return count === 0 ? [] : [invalidField(`${at}.count`, count, "must not be specified when allocationMode is 'All'")]
  if (mode === 'ExactCount') return count > 0 ? [] : [invalidField(`${at}.count`, count, 'must be greater than zero')]
  return [unsupportedField(`${at}.allocationMode`, mode, MODES)]
}

function constraintErrors({ requests = [], matchAttribute, distinctAttribute }: Constraint, at: string, { names, profile }: { readonly names: ReadonlySet<string>; readonly profile: VersionProfile }): readonly FieldError[] {
  const ofRequests = referenceErrors(requests, `${at}.requests`, names)
  if (matchAttribute !== undefined) return [...ofRequests, ...fullyQualifiedErrors(matchAttribute, `${at}.matchAttribute`)]
  if (distinctAttribute !== undefined) return [...ofRequests, ...fullyQualifiedErrors(distinctAttribute, `${at}.distinctAttribute`)]
  const none = profile.minor >= 36 ? requiredField(at, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set') : requiredField(`${at}.matchAttribute`)
  return [...ofRequests, none]
}
