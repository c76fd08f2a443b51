/**
 * No machinery at all: an API server over a store, as etcd and kube-apiserver alone would be. Objects stay as they
 * are written. Tests of the API and tools that only validate use it.
 */

import { fault } from '../kernel/fault.ts'
import type { Controller } from './controller.ts'
import type { Machinery } from './compose-twin.ts'

/** The given controllers and no kubelet: there are no logs and no faults to inject. */
export function bareMachinery(controllers: readonly Controller[] = []): Machinery {
  const absent = (): never => {
    throw fault({ code: 'not-found', operation: 'twin world', message: 'this twin has no kubelets', statusCode: 404 })
  }
  return {
    controllers,
    attach: () => ({ control: { setNode: async () => absent(), setWorld: async () => absent() }, readLog: absent, logs: () => [] }),
  }
}
