/** Certificate signing requests (`pkg/apis/certificates/validation`): what is asked, once, and what is answered, each time. */

import { X509Certificate } from 'node:crypto'
import { jsonEqual } from '../../kernel/json.ts'
import type { KubeObject } from '../../model/kube-object.ts'
import { parseRequest } from '../certificates/certificate-request.ts'
import { pemBlocks } from '../certificates/pem.ts'
import { duplicateField, forbiddenField, invalidField, requiredField, tooLongErrors, unsupportedField, type FieldError } from './field-error.ts'
import { labelNameProblems, subdomainProblems } from './object-names.ts'
import { requestText, statusOfRequest, type Condition } from './signing-request.ts'

const USAGES = [
  'any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment', 'decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel', 'ipsec user',
  'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime', 'server auth', 'signing', 'timestamping',
]
const LEGACY_SIGNER = 'kubernetes.io/legacy-unknown'
const EXPIRATION_SECONDS_MIN = 600
const SIGNER_DOMAIN_MAX = 253
const SIGNER_MAX = 571
const FINAL = ['Approved', 'Denied', 'Failed']
const DECISIONS = ['Approved', 'Denied']
const STATUSES = ['False', 'True', 'Unknown']

interface Spec {
  readonly request?: string | null
  readonly usages?: readonly string[]
  readonly signerName?: string
  readonly expirationSeconds?: number
}

/** Of a new request. What was asked cannot change, so it is not asked again. */
export function signingRequestErrors(request: KubeObject, before?: KubeObject): FieldError[] {
  if (before !== undefined) return []
  const { request: encoded = null, usages = [], signerName = '', expirationSeconds: seconds } = (request['spec'] ?? {}) as Spec
  const asked = parseRequest(requestText(request))
  return [
    ...(asked.type === 'request' ? [] : [invalidField('spec.request', encoded, asked.why)]),
    ...usageErrors(usages),
    ...(signerName === LEGACY_SIGNER ? [invalidField('spec.signerName', signerName, 'the legacy signerName is not allowed via this API version')] : signerErrors(signerName)),
    ...(seconds !== undefined && seconds < EXPIRATION_SECONDS_MIN ? [invalidField('spec.expirationSeconds', seconds, 'may not specify a duration less than 600 seconds (10 minutes)')] : []),
  ]
}

function usageErrors(usages: readonly string[]): FieldError[] {
  if (usages.length === 0) return [requiredField('spec.usages')]
  return [
    ...usages.flatMap((usage, index) => (USAGES.includes(usage) ? [] : [unsupportedField(`spec.usages[${index}]`, usage, USAGES)])),
    ...usages.flatMap((usage, index) => (usages.indexOf(usage) < index ? [duplicateField(`spec.usages[${index}]`, usage)] : [])),
  ]
}

