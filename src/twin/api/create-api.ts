/**
 * The API server put together: every operation over one environment, for one requester.
 */

import type { Ids } from '../../kernel/ids.ts'
import { seededIds } from '../../kernel/ids.ts'
import type { Rng } from '../../kernel/rng.ts'
import type { KubeObject, ObjectRef } from '../../model/kube-object.ts'
import type { RemoveOptions, Subresource, WriteOptions } from '../../ports/cluster.ts'
import type { VersionProfile } from '../profile.ts'
import type { Store } from '../store.ts'
import type { Api, Requester } from './api.ts'
import { bindPod } from './bind.ts'
import { connectPod } from './connect.ts'
import { createClusterAddresses } from './cluster-addresses.ts'
import { createObject } from './create.ts'
import type { ApiEnvironment } from './environment.ts'
import { evictPod } from './evict.ts'
import { applyObject, patchObject } from './patch.ts'
import { removeObject } from './remove.ts'
import { replaceObject, type Replaced } from './replace.ts'
import { apiVersionOf } from './resource.ts'
import { createResourceIndex, type ResourceIndex } from './resource-index.ts'
import { scaleOf, updateScale } from './scale.ts'
import { notFound } from './status-error.ts'
import { answerUnstored } from './unstored-kinds.ts'
import { updateObject, updateStatus, type UpdateOptions } from './update.ts'

const ADMINISTRATOR: Requester = { user: 'system:admin' }

export interface ApplyOptions extends WriteOptions {
  readonly fieldManager: string
  readonly force?: boolean
  readonly subresource?: Subresource | 'approval'
}

/** What the doors need on top of what controllers need. */
export interface ApiServer extends Api {
  readonly resources: ResourceIndex
  /** Server-side apply. */
  apply(config: KubeObject, options: ApplyOptions): KubeObject
  /** As `remove`, and returns the object as it stands afterwards. */
  removeReturning(ref: ObjectRef, options?: RemoveOptions): KubeObject
  /** Asks admission whether somebody may connect to a pod (exec, attach, …). Nothing in a twin can be connected to: it always throws. */
  connect(pod: ObjectRef, subresource: string): never
  /** PUT by somebody from outside: some kinds are made by it, some want the version that was read. */
  replace(object: KubeObject, options?: UpdateOptions): Replaced
  updateScale(ref: ObjectRef, scale: KubeObject, options?: WriteOptions): KubeObject
  as(requester: Requester): ApiServer
}

export function createEnvironment(options: { readonly store: Store; readonly profile: VersionProfile; readonly rng: Rng; nowMs(): number }): ApiEnvironment {
  const { store, profile, rng, nowMs } = options
  const ids: Ids = seededIds(rng.fork('ids'))
  return { store, profile, rng: rng.fork('names'), ids, nowMs, requester: ADMINISTRATOR, resources: createResourceIndex(store, profile), addresses: createClusterAddresses(store, rng.fork('addresses')) }
}

/** What may be done is asked at the door (`http/`), where somebody from outside comes in; the API itself only keeps roles from giving more than their writer has. */
export function createApi(shared: ApiEnvironment, requester: Requester = ADMINISTRATOR): ApiServer {
  const environment = { ...shared, requester }
  const demandObject = (ref: ObjectRef): KubeObject => {
    const found = environment.store.get(ref)
    if (found === undefined) throw notFound(environment.resources.demand(ref.apiVersion, ref.kind), ref.name)
    return found
  }
  return {
    resources: environment.resources,
    create: (object, options) => answerUnstored(environment, object, options) ?? createObject(environment, object, options),
    update: (object, options) => {
      if (options?.subresource !== 'scale') return updateObject(environment, object, options)
      return updateScale(environment, demandObject({ apiVersion: object.apiVersion, kind: object.kind, ...nameOf(object) }), object, options)
    },
    replace: (object, options = {}) => replaceObject(environment, object, options),
    updateStatus: (object, status) => updateStatus(environment, object, status),
    patch: (ref, patch, options) => patchObject(environment, ref, patch, options),
    apply: (config, options) => applyObject(environment, config, options),
    remove: (ref, options) => void removeObject(environment, ref, options),
    removeReturning: (ref, options) => removeObject(environment, ref, options),
    evict: (pod, eviction, dryRun) => evictPod(environment, pod, eviction, dryRun),
    connect: (pod, subresource) => connectPod(environment, pod, subresource),
    bind: (pod, nodeName) => bindPod(environment, pod, nodeName),
    scale: (ref) => scaleOf(environment, demandObject(ref)),
    updateScale: (ref, scale, options) => updateScale(environment, demandObject(ref), scale, options),
    finalize: (namespace) => updateObject(environment, namespace, { subresource: 'finalize' }),
    kinds: () => environment.resources.all().map((resource) => ({ apiVersion: apiVersionOf(resource), kind: resource.kind, plural: resource.plural, namespaced: resource.namespaced, verbs: resource.verbs })),
    as: (requester) => createApi(shared, requester),
  }
}

function nameOf(object: KubeObject): { name: string; namespace?: string } {
  const { name = '', namespace } = object.metadata
  return namespace === undefined ? { name } : { name, namespace }
}
