/**
 * Field selectors: `metadata.name=web,status.phase!=Running`.
 *
 * The real server knows a fixed set of fields per kind; one that it does not know is a 400, not an empty list.
 * Sources: `k8s.io/apimachinery/pkg/fields`, the conversions of `pkg/apis/<group>/v1` and the `GetAttrs` functions of `pkg/registry`.
 */

import { groupKind, groupOf, type KubeObject } from '../model/kube-object.ts'
import { valueAt } from '../model/evidence.ts'
import { badRequest } from './api/status-error.ts'

const NAMED = ['metadata.name', 'metadata.namespace']

/** Kinds that have more, or less, than a name and a namespace. */
const BY_KIND: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [...NAMED, 'spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.podIPs', 'status.nominatedNodeName'],
  '/Event': [
    ...NAMED, 'involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'involvedObject.apiVersion', 'involvedObject.resourceVersion',
    'involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type',
  ],
  'events.k8s.io/Event': [...NAMED, 'regarding.kind', 'regarding.namespace', 'regarding.name', 'regarding.uid', 'regarding.apiVersion', 'regarding.resourceVersion', 'regarding.fieldPath', 'reason', 'reportingController', 'type'],
  '/Node': ['metadata.name', 'spec.unschedulable'],
  '/Namespace': ['metadata.name', 'status.phase'],
  '/Secret': [...NAMED, 'type'],
  '/Service': [...NAMED, 'spec.clusterIP', 'spec.type'],
  '/ReplicationController': [...NAMED, 'status.replicas'],
  'batch/Job': [...NAMED, 'status.successful'],
  'resource.k8s.io/ResourceSlice': ['metadata.name', 'spec.nodeName', 'spec.driver'],
  'certificates.k8s.io/CertificateSigningRequest': ['metadata.name', 'spec.signerName'],
}

/** What a pod's node was called before there were names for it. */
const OLD_NAMES: Readonly<Record<string, string>> = { 'spec.host': 'spec.nodeName' }

interface Kind {
  readonly apiVersion: string
  readonly kind: string
}

interface Term {
  readonly field: string
  readonly isEqual: boolean
  readonly value: string
}

/** A test for objects of this kind. Throws 400 for a selector that does not parse or names an unknown field. */
export function parseFieldSelector(text: string, kind: Kind): (object: KubeObject) => boolean {
  const parsed = parseFieldTerms(text)
  // A term of nothing asks nothing.
  const terms = parsed.filter(({ field, value }) => field !== '' || value !== '').map((term) => ({ ...term, field: knownField(term.field, kind) }))
  return (object) => terms.every(({ field, isEqual, value }) => (fieldText(object, field) === value) === isEqual)
}

/** Its terms, whatever fields they name. Throws 400 for a text that is no selector. */
export function parseFieldTerms(text: string): readonly Term[] {
  return splitTerms(text).sort().filter((term) => term !== '').map((term) => parseTerm(text, term))
}

/** At commas that nothing escapes. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+|(?<=,|^)(?=,|$)/gs) ?? []
}

function parseTerm(text: string, term: string): Term {
  const match = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
  if (match === null) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
  const [, field = '', operator = '', value = ''] = match
  return { field, isEqual: operator !== '!=', value: unescaped(value) }
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.?)|[,=]/gs, (found, escaped: string | undefined) => {
    if (escaped === undefined) throw badRequest(`invalid field selector: unescaped character in value: ${found.codePointAt(0)}`)
    if (!['\\', ',', '='].includes(escaped)) throw badRequest(`invalid field selector: invalid escape sequence: ${found}`)
    return escaped
  })
}

function knownField(asked: string, { apiVersion, kind }: Kind): string {
  const own = BY_KIND[groupKind(apiVersion, kind)]
  const field = own?.includes(OLD_NAMES[asked] ?? '') === true ? (OLD_NAMES[asked] ?? asked) : asked
  if ((own ?? NAMED).includes(field)) return field
  if (kind === 'Job' && groupOf(apiVersion) === 'batch') throw badRequest(`field label ${JSON.stringify(asked)} not supported for Job`)
  if (own !== undefined || isCustom(groupOf(apiVersion))) throw badRequest(`field label not supported: ${asked}`)
  throw badRequest(`${JSON.stringify(asked)} is not a known field selector: only "metadata.name", "metadata.namespace"`)
}

/** Kubernetes' own groups have no dot, or end in its domain. */
function isCustom(group: string): boolean {
  return group.includes('.') && !group.endsWith('.k8s.io')
}

function fieldText(object: KubeObject, field: string): string {
  if (field === 'source') return String(valueAt(object, 'source.component') ?? valueAt(object, 'reportingComponent') ?? '')
  const value = valueAt(object, field)
  if (value === undefined || value === null) return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : ''
  return String(value as string | number | boolean)
}
