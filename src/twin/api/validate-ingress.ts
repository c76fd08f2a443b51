/** Ingresses and their classes (`pkg/apis/networking/validation`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { forbiddenField, invalidField, invalidFields, namedErrors, requiredField, tooLongErrors, unsupportedField, type FieldError } from './field-error.ts'
import { labelNameProblems, pathSegmentProblems, serviceNameProblems, subdomainProblems, wildcardProblems } from './object-names.ts'
import { readAddress, withoutLeadingZeros } from './read-address.ts'
import type { VersionProfile } from '../profile.ts'
import { portErrorsOf, portNumberErrors } from './validate-port.ts'

interface Reference {
  readonly apiGroup?: string
  readonly kind?: string
  readonly name?: string
  readonly scope?: string
  readonly namespace?: string
}

interface Backend {
  readonly service?: { readonly name?: string; readonly port?: { readonly name?: string; readonly number?: number } }
  readonly resource?: Reference
}

interface Path {
  readonly path?: string
  readonly pathType?: string
  readonly backend?: Backend
}

interface IngressSpec {
  readonly defaultBackend?: Backend
  readonly rules?: readonly { readonly host?: string; readonly http?: { readonly paths?: readonly Path[] } }[]
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[]
  readonly ingressClassName?: string
}

type Profile = Pick<VersionProfile, 'minor'>

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class'

export function ingressErrors(ingress: KubeObject, profile: Profile, isNew: boolean): FieldError[] {
  const spec = (ingress['spec'] ?? {}) as IngressSpec
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec
  const annotation = ingress.metadata.annotations?.[CLASS_ANNOTATION]
  const disagrees = isNew && annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName
  return [
    ...(rules.length === 0 && defaultBackend === undefined ? [invalidField('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified')] : []),
    ...(defaultBackend === undefined ? [] : backendErrors(defaultBackend, 'spec.defaultBackend', profile)),
    ...rules.flatMap(({ host = '', http }, index) => [...hostErrors(host, `spec.rules[${index}].host`), ...(http === undefined ? [] : pathsErrors(http.paths ?? [], `spec.rules[${index}].http.paths`, profile))]),
    ...tls.flatMap(({ hosts = [], secretName = '' }, index) => [
      ...hosts.flatMap((host, position) => invalidFields(`spec.tls[${index}].hosts[${position}]`, host, hostProblems(host))),
      ...(secretName === '' ? [] : invalidFields(`spec.tls[${index}].secretName`, secretName, subdomainProblems(secretName))),
    ]),
    ...(ingressClassName === undefined ? [] : invalidFields('spec.ingressClassName', ingressClassName, subdomainProblems(ingressClassName))),
    ...(disagrees ? [invalidField(`annotations.${CLASS_ANNOTATION}`, annotation, 'must match `ingressClassName` when both are specified')] : []),
  ]
}

function hostProblems(host: string): readonly string[] {
  return host.includes('*') ? wildcardProblems(host) : subdomainProblems(host)
}

function hostErrors(host: string, field: string): FieldError[] {
  if (host === '') return []
  return [...(readAddress(withoutLeadingZeros(host)) === undefined ? [] : [invalidField(field, host, 'must be a DNS name, not an IP address')]), ...invalidFields(field, host, hostProblems(host))]
}

function pathsErrors(paths: readonly Path[], at: string, profile: Profile): FieldError[] {
  if (paths.length === 0) return [requiredField(at)]
  return paths.flatMap(({ path = '', pathType, backend = {} }, index) => {
    const here = `${at}[${index}]`
    if (pathType === undefined) return [requiredField(`${here}.pathType`, 'pathType must be specified')]
    return [...pathErrors(path, pathType, here), ...backendErrors(backend, `${here}.backend`, profile)]
  })
}

const SEQUENCES = ['//', '/./', '/../', '%2f', '%2F']
const ENDINGS = ['/..', '/.']
const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix']

function pathErrors(path: string, type: string, at: string): FieldError[] {
  if (!PATH_TYPES.includes(type)) return [unsupportedField(`${at}.pathType`, type, PATH_TYPES)]
  const isFree = type === 'ImplementationSpecific'
  const problems = [
    ...(path.startsWith('/') || (isFree && path === '') ? [] : ['must be an absolute path']),
    ...(isFree ? [] : SEQUENCES.filter((sequence) => path.includes(sequence)).map((sequence) => `must not contain '${sequence}'`)),
    ...(isFree ? [] : ENDINGS.filter((ending) => path.endsWith(ending)).map((ending) => `cannot end with '${ending}'`)),
  ]
  return invalidFields(`${at}.path`, path, problems)
}

function backendErrors({ service, resource }: Backend, at: string, { minor }: Profile): FieldError[] {
  if (service !== undefined && resource !== undefined) return [invalidField(at, '', 'cannot set both resource and service backends')]
  if (resource !== undefined) return referenceErrors(resource, `${at}.resource`)
  if (service === undefined) return [invalidField(at, '', 'resource or service backend is required')]
  return [...namedErrors(`${at}.service.name`, service.name ?? '', minor >= 36 ? labelNameProblems : serviceNameProblems), ...backendPortErrors(service.port ?? {}, at)]
}

function backendPortErrors({ name = '', number = 0 }: { readonly name?: string; readonly number?: number }, at: string): FieldError[] {
  if (name !== '' && number !== 0) return [invalidField(at, '', 'cannot set both port name & port number')]
  if (name !== '') return portErrorsOf(name, `${at}.service.port.name`)
  return number === 0 ? [requiredField(at, 'port name or number is required')] : portNumberErrors(number, `${at}.service.port.number`)
}

function referenceErrors({ apiGroup, kind = '', name = '' }: Reference, at: string): FieldError[] {
  return [
    ...(apiGroup === undefined ? [] : invalidFields(`${at}.apiGroup`, apiGroup, subdomainProblems(apiGroup))),
    ...namedErrors(`${at}.kind`, kind, pathSegmentProblems),
    ...namedErrors(`${at}.name`, name, pathSegmentProblems),
  ]
}

const CONTROLLER_LENGTH_MAX = 250
const SCOPES = ['Cluster', 'Namespace']
const URL_PATH = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/
const URL_PATH_WORDS = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"

export function ingressClassErrors(ingressClass: KubeObject): FieldError[] {
  const { controller = '', parameters } = (ingressClass['spec'] ?? {}) as { readonly controller?: string; readonly parameters?: Reference }
  return [...tooLongErrors('spec.controller', controller, CONTROLLER_LENGTH_MAX), ...prefixedPathErrors(controller, 'spec.controller'), ...(parameters === undefined ? [] : [...referenceErrors(parameters, 'spec.parameters'), ...scopeErrors(parameters, 'spec.parameters')])]
}

/** `IsDomainPrefixedPath`: `acme.io/foo`. */
export function prefixedPathErrors(text: string, field: string): FieldError[] {
  if (text === '') return [requiredField(field)]
  const slash = text.indexOf('/')
  const [host, path] = [text.slice(0, slash), text.slice(slash + 1)]
  if (slash <= 0 || path === '') return [invalidField(field, text, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  return [...invalidFields(field, host, subdomainProblems(host)), ...(URL_PATH.test(path) ? [] : [invalidField(field, path, URL_PATH_WORDS)])]
}

function scopeErrors({ scope, namespace }: Reference, at: string): FieldError[] {
  if (scope === undefined) return [requiredField(`${at}.scope`)]
  if (!SCOPES.includes(scope)) return [unsupportedField(`${at}.scope`, scope, SCOPES)]
  if (scope === 'Cluster') return namespace === undefined ? [] : [forbiddenField(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'")]
  return namespace === undefined ? [requiredField(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'")] : invalidFields(`${at}.namespace`, namespace, labelNameProblems(namespace))
}

export function ingressClassChangeErrors(before: KubeObject, next: KubeObject): FieldError[] {
  const of = (object: KubeObject): string => (object['spec'] as { readonly controller?: string } | undefined)?.controller ?? ''
  return of(before) === of(next) ? [] : [invalidField('spec.controller', of(next), 'field is immutable')]
}
