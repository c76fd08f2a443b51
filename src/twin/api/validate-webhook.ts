/** Webhook configurations that cannot be (`pkg/apis/admissionregistration/validation`, `apiserver/pkg/util/webhook/validation.go`). */

import type { KubeObject } from '../../model/kube-object.ts'
import { jsonEqual } from '../../kernel/json.ts'
import { duplicateField, invalidField, invalidFields, requiredField, unsupportedField, type FieldError } from './field-error.ts'
import { serviceNameProblems, subdomainProblems } from './object-names.ts'
import { FAILURE_POLICIES, MATCH_POLICIES, optionalChoiceErrors, ruleErrors } from './validate-admission-rules.ts'
import { conditionsErrors, type Condition } from './validate-match-conditions.ts'
import { selectorErrors } from './validate-metadata.ts'
import { portNumberErrors } from './validate-port.ts'
import type { ResourceRule } from '../policies/match.ts'

interface ServiceReference {
  readonly name?: string
  readonly namespace?: string
  readonly path?: string
  readonly port?: number
}

interface Webhook {
  readonly name?: string
  readonly rules?: readonly ResourceRule[]
  readonly failurePolicy?: string
  readonly matchPolicy?: string
  readonly sideEffects?: string
  readonly timeoutSeconds?: number
  readonly namespaceSelector?: object
  readonly objectSelector?: object
  readonly reinvocationPolicy?: string
  readonly clientConfig?: WebhookClient
  readonly matchConditions?: readonly Condition[]
  readonly admissionReviewVersions?: readonly string[]
}

export interface WebhookClient {
  readonly url?: string
  readonly service?: ServiceReference
}

const QUIET = ['None', 'NoneOnDryRun']
const SIDE_EFFECTS = [...QUIET, 'Some', 'Unknown']
const REVIEW_VERSIONS = ['v1', 'v1beta1']
const REINVOCATIONS = ['IfNeeded', 'Never']

/** What was let in once is not asked again. */
interface Leniency {
  readonly isLoud: boolean
  readonly isUnrecognised: boolean
  readonly isTwice: boolean
  readonly areConditionsKept: boolean
}

export function webhookErrors(configuration: KubeObject, before?: KubeObject): FieldError[] {
  const hooks = hooksOf(configuration)
  const leniency = leniencyOf(hooks, before === undefined ? undefined : hooksOf(before))
  return hooks.flatMap((hook, index) => {
    const at = `webhooks[${index}]`
    const isNamedTwice = !leniency.isTwice && (hook.name ?? '') !== '' && hooks.slice(0, index).some(({ name }) => name === hook.name)
    return [...hookErrors(hook, at, leniency), ...reviewErrors(hook.admissionReviewVersions ?? [], `${at}.admissionReviewVersions`, leniency), ...(isNamedTwice ? [duplicateField(`${at}.name`, hook.name)] : [])]
  })
}

function hooksOf(configuration: KubeObject): readonly Webhook[] {
  return (configuration['webhooks'] ?? []) as readonly Webhook[]
}

function leniencyOf(hooks: readonly Webhook[], before: readonly Webhook[] | undefined): Leniency {
  if (before === undefined) return { isLoud: false, isUnrecognised: false, isTwice: false, areConditionsKept: false }
  const isRecognised = ({ admissionReviewVersions: versions = [] }: Webhook): boolean => versions.length === 0 || versions.some((version) => REVIEW_VERSIONS.includes(version))
  return {
    isLoud: before.some(({ sideEffects = '' }) => !QUIET.includes(sideEffects)),
    isUnrecognised: !before.every(isRecognised),
    isTwice: new Set(before.map(({ name }) => name)).size < before.length,
    areConditionsKept: before.length === hooks.length && before.every(({ matchConditions }, index) => jsonEqual(matchConditions, hooks[index]?.matchConditions)),
  }
}

function hookErrors(hook: Webhook, at: string, { isLoud, areConditionsKept }: Leniency): FieldError[] {
  const effects = isLoud ? SIDE_EFFECTS : QUIET
  const { sideEffects, timeoutSeconds = 1 } = hook
  return [
    ...fullNameErrors(hook.name ?? '', `${at}.name`),
    ...(hook.rules ?? []).flatMap((rule, index) => ruleErrors(rule, `${at}.rules[${index}]`)),
    ...optionalChoiceErrors(hook.failurePolicy, `${at}.failurePolicy`, FAILURE_POLICIES),
    ...optionalChoiceErrors(hook.matchPolicy, `${at}.matchPolicy`, MATCH_POLICIES),
    ...(sideEffects === undefined ? [requiredField(`${at}.sideEffects`, `must specify one of ${effects.join(', ')}`)] : effects.includes(sideEffects) ? [] : [unsupportedField(`${at}.sideEffects`, sideEffects, effects)]),
    ...(timeoutSeconds > 30 || timeoutSeconds < 1 ? [invalidField(`${at}.timeoutSeconds`, timeoutSeconds, 'the timeout value must be between 1 and 30 seconds')] : []),
    ...selectorErrors(hook.namespaceSelector, `${at}.namespaceSelector`),
    ...selectorErrors(hook.objectSelector, `${at}.objectSelector`),
    ...optionalChoiceErrors(hook.reinvocationPolicy, `${at}.reinvocationPolicy`, REINVOCATIONS),
    ...clientErrors(hook.clientConfig, `${at}.clientConfig`),
    ...(areConditionsKept ? [] : conditionsErrors(hook.matchConditions ?? [], `${at}.matchConditions`, { takesParams: false })),
  ]
}

function fullNameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [requiredField(field)]
  const problems = subdomainProblems(name)
  if (problems.length > 0) return [invalidField(field, name, problems.join(','))]
  return name.split('.').length < 3 ? [invalidField(field, name, 'should be a domain with at least three segments separated by dots')] : []
}

/** Also of the conversion of a definition. */
export function clientErrors({ url, service }: WebhookClient = {}, at: string): FieldError[] {
  if ((url === undefined) === (service === undefined)) return [requiredField(at, 'exactly one of url or service is required')]
  return url === undefined ? serviceErrors(service ?? {}, `${at}.service`) : urlErrors(url, `${at}.url`)
}

const URL_FORM = '; desired format: https://host[/path]'
const URL_PARTS = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/(?:([^/?#@]*)@)?([^/?#]*))?[^?#]*(?:\?([^#]*))?(?:#(.*))?$/

function urlErrors(url: string, field: string): FieldError[] {
  const problem = unreadableUrl(url)
  if (problem !== undefined) return [requiredField(field, `url must be a valid URL: parse ${JSON.stringify(url.split('#')[0])}: ${problem}${URL_FORM}`)]
  const [, scheme = '', user, host = '', query = '', fragment = ''] = URL_PARTS.exec(url) ?? []
  return [
    ...(scheme.toLowerCase() === 'https' ? [] : [invalidField(field, scheme.toLowerCase(), `'https' is the only allowed URL scheme${URL_FORM}`)]),
    ...(host === '' ? [invalidField(field, host, `host must be specified${URL_FORM}`)] : []),
    ...(user === undefined ? [] : [invalidField(field, user, 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalidField(field, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalidField(field, query, 'query parameters are not permitted in the URL')]),
  ]
}

/** The commonest of what Go's `net/url` cannot read. */
function unreadableUrl(url: string): string | undefined {
  if ([...url].some((character) => (character.codePointAt(0) ?? 0) < 0x20 || character === '\u007f')) return 'net/url: invalid control character in URL'
  if (url.startsWith(':')) return 'missing protocol scheme'
  const escape = /%(?![0-9a-fA-F]{2}).{0,2}/.exec(url)?.[0]
  if (escape !== undefined) return `invalid URL escape ${JSON.stringify(escape)}`
  const port = /:[^:]*$/.exec(URL_PARTS.exec(url)?.[3] ?? '')?.[0] ?? ''
  if (!/^(:\d*)?$/.test(port) && !port.endsWith(']')) return `invalid port ${JSON.stringify(port)} after host`
  return !/^[a-zA-Z][a-zA-Z0-9+.-]*:/.test(url) && /^[^/?#]*:/.test(url) ? 'first path segment in URL cannot contain colon' : undefined
}

function serviceErrors({ name = '', namespace = '', path, port = 443 }: ServiceReference, at: string): FieldError[] {
  const ports = portNumberErrors(port, `${at}.port`).length > 0 ? [invalidField(`${at}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive')] : []
  // The server asks for the two the wrong way round.
  return [...(namespace === '' ? [requiredField(`${at}.name`)] : []), ...(name === '' ? [requiredField(`${at}.namespace`)] : []), ...ports, ...pathErrors(path ?? '', `${at}.path`)]
}

function pathErrors(path: string, field: string): FieldError[] {
  if (path === '' || path === '/') return []
  if (path === '//') return [invalidField(field, path, 'segment[0] may not be empty')]
  const steps = path.slice(1).replace(/\/$/, '').split('/')
  const problems = steps.flatMap((step, index) => (step === '' ? [`segment[${index}] may not be empty`] : subdomainProblems(step).map((problem) => `segment[${index}]: ${problem}`)))
  return [...(path.startsWith('/') ? [] : [invalidField(field, path, "must start with a '/'")]), ...invalidFields(field, path, problems)]
}

/** Of the conversion of a definition. */
export function conversionReviewErrors(versions: readonly string[], field: string): FieldError[] {
  return versions.length === 0 ? [requiredField(field)] : reviewErrors(versions, field, { isUnrecognised: false })
}

function reviewErrors(versions: readonly string[], field: string, { isUnrecognised }: Pick<Leniency, 'isUnrecognised'>): FieldError[] {
  if (versions.length === 0) return [requiredField(field, `must specify one of ${REVIEW_VERSIONS.join(', ')}`)]
  const each = versions.flatMap((version, index) => (versions.indexOf(version) < index ? [invalidField(`${field}[${index}]`, version, 'duplicate version')] : invalidFields(`${field}[${index}]`, version, serviceNameProblems(version))))
  const isKnown = isUnrecognised || versions.some((version) => REVIEW_VERSIONS.includes(version))
  return [...each, ...(isKnown ? [] : [invalidField(field, versions, `must include at least one of ${REVIEW_VERSIONS.join(', ')}`)])]
}