/** `example.com/signer-name`. */
function signerErrors(name: string): FieldError[] {
  const at = 'spec.signerName'
  const [domain = '', path = '', ...more] = name.split('/')
  if (name === '') return [requiredField(at)]
  if (more.length > 0 || !name.includes('/')) return [invalidField(at, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")]
  const labels = domain.split('.')
  return [
    ...tooLongErrors(at, domain, SIGNER_DOMAIN_MAX),
    ...firstErrors(at, domain, labels, labelNameProblems),
    ...(labels.length < 2 ? [invalidField(at, domain, 'should be a domain with at least two segments separated by dots')] : []),
    ...firstErrors(at, path, path.split('.'), subdomainProblems),
    ...tooLongErrors(at, name, SIGNER_MAX),
  ]
}

/** Of the first part that is wrong. */
function firstErrors(at: string, whole: string, parts: readonly string[], problems: (part: string) => readonly string[]): FieldError[] {
  const wrong = parts.find((part) => problems(part).length > 0)
  return wrong === undefined ? [] : problems(wrong).map((problem) => invalidField(at, whole, `validating label ${JSON.stringify(wrong)}: ${problem}`))
}

/** Of an answer. What was let in once is borne: both decisions at once, types of conditions that stand there twice or are empty, a certificate that is none. */
export function answerErrors(before: KubeObject, next: KubeObject, part: 'status' | 'approval'): FieldError[] {
  const [was, is] = [statusOfRequest(before), statusOfRequest(next)]
  return [...conditionErrors(is.conditions ?? [], was.conditions ?? []), ...certificateErrors(was.certificate ?? '', is.certificate ?? ''), ...lossErrors(was.conditions ?? [], is.conditions ?? []), ...partErrors(was, is, part)]
}

function conditionErrors(conditions: readonly Condition[], old: readonly Condition[]): FieldError[] {
  const has = (list: readonly Condition[], type: string): boolean => list.some((condition) => condition.type === type)
  const wasBoth = DECISIONS.every((type) => has(old, type))
  const wasTwice = old.some(({ type }, index) => old.findIndex((other) => other.type === type) < index)
  const wasEmpty = old.some(({ type = '' }) => type === '')
  return conditions.flatMap(({ type = '', status = '' }, index) => {
    const at = `status.conditions[${index}]`
    const earlier = conditions.slice(0, index)
    const allowed = FINAL.includes(type) ? ['True'] : STATUSES
    const other = DECISIONS.includes(type) ? DECISIONS.find((decision) => decision !== type) : undefined
    return [
      ...(type === '' && !wasEmpty ? [requiredField(`${at}.type`)] : []),
      ...(status === '' ? [requiredField(`${at}.status`)] : allowed.includes(status) ? [] : [unsupportedField(`${at}.status`, status, allowed)]),
      ...(other !== undefined && has(earlier, other) && !wasBoth ? [invalidField('status.conditions', type, 'Approved and Denied conditions are mutually exclusive')] : []),
      ...(earlier.some((condition) => (condition.type ?? '') === type) && !wasTwice ? [duplicateField(`${at}.type`, type)] : []),
    ]
  })
}

function certificateErrors(old: string, encoded: string): FieldError[] {
  if (encoded === old || certificateProblem(old) !== undefined) return []
  const problem = certificateProblem(encoded)
  return problem === undefined ? [] : [invalidField('status.certificate', '<certificate data>', problem)]
}

function certificateProblem(encoded: string): string | undefined {
  if (encoded === '') return undefined
  const blocks = pemBlocks(Buffer.from(encoded, 'base64').toString('latin1'))
  for (const { type, hasHeaders, bytes } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`
    if (hasHeaders) return 'no PEM block headers are permitted'
    if (bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates'
    if (!isCertificate(bytes)) return 'x509: malformed certificate'
  }
  return blocks.length === 0 ? 'must contain at least one CERTIFICATE PEM block' : undefined
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length === bytes.length
  } catch {
    return false
  }
}

function lossErrors(old: readonly Condition[], conditions: readonly Condition[]): FieldError[] {
  return FINAL.flatMap((type) => (ofType(conditions, type).length < ofType(old, type).length ? [forbiddenField('status.conditions', `updates may not remove a condition of type ${JSON.stringify(type)}`)] : []))
}

function partErrors(was: ReturnType<typeof statusOfRequest>, is: ReturnType<typeof statusOfRequest>, part: 'status' | 'approval'): FieldError[] {
  if (part === 'approval') return []
  const decided = DECISIONS.flatMap((type) => decisionErrors(ofType(was.conditions ?? [], type), ofType(is.conditions ?? [], type), type))
  const isReplaced = (was.certificate ?? '') !== '' && was.certificate !== is.certificate
  return [...decided, ...(isReplaced ? [forbiddenField('status.certificate', 'updates may not modify existing certificate content')] : [])]
}

/** Behind the words upstream prints a difference of Go structs, which is no part of the API. */
function decisionErrors(old: readonly Condition[], conditions: readonly Condition[], type: string): FieldError[] {
  if (conditions.length > old.length) return [forbiddenField('status.conditions', `updates may not add a condition of type ${JSON.stringify(type)}`)]
  return conditions.length < old.length || jsonEqual(old, conditions) ? [] : [forbiddenField('status.conditions', `updates may not modify a condition of type ${JSON.stringify(type)}`)]
}

function ofType(conditions: readonly Condition[], type: string): readonly Condition[] {
  return conditions.filter((condition) => condition.type === type)
}
