/** Paths of the Kubernetes API: a collection, an object, a subresource. */

import { fault } from '../../kernel/fault.ts'
import type { ObjectRef } from '../../model/kube-object.ts'
import type { ListQuery, ServedKind } from '../../ports/cluster.ts'
import type { ApiRequest } from './api-client.ts'
import { groupVersionPath } from './discovery.ts'

/** The list (and create) request of a kind, in one namespace or across all. */
export function collectionRequest(served: ServedKind, query: ListQuery): ApiRequest {
  const { namespace, labelSelector, fieldSelector } = query
  return {
    method: 'GET',
    path: `${groupVersionPath(served.apiVersion)}${namespacePart(served, namespace)}/${served.plural}`,
    query: { labelSelector, fieldSelector },
    operation: 'kubernetes list',
    subject: namespace === undefined ? served.plural : `${served.plural} in ${namespace}`,
  }
}

/** Fault `invalid` when the kind lives in namespaces and none is named: guessing `default` could hit another object. */
export function objectPath(served: ServedKind, ref: ObjectRef, subresource?: string): string {
  if (served.namespaced && ref.namespace === undefined) {
    throw fault({ code: 'invalid', operation: 'kubernetes address', subject: `${ref.kind} ${ref.name}`, message: 'this kind lives in a namespace and none was named' })
  }
  const base = `${groupVersionPath(served.apiVersion)}${namespacePart(served, ref.namespace)}/${served.plural}/${encodeURIComponent(ref.name)}`
  return subresource === undefined ? base : `${base}/${subresource}`
}

function namespacePart(served: ServedKind, namespace: string | undefined): string {
  return served.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
}
