/**
 * Field selectors: `metadata.name=web,status.phase!=Running`.
 *
 * The real server knows a fixed set of fields per kind; one that it does not know is a 400, not an empty list.
 * Sources: `pkg/apis/core/v1/conversion.go` and the `GetAttrs` functions of `pkg/registry`.
 */

import { groupKind, type KubeObject } from '../model/kube-object.ts'
import { valueAt } from '../model/evidence.ts'
import { badRequest } from './api/status-error.ts'

const EVERY_KIND = ['metadata.name', 'metadata.namespace']

const BY_KIND: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.podIPs', 'status.nominatedNodeName'],
  '/Event': [
    'involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'involvedObject.apiVersion', 'involvedObject.resourceVersion',
    'involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type',
  ],
  'events.k8s.io/Event': ['regarding.kind', 'regarding.namespace', 'regarding.name', 'regarding.uid', 'reason', 'reportingController', 'type'],
  '/Node': ['spec.unschedulable'],
  '/Namespace': ['status.phase'],
  '/Secret': ['type'],
  '/Service': ['spec.clusterIP', 'spec.type'],
  '/ReplicationController': ['status.replicas'],
  'apps/ReplicaSet': ['status.replicas'],
  'batch/Job': ['status.successful'],
}

/** A test for objects of this kind. Throws 400 for a selector that does not parse or names an unknown field. */
export function parseFieldSelector(text: string, kind: { readonly apiVersion: string; readonly kind: string }): (object: KubeObject) => boolean {
  const known = [...EVERY_KIND, ...(BY_KIND[groupKind(kind.apiVersion, kind.kind)] ?? [])]
  const terms = text.split(',').filter((term) => term.trim() !== '').map((term) => parseTerm(term, known))
  return (object) => terms.every((matches) => matches(object))
}

function parseTerm(term: string, known: readonly string[]): (object: KubeObject) => boolean {
  const match = /^\s*([^=!\s]+)\s*(==|=|!=)\s*(.*?)\s*$/.exec(term)
  if (match === null) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`)
  const [, field = '', operator = '', value = ''] = match
  if (!known.includes(field)) throw badRequest(`field label not supported: ${field}`)
  return (object) => (fieldText(object, field) === value) === (operator !== '!=')
}

function fieldText(object: KubeObject, field: string): string {
  if (field === 'source') return String(valueAt(object, 'source.component') ?? valueAt(object, 'reportingComponent') ?? '')
  const value = valueAt(object, field)
  if (value === undefined || value === null) return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : ''
  return String(value as string | number | boolean)
}
