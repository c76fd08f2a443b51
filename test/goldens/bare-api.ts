/** An API server of a minor over a store that holds just these objects, as they are: no machinery, no admission of the door. */

import { createRng } from '../../src/kernel/rng.ts'
import type { KubeObject } from '../../src/model/kube-object.ts'
import { createApi, createEnvironment, type ApiServer } from '../../src/twin/api/create-api.ts'
import { profileFor } from '../../src/twin/profile.ts'
import { createStore } from '../../src/twin/store.ts'

const NOW_MS = Date.parse('2026-03-01T12:00:00Z')

export function bareApi(minor: number, objects: readonly KubeObject[]): ApiServer {
  const store = createStore()
  for (const object of objects) store.put(object)
  return createApi(createEnvironment({ store, profile: profileFor({ minor }), rng: createRng(1), nowMs: () => NOW_MS }))
}
