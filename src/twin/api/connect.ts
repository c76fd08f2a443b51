/** Exec, attach, port-forward and proxy: judged as on a real server, and then impossible, because no process runs in a twin. */

import type { ObjectRef } from '../../model/kube-object.ts'
import { admitByPolicies } from '../policies/admit.ts'
import type { ApiEnvironment } from './environment.ts'
import { notFound, statusError } from './status-error.ts'

export function connectPod(environment: ApiEnvironment, ref: ObjectRef, subresource: string): never {
  const pod = environment.store.get(ref)
  const resource = environment.resources.demand('v1', 'Pod')
  if (pod === undefined) throw notFound(resource, ref.name)
  const { namespace = '', name } = ref
  admitByPolicies(environment, { operation: 'CONNECT', resource, subresource, dryRun: false, object: { apiVersion: 'v1', kind: 'PodConnection', metadata: { name, namespace } } })
  throw statusError('InternalError', 'error dialing backend: no process runs in a simulated cluster')
}
