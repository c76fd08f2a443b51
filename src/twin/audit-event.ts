/** A record of the twin's doors as the API server's audit log would have it (audit.k8s.io/v1), for the tools that read one. */

import { pluralOf } from '../model/kube/plural.ts'
import type { AuditRecord } from './audit-record.ts'

/** `number` tells requests apart: the how manieth it is. */
export function auditEvent(record: AuditRecord, number: number): object {
  const { user, verb, ref, subresource, code, atMs } = record
  const slash = ref.apiVersion.indexOf('/')
  const at = new Date(atMs).toISOString()
  const group = slash < 0 ? '' : ref.apiVersion.slice(0, slash)
  const resource = pluralOf(ref.kind)
  const path = [...(group === '' ? ['api'] : ['apis', group]), ref.apiVersion.slice(slash + 1), ...(ref.namespace === undefined ? [] : ['namespaces', ref.namespace]), resource, ref.name, ...(subresource === undefined ? [] : [subresource])]
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `twin-${number}`,
    stage: 'ResponseComplete',
    requestURI: `/${path.join('/')}${record.dryRun === true ? '?dryRun=All' : ''}`,
    verb,
    user: { username: user },
    objectRef: { resource, apiVersion: ref.apiVersion.slice(slash + 1), name: ref.name, ...(group === '' ? {} : { apiGroup: group }), ...(ref.namespace === undefined ? {} : { namespace: ref.namespace }), ...(subresource === undefined ? {} : { subresource }) },
    responseStatus: { metadata: {}, code },
    requestReceivedTimestamp: at,
    stageTimestamp: at,
  }
}
