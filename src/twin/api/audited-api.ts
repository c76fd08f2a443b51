/** The API for somebody from outside: the same operations, each mutating one recorded. */

import { refOf, type ObjectRef } from '../../model/kube-object.ts'
import type { AuditLog, AuditRecord } from '../audit-record.ts'
import type { ApiServer } from './create-api.ts'
import { isDryRun } from './delete-options.ts'

/** What of a request's options the record keeps. */
interface Asked {
  readonly subresource?: string
  readonly dryRun?: boolean
}

export function auditedApi(api: ApiServer, options: { readonly log: AuditLog; readonly user: string }): ApiServer {
  const { log, user } = options
  const record = <T>(verb: AuditRecord['verb'], ref: ObjectRef, run: () => T, asked: Asked = {}): T => {
    const { subresource, dryRun } = asked
    return log.request({ user, verb, ref, ...(subresource === undefined ? {} : { subresource }), ...(dryRun === true ? { dryRun } : {}) }, run)
  }
  return {
    ...api,
    create: (object, write) => record('create', refOf(object), () => api.create(object, write), write),
    update: (object, write) => record('update', refOf(object), () => api.update(object, write), write),
    replace: (object, write) => record('update', refOf(object), () => api.replace(object, write), { ...write }),
    updateStatus: (object, status) => record('update', refOf(object), () => api.updateStatus(object, status), { subresource: 'status' }),
    patch: (ref, patch, write) => record('patch', ref, () => api.patch(ref, patch, write), write),
    apply: (config, write) => record('patch', refOf(config), () => api.apply(config, write), write),
    remove: (ref, remove) => record('delete', ref, () => api.remove(ref, remove), remove),
    removeReturning: (ref, remove) => record('delete', ref, () => api.removeReturning(ref, remove), remove),
    evict: (pod, eviction, dryRun) => record('create', pod, () => api.evict(pod, eviction, dryRun), { subresource: 'eviction', dryRun: isDryRun(dryRun) || isDryRun(eviction.deleteOptions?.dryRun) }),
    bind: (pod, nodeName) => record('create', pod, () => api.bind(pod, nodeName), { subresource: 'binding' }),
    updateScale: (ref, scale, write) => record('update', ref, () => api.updateScale(ref, scale, write), { ...write, subresource: 'scale' }),
    finalize: (namespace) => record('update', refOf(namespace), () => api.finalize(namespace), { subresource: 'finalize' }),
    as: (requester) => auditedApi(api.as(requester), { log, user: requester.user }),
  }
}
