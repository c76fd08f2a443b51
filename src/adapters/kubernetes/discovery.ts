/**
 * Which kinds the cluster serves, and under which path: the API's own discovery, read lazily and kept.
 *
 * One group version at a time, because a read of a Pod must not wait for forty group versions, and because one
 * broken aggregated API (metrics, usually) must not stop the rest. A kind that is not known is asked for again
 * each time: a CustomResourceDefinition may have been installed a second ago.
 */

import { fault, isFault } from '../../kernel/fault.ts'
import type { Log } from '../../kernel/log.ts'
import type { ServedKind } from '../../ports/cluster.ts'
import type { ApiClient } from './api-client.ts'

export interface Discovery {
  /** Fault `not-found` when the cluster does not serve it. */
  find(apiVersion: string, kind: string): Promise<ServedKind>
  /** All of them; the preferred version of each group first. A group that does not answer is left out and logged. */
  all(): Promise<readonly ServedKind[]>
}

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean; readonly verbs: readonly string[] }[]
}

interface GroupList {
  readonly groups: readonly {
    readonly versions: readonly { readonly groupVersion: string }[]
    readonly preferredVersion: { readonly groupVersion: string }
  }[]
}

export function createDiscovery(options: { readonly api: ApiClient; readonly log: Log }): Discovery {
  const { api, log } = options
  const known = new Map<string, Promise<readonly ServedKind[]>>()

  const read = async (apiVersion: string): Promise<readonly ServedKind[]> => {
    const path = groupVersionPath(apiVersion)
    const list = await api.json<ResourceList>({ method: 'GET', path, operation: 'kubernetes discovery', subject: apiVersion })
    // `pods/log` and its like are parts of a kind, not kinds.
    return (list.resources ?? [])
      .filter((resource) => !resource.name.includes('/'))
      .map(({ name, kind, namespaced, verbs }) => ({ apiVersion, kind, plural: name, namespaced, verbs }))
  }

  const kindsOf = (apiVersion: string): Promise<readonly ServedKind[]> => {
    const kept = known.get(apiVersion)
    if (kept !== undefined) return kept
    const reading = read(apiVersion)
    known.set(apiVersion, reading)
    reading.catch(() => known.delete(apiVersion))
    return reading
  }

  const kindsOrNone = async (apiVersion: string): Promise<readonly ServedKind[]> => {
    try {
      return await kindsOf(apiVersion)
    } catch (error) {
      log.warn('a group of the API does not answer discovery', { apiVersion, reason: isFault(error) ? error.message : String(error) })
      return []
    }
  }

  return {
    find: async (apiVersion, kind) => {
      const lookUp = async (): Promise<ServedKind | undefined> => (await servedOrNone(kindsOf(apiVersion))).find((served) => served.kind === kind)
      const found = await lookUp()
      if (found !== undefined) return found
      known.delete(apiVersion)
      const foundNow = await lookUp()
      if (foundNow === undefined) throw notServed(apiVersion, kind)
      return foundNow
    },
    all: async () => {
      const { groups } = await api.json<GroupList>({ method: 'GET', path: '/apis', operation: 'kubernetes discovery' })
      const versions = groups.flatMap(({ preferredVersion, versions: served }) => [
        preferredVersion.groupVersion,
        ...served.map(({ groupVersion }) => groupVersion).filter((groupVersion) => groupVersion !== preferredVersion.groupVersion),
      ])
      // A whole listing is asked for rarely and must not miss a kind installed since the last one.
      known.clear()
      return (await Promise.all(['v1', ...versions].map(kindsOrNone))).flat()
    },
  }
}

/** `/api/v1` for the core group, `/apis/apps/v1` for the others. */
export function groupVersionPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
}

/** A group version that is not served answers 404: it has no kinds. */
async function servedOrNone(reading: Promise<readonly ServedKind[]>): Promise<readonly ServedKind[]> {
  try {
    return await reading
  } catch (error) {
    if (isFault(error) && error.code === 'not-found') return []
    throw error
  }
}

function notServed(apiVersion: string, kind: string): Error {
  return fault({
    code: 'not-found',
    recovery: 'give-up',
    operation: 'kubernetes discovery',
    subject: `${apiVersion} ${kind}`,
    message: 'the cluster does not serve this kind',
    hint: 'Its CustomResourceDefinition may not be installed, or the version may be gone.',
  })
}
