/**
 * What every active namespace is to hold, put back when somebody takes it away or, of the root certificate, changes it: without the default account no pod gets in
 * (`pkg/controller/serviceaccount`, `pkg/controller/certificates/rootcacertpublisher`).
 */

import { isTerminating } from '../../model/kube/workload.ts'
import { bootstrapNamespace, isRootCertificate, restoredCertificate } from '../api/bootstrap-namespace.ts'
import { controllerlessState } from '../api/stateless.ts'
import type { Controller } from '../controller.ts'

export const namespaceContent: Controller = {
  name: 'service-account-controller',
  watches: ['/ServiceAccount', '/ConfigMap'],
  latencyMs: 10,
  createState: controllerlessState,
  keysFor: ({ before, after }) => (before !== undefined && (after === undefined || isRootCertificate(after)) ? [before.metadata.namespace ?? ''] : []),
  sync(name, { store, api }) {
    const found = store.get({ apiVersion: 'v1', kind: 'Namespace', name })
    if (found === undefined || isTerminating(found)) return
    bootstrapNamespace(store, name, (object) => api.create(object))
    const restored = restoredCertificate(store, name)
    if (restored !== undefined) api.update(restored)
  },
}
