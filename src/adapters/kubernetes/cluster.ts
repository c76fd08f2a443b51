/**
 * The cluster port over a real Kubernetes API server.
 *
 * Any kind is addressed by apiVersion and kind; discovery turns that into a path. Objects pass through as the JSON
 * they are: the generated, typed classes of the client would drop fields they do not know.
 */

import type { Clock } from '../../kernel/clock.ts'
import { isFault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import { refOf, subjectOf, subjectText, type KubeObject, type ObjectRef } from '../../model/kube-object.ts'
import type { ClusterVersion } from '../../model/snapshot.ts'
import type { Cluster, Patch, Subresource, WriteOptions } from '../../ports/cluster.ts'
import { createApiClient, type ApiClient } from './api-client.ts'
import { faultOfError } from './classify-fault.ts'
import { createDiscovery, type Discovery } from './discovery.ts'
import { evictPod } from './evict.ts'
import { openKubeconfig, withoutUser, type KubeconfigOptions } from './kubeconfig.ts'
import { listAll } from './list.ts'
import { readLogs } from './logs.ts'
import { collectionRequest, objectPath } from './paths.ts'
import { tokenSource, type AccountToken } from './token-request.ts'
import { watchChanges } from './watch.ts'

export type ConnectOptions = KubeconfigOptions & { readonly clock: Clock; readonly log: Log }

/**
 * Opens the kubeconfig and asks the server for its version, so that a connection that does not work fails here.
 * Throws `Fault` with a hint: `invalid` for the kubeconfig itself, else what the first request met.
 */
export async function connectKubernetes(options: ConnectOptions): Promise<Cluster> {
  return (await openKubernetes(options)).cluster
}

export interface OpenedKubernetes {
  /** As the kubeconfig says. */
  readonly cluster: Cluster
  /** As a service account, with tokens that the kubeconfig's account asks for when they are needed. Makes no request. */
  as(account: AccountToken): Cluster
}

/** As `connectKubernetes`, for those who also act as somebody else. */
export async function openKubernetes(options: ConnectOptions): Promise<OpenedKubernetes> {
  const { clock, log } = options
  const config = openKubeconfig(options)
  const api = createApiClient({ config, clock })
  const discovery = createDiscovery({ api, log })
  await checkAnswer(options, { api, server: config.getCurrentCluster()?.server ?? '' })
  return {
    cluster: createCluster({ api, clock, log, discovery }),
    // What the server serves is the same for everybody, so a short-lived identity need not ask again.
    as: (account) => createCluster({ api: createApiClient({ config: withoutUser(config), clock, bearer: tokenSource({ api, account, clock }) }), clock, log, discovery }),
  }
}

async function checkAnswer({ log }: ConnectOptions, { api, server }: { readonly api: ApiClient; readonly server: string }): Promise<void> {
  const version = await api.json<RawVersion>({ method: 'GET', path: '/version', operation: 'kubernetes connect', subject: server }).catch((error: unknown) => {
    throw faultOfError(error, { operation: 'kubernetes connect', subject: server })
  })
  log.debug('connected to a cluster', { server, version: version.gitVersion })
}

interface Parts {
  readonly api: ApiClient
  readonly clock: Clock
  readonly log: Log
  readonly discovery: Discovery
}

interface RawVersion {
  readonly major: string
  readonly minor: string
  readonly gitVersion: string
}

const PATCH_CONTENT_TYPES: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
}

