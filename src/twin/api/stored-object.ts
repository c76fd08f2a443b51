/** The object that a request names (`apiserver/pkg/registry/generic/registry`: a name that cannot stand in a path is refused before anything is looked up). */

import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import type { StoreReader } from '../store.ts'
import { pathSegmentProblems } from './object-names.ts'
import { badRequest, notFound, type NamedResource } from './status-error.ts'

/** Throws 400 for a name that no object can have, 404 where there is none. */
export function demandStored(store: StoreReader, resource: NamedResource, ref: ObjectRef): KubeObject {
  const problems = pathSegmentProblems(ref.name)
  if (problems.length > 0) throw badRequest(`Name parameter invalid: ${JSON.stringify(ref.name)}: ${problems.join(';')}`)
  const found = store.get(ref)
  if (found === undefined) throw notFound(resource, ref.name)
  return found
}