function createCluster(parts: Parts): Cluster {
  const { api, clock, log, discovery } = parts

  const pathOf = async (ref: ObjectRef, subresource?: Subresource): Promise<string> =>
    objectPath(await discovery.find(ref.apiVersion, ref.kind), ref, subresource)

  const get = (ref: ObjectRef): Promise<KubeObject | undefined> =>
    orUndefined(async () => api.json<KubeObject>({ method: 'GET', path: await pathOf(ref), operation: 'kubernetes get', subject: named(ref) }))

  return {
    realm: 'live',
    id: async () => {
      const namespace = await api.json<KubeObject>({ method: 'GET', path: '/api/v1/namespaces/kube-system', operation: 'kubernetes identity' })
      return namespace.metadata.uid ?? ''
    },
    version: async () => readVersion(await api.json<RawVersion>({ method: 'GET', path: '/version', operation: 'kubernetes version' })),
    kinds: () => discovery.all(),
    get,
    list: async (query) => listAll({ api, request: collectionRequest(await discovery.find(query.apiVersion, query.kind), query), query }),
    watch: async function* (query, options) {
      const request = collectionRequest(await discovery.find(query.apiVersion, query.kind), query)
      yield* watchChanges({ api, clock, log, request: { ...request, operation: 'kubernetes watch' }, ...options })
    },
    create: async (object, options) => {
      const { apiVersion, kind } = object
      const { namespace, name, generateName } = object.metadata
      const { path } = collectionRequest(await discovery.find(apiVersion, kind), { apiVersion, kind, ...inNamespace(namespace) })
      const subject = named({ ...refOf(object), name: name ?? `${generateName ?? ''}*` })
      return api.json({ method: 'POST', path, query: writeQuery(options), body: object, operation: 'kubernetes create', subject })
    },
    update: async (object, options) => {
      const path = await pathOf(refOf(object), options?.subresource)
      const body = options?.subresource === 'scale' ? scaleOf(object) : object
      return api.json({ method: 'PUT', path, query: writeQuery(options), body, operation: 'kubernetes update', subject: named(refOf(object)) })
    },
    patch: async (ref, patch, options) => {
      const path = await pathOf(ref, options?.subresource)
      const contentType = PATCH_CONTENT_TYPES[patch.type]
      return api.json({ method: 'PATCH', path, query: writeQuery(options), body: patch.body, contentType, operation: 'kubernetes patch', subject: named(ref) })
    },
    remove: async (ref, options = {}) => {
      const { dryRun, gracePeriodSeconds, uid, resourceVersion, propagation: propagationPolicy } = options
      const query = { dryRun: dryRun === true ? 'All' : undefined }
      // A dry run must be said in the body too: where there is one, the server reads its options from there.
      const body = { gracePeriodSeconds, propagationPolicy, preconditions: { uid, resourceVersion }, ...(dryRun === true ? { dryRun: ['All'] } : {}) }
      await api.text({ method: 'DELETE', path: await pathOf(ref), query, body, operation: 'kubernetes delete', subject: named(ref) })
    },
    evict: (pod, options = {}) => evictPod({ api, get }, pod, options),
    logs: (query) => readLogs(api, query),
  }
}

/** A kind that is not served has no objects, so both ways of "there is none" are undefined. */
async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isFault(error) && error.code === 'not-found') return undefined
    throw error
  }
}

function writeQuery(options: WriteOptions | undefined): Readonly<Record<string, string | undefined>> {
  return { dryRun: options?.dryRun === true ? 'All' : undefined, fieldManager: options?.fieldManager ?? 'boyd' }
}

/** The scale of a workload, whichever of the two shapes the caller has: a Scale, or the workload itself. */
function scaleOf(object: KubeObject): KubeObject {
  const { replicas } = (object['spec'] ?? {}) as { readonly replicas?: number }
  const { name = '', namespace, resourceVersion } = object.metadata
  return { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name, ...inNamespace(namespace), ...(resourceVersion === undefined ? {} : { resourceVersion }) }, spec: { replicas } }
}

function readVersion(raw: RawVersion): ClusterVersion {
  // Managed clusters say `29+`.
  return { major: Number.parseInt(raw.major, 10), minor: Number.parseInt(raw.minor, 10), gitVersion: raw.gitVersion }
}

function inNamespace(namespace: string | undefined): { readonly namespace?: string } {
  return namespace === undefined ? {} : { namespace }
}

function named(ref: ObjectRef): string {
  return subjectText(subjectOf(ref))
}
